package cotangent.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.probe.ProgressListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static String line(double share, long done, double elapsed, double left, double error) {
        return new ProgressLine("trace", share, done, "products", elapsed, left, error, 0.01).toString();
    }

    @Test
    void saysHowFarHowLongAndHowClose() {
        assertThat(line(Double.NaN, 0, 3, Double.NaN, Double.NaN)).isEqualTo("trace  working, 3 s");
        assertThat(line(0.25, 25, 4, 12, Double.NaN))
                .isEqualTo("trace  ███·········  25 products, 4 s, about 12 s left");
        assertThat(line(0.5, 50, 150, 7200, 0.0234)).endsWith("50 products, 3 min, about 2.0 h left, ± 2.3 % of 1.0 %");
        assertThat(line(1, 100, 119, Double.NaN, 0.0099))
                .isEqualTo("trace  ████████████  100 products, 119 s, ± 0.99 % of 1.0 %");
    }

    /** A longer line would wrap, and then could not be erased. */
    @Test
    void fitsIntoEightyColumns() {
        String line = new ProgressLine("a-very-long-experiment-name-in-which-much-happens", 0.3, 123_456_789,
                "products",
                1e6, 1e6, 0.01, 0.001).toString();
        assertThat(line).hasSize(79).endsWith("…");
    }

    @Test
    void leavesNothingBehind() throws InterruptedException {
        StringWriter err = new StringWriter();
        try (Progress progress = new Progress(new PrintWriter(err), true, "runs", Duration.ZERO)) {
            ProgressListener listener = progress.of("experiment");
            listener.progressed(1, 4);
            for (int i = 0; i < 200 && !shown(err).contains("1 runs"); i++) {
                Thread.sleep(20);
            }
        }
        String all = shown(err);
        assertThat(all).contains("experiment  ███·········  1 runs, ").endsWith("\r\033[K");
        Thread.sleep(600);
        assertThat(shown(err)).isEqualTo(all);
    }

    private static String shown(StringWriter err) {
        synchronized (err.getBuffer()) {
            return err.toString();
        }
    }

    @Test
    void isSilentWhereNobodyLooks() throws InterruptedException {
        StringWriter err = new StringWriter();
        try (Progress progress = new Progress(new PrintWriter(err), false, "runs", Duration.ZERO)) {
            progress.of("experiment").progressed(1, 4);
            Thread.sleep(300);
        }
        assertThat(err.toString()).isEmpty();
    }
}
