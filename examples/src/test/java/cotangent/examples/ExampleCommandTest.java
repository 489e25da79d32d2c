package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExampleCommandTest {
    @TempDir
    private Path folder;

    @Test
    void listsThePrograms() {
        assertThat(Invocation.line("example").out()).contains("stable-rank", "randomized-eigh", "oversampling",
                "power-iterations", "matrix-free-timing", "eigenfunctions", "spectral-density");
    }

    @Test
    void printsTheKnownStableRanks() throws Exception {
        Invocation run = Invocation.line("example stable-rank --out " + folder);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains(" 1.333333 ", " 1.625133 ", " 50.000000 ");
        assertThat(ImageIO.read(folder.resolve("stable-rank.png").toFile()).getWidth()).isGreaterThan(500);
    }

    @Test
    void printsRandomizedEigenvaluesBesideTheDenseOnes() {
        Invocation run = Invocation.line("example randomized-eigh");
        // 100/(1+i)^1.5 for i = 0 and 1; 22 vectors times 4 products
        assertThat(run.out()).contains("100.00000000", "35.35533906", "88 products");
    }

    @Test
    void printsTheLeadingEigenfunctions() {
        assertThat(Invocation.line("example eigenfunctions").out()).contains("share of the trace").hasLineCount(7);
    }

    /** Both methods see one spectrum, and nearly all of it: the density integrates to nearly 1. */
    @Test
    void printsAndPlotsASpectralDensity() throws Exception {
        Invocation run = Invocation.line("example spectral-density --out " + folder);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("Lanczos quadrature", "kernel polynomial", "eigenvalue", "± 95 %");
        assertThat(run.out().lines().filter(line -> line.contains("900") || line.contains("850"))).hasSize(2);
        assertThat(ImageIO.read(folder.resolve("spectral-density.png").toFile()).getWidth()).isGreaterThan(500);
    }
}
