package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExampleCommandTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"example", "examples"})
    void listsThePrograms(String line) {
        String out = Invocation.line(line).out();
        assertThat(out).contains("stable-rank", "randomized-eigh", "oversampling", "power-iterations", "equal-products",
                "matrix-free-timing", "cost-orders", "eigenfunctions", "spectral-density", "two-layer-limit",
                "kernel-in-training");
    }

    /** A program goes by its name alone, and by its name after {@code example}. */
    @ParameterizedTest
    @ValueSource(strings = {"", "example "})
    void printsTheKnownStableRanks(String before) throws Exception {
        Invocation run = Invocation.line(before + "stable-rank --trials 1 --out " + folder);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains(" 1.333333 ", " 1.625133 ", " 50.000000 ");
        assertThat(ImageIO.read(folder.resolve("stable-rank.png").toFile()).getWidth()).isGreaterThan(500);
    }

    @Test
    void printsRandomizedEigenvaluesBesideTheDenseOnes() {
        Invocation run = Invocation.line("example randomized-eigh");
        // 1/(1+i) for i = 0 and 1; 15 vectors times 4 products
        assertThat(run.out()).contains("1.00000000", "0.50000000", "60 products");
    }
}
