package cotangent.examples.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.probe.ProgressListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private static final Duration PERIOD = Duration.ofMillis(300);

    /** What is written while some work goes on, until a text is seen in it, and in closing. */
    private static String shown(String name, String awaited, Consumer<ProgressListener> work)
            throws InterruptedException {
        StringWriter err = new StringWriter();
        try (Progress progress = new Progress(new PrintWriter(err), true, "products", Duration.ZERO)) {
            work.accept(progress.of(name));
            for (int i = 0; i < 200 && !read(err).contains(awaited); i++) {
                Thread.sleep(20);
            }
        }
        String all = read(err);
        Thread.sleep(PERIOD);
        assertThat(read(err)).isEqualTo(all);
        return all;
    }

    private static String read(StringWriter err) {
        synchronized (err.getBuffer()) {
            return err.toString();
        }
    }

    @Test
    void saysHowFarAndHowLong() throws InterruptedException {
        assertThat(shown("trace", "25%", listener -> listener.progressed(25, 100)))
                .containsPattern("\\rtrace  25% \\[=+ +\\] 25 products \\(0:00:\\d\\d / 00:\\d\\d left\\) ");
    }

    @Test
    void movesBeforeAnythingIsReported() throws InterruptedException {
        assertThat(shown("trace", "0:00:01", listener -> {}))
                .containsPattern("\\rtrace  \\? % \\[= +\\] 0 products \\(0:00:01 / \\? left\\) ");
    }

    /** Twice the error takes four times the work. */
    @Test
    void goesByTheErrorWhereOneIsWanted() throws InterruptedException {
        assertThat(shown("log-determinant", "2500 products", listener -> {
            listener.progressed(1250, 100_000);
            listener.estimated(0.02, 0.01);
            listener.progressed(2500, 100_000);
        })).containsPattern("\\rlog-determinant  50% \\[.+ left\\) ± 2%, wanted 1%\\r");
    }

    @Test
    void isAtTheEndOnceTheErrorIsAsWanted() throws InterruptedException {
        assertThat(shown("trace", "100%", listener -> {
            listener.progressed(40, 100_000);
            listener.estimated(0.005, 0.01);
        })).containsPattern("\\rtrace 100% \\[=+\\] 40 products \\(0:00:\\d\\d / \\? left\\) ± 0.5%, wanted 1%");
    }

    /** A longer line would wrap, and then could not be erased. */
    @Test
    void fitsIntoEightyColumns() throws InterruptedException {
        String name = "a-very-long-experiment-name-in-which-much-happens";
        String all = shown(name, "30%", listener -> {
            listener.progressed(300_000_000, 1_000_000_000);
            listener.estimated(0.0234, 0.001);
        });
        assertThat(all).contains(name + "  30% [");
        assertThat(all.split("\r")).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    }

    @Test
    void leavesNothingBehind() throws InterruptedException {
        assertThat(shown("trace", "25%", listener -> listener.progressed(1, 4)))
                .endsWith("\r" + " ".repeat(79) + "\r");
    }

    @Test
    void isSilentAtFirst() throws InterruptedException {
        assertThat(silent(true, Duration.ofDays(1))).isEmpty();
    }

    @Test
    void isSilentWhereNobodyLooks() throws InterruptedException {
        assertThat(silent(false, Duration.ZERO)).isEmpty();
    }

    private static String silent(boolean watched, Duration patience) throws InterruptedException {
        StringWriter err = new StringWriter();
        try (Progress progress = new Progress(new PrintWriter(err), watched, "products", patience)) {
            progress.of("trace").progressed(1, 4);
            Thread.sleep(PERIOD);
        }
        return read(err);
    }
}
