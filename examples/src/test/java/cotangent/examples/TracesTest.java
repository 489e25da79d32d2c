package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The experiments on trace estimation at a small size; seeds are fixed, so that each run gives the same errors. */
final class TracesTest {
    @TempDir
    private Path folder;

    private static double last(JsonNode numbers) {
        return numbers.get(numbers.size() - 1).asDouble();
    }

    private static JsonNode json(String line) {
        return Invocation.json(line + " --warm-up 0");
    }

    /** The slope of one-sided estimates is -1/2, within four standard errors. */
    @Test
    void errorsFallAsTheRootOfThePasses() throws Exception {
        JsonNode found = json("trace-error --model gru --methods hutch++,rhutch,fhutch,fhutch-per-sample --passes "
                + "16,100 --seeds 16 --timed 20 --out " + folder);
        assertThat(found.get("state").asInt()).isEqualTo(20 * 8 * 24);
        assertThat(found.get("parameters").asInt()).isEqualTo(3 * 24 * (10 + 24 + 2));
        for (String method : List.of("rhutch", "fhutch", "fhutch-per-sample")) {
            JsonNode slope = found.get("methods").get(method).get("slope");
            assertThat(slope.get("slope").asDouble()).as(method)
                    .isCloseTo(-0.5, within(4 * slope.get("standardError").asDouble()));
        }
        JsonNode sketch = found.get("methods").get("hutch++");
        assertThat(sketch.get("budgets").get(1).asInt()).isEqualTo(50);
        assertThat(sketch.get("passes").get(1).asDouble()).isEqualTo(100);
        assertThat(sketch.get("products").get(1).asDouble()).isEqualTo(50);
        assertThat(last(sketch.get("medianErrors"))).isLessThan(0.02);
        assertThat(found.get("direct").get("products").asInt()).isEqualTo(3_840);
        assertThat(found.get("memoryBytes").get(0).asLong()).isPositive();
        assertThat(ImageIO.read(folder.resolve("trace-error-gru.png").toFile()).getWidth()).isGreaterThan(500);
        assertThat(folder.resolve("trace-error-gru-time.png")).exists();
    }

    /**
     * All eigenvalues much alike: what a sketch of s directions of n takes away is s/n of the norm, and of m products a third are
     * probes, against 2m one-sided passes, whose errors would be √6 times smaller were those of the rest as flat; half is asked.
     */
    @Test
    void hutchPlusPlusGainsNothingOnAFlatSpectrum() {
        JsonNode found = json("trace-error --model flat --methods hutch++,rhutch --passes 48 --seeds 24 --timed 8");
        double sketch = last(found.get("methods").get("hutch++").get("medianErrors"));
        double backward = last(found.get("methods").get("rhutch").get("medianErrors"));
        assertThat(sketch / backward).isGreaterThan(0.5 * Math.sqrt(6));
    }

    @Test
    void thePlannerTakesTheExactRouteWhereThatIsCheaper() {
        JsonNode found = json("trace-error --model mnist --methods planner --passes 400 --seeds 4 --timed 8");
        JsonNode planner = found.get("methods").get("planner");
        assertThat(planner.get("exact").asBoolean()).isTrue();
        assertThat(last(planner.get("medianErrors"))).isLessThan(1e-5);
    }

    @Test
    void theHeadlineNamesTheTimeToTheTolerance() throws Exception {
        Path python = folder.resolve("python");
        Files.writeString(python,
                "#!/bin/sh\ncat >/dev/null\necho '{\"peer\":\"PyTorch 0\",\"oneMillis\":34,\"blockMillis\":{\"8\":12,\"16\":9}}'\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        JsonNode found = json("trace-headline --methods fhutch-no-tape,fhutch-per-sample --seeds 12 --timed 8 --python "
                + python);
        assertThat(found.get("torch").get("blockMillis").asDouble()).isEqualTo(9);
        assertThat(found.get("torch").get("block").asInt()).isEqualTo(16);
        for (String method : List.of("fhutch-no-tape", "fhutch-per-sample")) {
            JsonNode time = found.get("methods").get(method);
            assertThat(last(time.get("medianErrors"))).isLessThanOrEqualTo(0.01);
            assertThat(last(time.get("passes"))).isBetween(2.0, 200.0);
        }
    }

    @Test
    void withoutPyTorchTheHeadlineSaysSo() {
        Invocation run = Invocation.line(
                "trace-headline --methods fhutch-per-sample --seeds 4 --timed 8 --warm-up 0 --python "
                        + folder.resolve("none"));
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("no PyTorch").contains("exact route");
    }

    /**
     * A root mean square of 24 errors has a relative standard error of 1/√48 if they are normal, a third more for the tails of a sum of
     * few squares; four of which are allowed.
     */
    @Test
    void oneSidedVariancesAreThoseOfTheDiagonals() {
        JsonNode rows = json("trace-ratio --seeds 24 --passes 20").get("rows");
        assertThat(rows.size()).isEqualTo(9);
        for (JsonNode row : rows) {
            for (String side : List.of("rhutch", "fhutch")) {
                double ratio = row.get(side).get("deviation").asDouble() / row.get(side).get("predicted").asDouble();
                assertThat(ratio).as("%s of %s", side, row.get("model").asString())
                        .isCloseTo(1, within(4 * 1.33 / Math.sqrt(48)));
            }
        }
    }

    @Test
    void normRankAndAlignmentComeWithinTheirTolerances() {
        JsonNode found = json("statistic-error --seeds 8 --products 12,100 --steps 30").get("statistics");
        for (String statistic : List.of("norm", "rank", "trained-rank", "alignment")) {
            JsonNode errors = found.get(statistic).get("medianErrors");
            assertThat(last(errors)).as(statistic).isLessThan(errors.get(0).asDouble()).isLessThan(0.02);
        }
        assertThat(found.get("alignment").get("exactValue").asDouble()).isBetween(0.5, 0.999);
        assertThat(found.get("trained-rank").get("exactValue").asDouble()).isLessThan(found.get("rank")
                .get("exactValue")
                .asDouble());
    }

    @Test
    void badOptionsAreRefused() {
        assertThat(Invocation.line("trace-error --model lstm").status()).isEqualTo(2);
        assertThat(Invocation.line("trace-error --passes 30,20").err()).contains("ascending");
        assertThat(Invocation.line("trace-error --seeds 1").err()).contains("--seeds");
        assertThat(Invocation.line("trace-headline --tolerance 2").err()).contains("--tolerance");
        assertThat(Invocation.line("statistic-error --products 3").err()).contains("--products");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace-error", "trace-headline", "trace-ratio", "statistic-error"})
    void helpFitsIntoEightyColumns(String command) {
        Invocation run = Invocation.line(command + " --help");
        assertThat(run.status()).isZero();
        assertThat(run.out().lines()).isNotEmpty().allMatch(text -> text.length() <= 80);
    }

    @Test
    void listsTheExperiments() {
        assertThat(Invocation.line("examples").out()).contains("trace-error", "trace-headline", "trace-ratio",
                "statistic-error");
    }
}
