package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The experiments on randomized methods at a small size; seeds are fixed, so that each run gives the same numbers but for times. */
final class RandomizedTest {
    private static final double ROUNDING = 0x1p-53;

    @TempDir
    private Path folder;

    /**
     * Stable ranks of 2⁻ⁱ and of 1: (1 − 4⁻ⁿ)/(1 − 1/4) and n. The mean of twelve trials of a flat spectrum is √(1 − l/n) exactly, for l
     * columns; nothing can be below what as many columns leave at best.
     */
    @Test
    void stableRanksAreKnownAndSketchesStayWithinTheirBounds() throws Exception {
        JsonNode found = Invocation.json("stable-rank --n 40 --ranks 2,6,12 --trials 12 --matvecs 30 --out " + folder);
        assertThat(found.at("/stableRanks/FAST/exact").asDouble()).isCloseTo(4.0 / 3, within(40 * ROUNDING));
        assertThat(found.at("/stableRanks/FLAT/exact").asDouble()).isCloseTo(40, within(40 * 40 * ROUNDING));
        double[] ranks = {2, 6, 12};
        for (String decay : new String[]{"FAST", "SLOW", "FLAT"}) {
            JsonNode sketch = found.at("/sketches/" + decay);
            for (int i = 0; i < ranks.length; i++) {
                assertThat(sketch.get("frobenius").get(i).asDouble()).isLessThan(sketch.get("frobeniusBound")
                        .get(i)
                        .asDouble());
                assertThat(sketch.get("spectral").get(i).asDouble()).isLessThan(sketch.get("spectralBound")
                        .get(i)
                        .asDouble());
            }
        }
        double[] flat = Invocation.numbers(found.at("/sketches/FLAT/frobenius"));
        double[] fast = Invocation.numbers(found.at("/sketches/FAST/frobenius"));
        for (int i = 0; i < ranks.length; i++) {
            double columns = ranks[i] + 5;
            assertThat(flat[i]).isCloseTo(Math.sqrt(1 - columns / 40), within(40 * 40 * ROUNDING));
            assertThat(fast[i]).isGreaterThan(Math.pow(2, -columns) * (1 - 1e-9));
        }
        assertThat(found.get("slowOverFast").asDouble()).isGreaterThan(1e3);
        assertThat(ImageIO.read(folder.resolve("stable-rank-errors.png").toFile()).getWidth()).isGreaterThan(500);
        assertThat(folder.resolve("stable-rank.json")).exists();
    }

    /** The bounds hold in exact arithmetic; the dense values err by a few times n units of rounding. */
    @Test
    void randomizedEigenpairsLieWithinTheirBounds() {
        JsonNode found = Invocation.json("randomized-eigh --n 60 --rank 4");
        assertThat(found.get("products").asLong()).isEqualTo((4 + 10) * (2 + 2));
        double slack = 8 * 60 * ROUNDING;
        for (int i = 0; i < 4; i++) {
            assertThat(found.get("dense").get(i).asDouble()).isCloseTo(1.0 / (1 + i), within(slack));
            assertThat(found.get("differences").get(i).asDouble()).isLessThan(found.get("valueBounds").get(i).asDouble()
                    + slack);
            assertThat(found.get("sines").get(i).asDouble())
                    .isLessThan(found.get("sineBounds").get(i).asDouble() + 60 * slack);
        }
        assertThat(found.get("reconstruction").asDouble()).isBetween(found.get("bestReconstruction").asDouble(),
                1.01 * found
                        .get("bestReconstruction")
                        .asDouble());
    }

    private static double mean(JsonNode trials, String what) {
        double sum = 0;
        for (double value : Invocation.numbers(trials.get(what))) {
            sum += value;
        }
        return sum / trials.get(what).size();
    }

    /** A Ritz value of a positive semidefinite matrix falls short by at most what the basis misses: more columns, less error. */
    @Test
    void oversamplingHelpsAFastSpectrumAndHardlyAFlatOne() {
        JsonNode spectra = Invocation.json("oversampling --n 120 --rank 6 --values 0,5,10,20").get("spectra");
        for (String decay : new String[]{"FAST", "SLOW", "NEARLY_FLAT"}) {
            JsonNode trials = spectra.get(decay).get("trials");
            assertThat(trials).hasSize(4);
            double best = spectra.get(decay).get("bestReconstruction").asDouble();
            for (int i = 0; i < 4; i++) {
                assertThat(trials.get(i).get("products").asLong()).isEqualTo(2 * (6 + new int[]{0, 5, 10, 20}[i]));
                assertThat(trials.get(i).get("eigenvalueErrors")).hasSize(5);
                assertThat(mean(trials.get(i), "reconstructionErrors")).isGreaterThan(best * (1 - 1e-12));
            }
            assertThat(mean(trials.get(3), "eigenvalueErrors")).isLessThan(mean(trials.get(0), "eigenvalueErrors"));
        }
        assertThat(mean(spectra.at("/FAST/trials/2"), "eigenvalueErrors")).isLessThan(1e-4);
        assertThat(mean(spectra.at("/NEARLY_FLAT/trials/2"), "eigenvalueErrors")).isGreaterThan(0.05);
    }

    @Test
    void powerIterationsHelpASlowSpectrumAndKrylovBlocksMore() {
        JsonNode found = Invocation.json("power-iterations --n 160 --rank 6 --oversampling 6");
        double before = 1;
        for (int i = 0; i < 4; i++) {
            int q = new int[]{0, 1, 2, 4}[i];
            JsonNode powers = found.get("powers").get(i);
            JsonNode krylov = found.get("krylov").get(i);
            assertThat(powers.get("products").asLong()).isEqualTo(12 * (q + 2));
            assertThat(krylov.get("products").asLong()).isEqualTo(powers.get("products").asLong());
            assertThat(mean(powers, "eigenvalueErrors")).isLessThan(0.5 * before);
            assertThat(mean(krylov, "eigenvalueErrors"))
                    .isLessThanOrEqualTo(mean(powers, "eigenvalueErrors") * (1 + 1e-9));
            assertThat(found.get("sketchErrors").get(i).asDouble())
                    .isLessThan(found.get("sketchBounds").get(i).asDouble())
                    .isGreaterThan((1 - 1e-9) / 13);
            before = mean(powers, "eigenvalueErrors");
        }
    }

    @Test
    void lanczosIsNearestForEqualProductsAndTakesMorePasses() {
        JsonNode found = Invocation.json("equal-products --n 100 --samples 10 --rank 3 --products 10,24,48");
        for (String operator : new String[]{"matrix", "kernel"}) {
            JsonNode lanczos = found.get(operator).get("LANCZOS");
            JsonNode powers = found.get(operator).get("POWERS");
            for (int i = 1; i < 3; i++) {
                assertThat(lanczos.get(i).get("error").asDouble()).isLessThan(powers.get(i).get("error").asDouble());
                assertThat(powers.get(i).get("products").asLong()).isEqualTo(new int[]{10, 24, 48}[i]);
                assertThat(powers.get(i).get("passes").asLong()).isEqualTo(4);
                assertThat(lanczos.get(i).get("passes").asLong()).isGreaterThan(20);
            }
            assertThat(powers.get(0).get("products").asLong()).as("ten products do not afford three").isZero();
        }
    }

    /** Products of sums of up to 60 terms of both signs, three matrices deep. */
    @Test
    void productsAgreeWithTheMatrixWrittenOut() throws Exception {
        JsonNode found = Invocation.json(
                "matrix-free-timing --nets 6-4-3,5-2 --samples 4,8 --millis 1 --python none --out " + folder);
        for (String net : new String[]{"6-4-3", "5-2"}) {
            JsonNode rows = found.get("networks").get(net);
            assertThat(rows).hasSize(2);
            assertThat(found.get("largestDifference " + net).asDouble()).isLessThan(3 * 60 * ROUNDING);
            for (JsonNode row : rows) {
                assertThat(row.get("free").asDouble()).isPositive();
                assertThat(row.get("write").asDouble()).isGreaterThan(row.get("explicit").asDouble());
                assertThat(row.get("writtenBytes").asLong())
                        .isGreaterThan(8L * row.get("size").asLong() * row.get("size")
                                .asLong());
            }
        }
        assertThat(found.get("peers")).isEmpty();
        assertThat(ImageIO.read(folder.resolve("matrix-free-timing-6-4-3.png").toFile()).getWidth()).isGreaterThan(500);
        assertThat(ImageIO.read(folder.resolve("matrix-free-memory.png").toFile()).getWidth()).isGreaterThan(500);
    }

    @Test
    void saysWhyAPeerDidNotRun() {
        Invocation run = Invocation
                .line("matrix-free-timing --nets 5-2 --samples 4,8 --millis 1 --python no-such-python");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("JAX: not measured", "PyTorch: not measured", "no-such-python");
    }

    /** An interpreter that checks what it is given and answers as the script would. */
    @Test
    void readsWhatAPeerAnswers() throws IOException {
        String row = "{\"samples\": %d, \"product\": 25.0, \"write\": 2.0, \"explicit\": 1.0, \"result\": [%s]}";
        String rows = row.formatted(4, "1,0,0,0,0,0,0,0") + "," + row.formatted(8, "1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0");
        Path python = folder.resolve("python");
        Files.writeString(python, """
                #!/bin/sh
                cat >/dev/null
                [ "$1 $4 $5 $6" = "- 1.0 4,8 8" ] && [ -s "$7" ] || exit 3
                echo '{"peer": "Peer in '$2'", "networks": [[%s]]}'
                """.formatted(rows), StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
        Invocation run = Invocation.line("matrix-free-timing --nets 5-2 --samples 4,8 --millis 1 --python " + python);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("Peer in jax", "Peer in torch", " 25.0", "times as long", "it writes K out in 2.00 us")
                .doesNotContain("not measured");
    }

    /** The leading eigenvector of a positive matrix is positive: its image is near the mean digit. */
    @Test
    void theFirstEigenfunctionIsTheMeanDigit() throws Exception {
        JsonNode found = Invocation.json("eigenfunctions --samples 60 --top 3 --out " + folder);
        assertThat(found.at("/sum/likeness/0").asDouble()).isGreaterThan(0.99);
        assertThat(found.at("/sum/likeness/1").asDouble()).isLessThan(0.9);
        for (String kernel : new String[]{"sum", "all"}) {
            double[] values = Invocation.numbers(found.at("/" + kernel + "/eigenvalues"));
            double[] shares = Invocation.numbers(found.at("/" + kernel + "/shares"));
            double trace = found.at("/" + kernel + "/trace").asDouble();
            for (int i = 0; i < 3; i++) {
                assertThat(shares[i] * trace).isCloseTo(values[i], within(4 * ROUNDING * values[i]));
                assertThat(i == 0 || values[i] <= values[i - 1]).isTrue();
            }
            assertThat(ImageIO.read(folder.resolve("eigenfunctions-" + kernel + ".png").toFile()).getWidth())
                    .isGreaterThan(
                            500);
        }
    }

    /** Products are counted, so are the same in every run; times only have to be there. */
    @Test
    void countsTheProductsThatTheFormulasSay() {
        JsonNode found = Invocation.json("cost-orders --net 5-3-2 --samples 32,64 --millis 0.5");
        for (JsonNode method : found.get("products")) {
            assertThat(method.get("counted").asLong()).isEqualTo(method.get("formula").asLong());
        }
        assertThat(found.get("costs")).hasSize(8);
        for (JsonNode cost : found.get("costs")) {
            assertThat(Invocation.numbers(cost.get("microseconds"))).hasSize(2).doesNotContain(0);
            assertThat(cost.get("exponent").isNumber()).isTrue();
        }
    }

    /** Both methods see one spectrum, and nearly all of it: the density integrates to nearly 1. */
    @Test
    void aSpectralDensityHasNearlyAllItsMass() throws Exception {
        JsonNode found = Invocation.json("spectral-density --out " + folder);
        for (String method : new String[]{"lanczos", "chebyshev"}) {
            assertThat(found.get(method).get("mass").asDouble()).isCloseTo(1, within(0.05));
            assertThat(found.get(method).get("products").asLong()).isBetween(840L, 900L);
        }
        assertThat(ImageIO.read(folder.resolve("spectral-density.png").toFile()).getWidth()).isGreaterThan(500);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            stable-rank --ranks 5,46                 | stay under --n 50
            randomized-eigh --rank 100               | expected fewer than --n 100, got 100
            oversampling --values 0,290              | stay under --n 300
            oversampling --values -1                 | expected a number from 0
            power-iterations --values 14             | under --n 300
            equal-products --products 8,20           | expected 14 to 399
            matrix-free-timing --nets 20             | expected layer widths such as 20-10-4
            matrix-free-timing --millis 0            | expected a number up to 10000
            eigenfunctions --samples 5 --top 6       | expected at most --samples 5
            cost-orders --samples 4,8                | expected more than 60 outputs
            """)
    void refusesSizesThatMakeNoSense(String line, String sentence) {
        Invocation run = Invocation.line(line);
        assertThat(run.status()).as(run.err()).isEqualTo(2);
        assertThat(run.err()).contains(sentence).hasLineCount(1);
    }
}
