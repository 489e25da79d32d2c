package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The experiments on curvature at a small size; seeds are fixed, so that each run gives the same numbers. */
final class CurvatureExperimentsTest {
    private static final double EPSILON = 0x1p-52;
    @TempDir
    private Path folder;

    @Test
    void listsTheExperiments() {
        assertThat(Invocation.line("examples").out()).contains("hessian-products", "lanczos-orthogonality",
                "perturbation-bounds", "kernel-bootstrap", "curvature-in-training");
    }

    /**
     * Sums of up to 20 · 49 terms: roundings of the dtype times their number bound what exact ways differ by. Central differences
     * err by u/ε + ε², at best u^(2/3), here within a factor of 1,000 of the problem's constants.
     */
    @Test
    void threeWaysAgreeToRoundingAndDifferencesToTwoThirdsOfTheDigits() throws Exception {
        JsonNode found = Invocation
                .json("hessian-products --samples 20 --hidden 6 --repetitions 3 --warm-up 1 --out " + folder);
        int terms = 20 * 49;
        for (JsonNode way : found.get("ways")) {
            String name = way.get("way").asString();
            boolean exact = !name.contains("differences");
            assertThat(way.get("error64").asDouble()).as(name)
                    .isLessThan(exact ? terms * EPSILON : 1e3 * Math.pow(EPSILON, 2.0 / 3))
                    .isGreaterThanOrEqualTo(exact ? 0 : 1e-13);
            assertThat(way.get("error32").asDouble()).as(name)
                    .isLessThan(exact ? terms * 0x1p-23 : 1e3 * Math.pow(0x1p-23, 2.0 / 3));
            assertThat(way.get("nanos").asDouble()).isPositive();
        }
        assertThat(found.get("ways").size()).isEqualTo(7);
        assertThat(found.get("symmetry").asDouble()).isLessThan(terms * EPSILON);
        // slope 2 of the truncation, from a step of 1e-3 to one of 1e-2
        double[] errors = Invocation.numbers(found.get("differenceErrors").get("f64"));
        double[] steps = Invocation.numbers(found.get("steps"));
        int coarse = 24;
        assertThat(Math.log(errors[coarse] / errors[coarse - 4]) / Math.log(steps[coarse] / steps[coarse - 4]))
                .isCloseTo(
                        2, within(0.1));
        assertThat(ImageIO.read(folder.resolve("hessian-products.png").toFile()).getWidth()).isGreaterThan(500);
    }

    /** Ghosts come without re-orthogonalisation and only then; values are as good in any case. */
    @Test
    void ghostsComeWithoutReorthogonalisationAndOnlyThen() throws Exception {
        JsonNode found = Invocation
                .json("lanczos-orthogonality --samples 60 --hidden 4 --steps 100 --top 3 --train 40 --out "
                        + folder);
        double half = Math.sqrt(EPSILON);
        double[] least = {0.1, 0, 0, 0};
        double[] most = {1 + 1e-6, 10 * half, 10 * half, 1e4 * EPSILON};
        String[] ways = {"no", "selective", "partial", "full"};
        for (int i = 0; i < ways.length; i++) {
            JsonNode way = found.get("ways").get(ways[i]);
            assertThat(way.get("loss").asDouble()).as(ways[i]).isBetween(least[i], most[i]);
            assertThat(way.get("found").asInt()).isEqualTo(3);
            assertThat(way.get("ghosts").asInt() > 0).as(ways[i]).isEqualTo(i == 0);
            // the size of the Hessian, 250, times the rounding of the largest eigenvalue
            assertThat(way.get("relativeError").asDouble()).isLessThan(10 * 250 * EPSILON);
            assertThat(way.get("products").asInt()).isEqualTo(100);
            assertThat(Invocation.numbers(way.get("losses"))).hasSize(100);
        }
        assertThat(found.get("ways").get("no").get("reorthogonalizations").asInt()).isZero();
        JsonNode first = found.get("ghosts").get(0);
        assertThat(first.get("firstGhost").asInt()).isGreaterThan(first.get("found").asInt());
        assertThat(found.get("quadratureDifference").asDouble()).isLessThan(100 * 250 * EPSILON);
        assertThat(ImageIO.read(folder.resolve("lanczos-ghosts.png").toFile()).getWidth()).isGreaterThan(500);
    }

    @Test
    void boundsHoldAndSayHowMuchTheyAllow() {
        JsonNode found = Invocation.json("perturbation-bounds --samples 8 --hidden 48 --steps 1,10,100 --lanczos 24");
        double rounding = 1e4 * EPSILON;
        for (JsonNode change : found.get("changes")) {
            double norm = change.get("spectralNorm").asDouble();
            assertThat(change.get("largestValueChange").asDouble()).isPositive()
                    .isLessThanOrEqualTo(norm * (1
                            + rounding));
            assertThat(change.get("valueChanges").asDouble()).isLessThanOrEqualTo(change.get("frobeniusNorm").asDouble()
                    * (1 + rounding));
            assertThat(change.get("sine").asDouble()).isPositive()
                    .isLessThanOrEqualTo(change.get("angleBound").asDouble()
                            + rounding);
            assertThat(change.get("firstSine").asDouble()).isLessThanOrEqualTo(change.get("firstAngleBound").asDouble()
                    + rounding);
        }
        // ten outputs' kernels are nearly one: ten large eigenvalues, and the gap after them
        assertThat(found.get("dimension").asInt()).isEqualTo(10);
        for (int i = 0; i < 3; i++) {
            String step = new String[]{"1", "10", "100"}[i];
            double exact = found.get("changes").get(2 * i).get("spectralNorm").asDouble();
            // a Ritz value with a residual of 1e-3 of it
            assertThat(found.get("lanczosNorm" + step).asDouble()).isCloseTo(exact, within(1e-3 * exact));
        }
        JsonNode ritz = found.get("ritz");
        double[] errors = Invocation.numbers(ritz.get("valueErrors"));
        double[] bounds = Invocation.numbers(ritz.get("valueBounds"));
        for (int i = 0; i < errors.length; i++) {
            assertThat(errors[i]).isLessThanOrEqualTo(bounds[i] + 10 * ritz.get("rounding").asDouble());
        }
        assertThat(Invocation.numbers(ritz.get("sines"))[errors.length - 1]).isLessThan(1e-10);
        assertThat(found.get("ledger").get("total").asInt()).isPositive();
    }

    /** The first eigenvalue stands apart, so that its interval and its vector are to be trusted; replicates take no products. */
    @Test
    void bootstrapKnowsWhatTheSampleDecides() throws Exception {
        JsonNode found = Invocation.json(
                "kernel-bootstrap --samples 80 --hidden 16 --population 600 --pairs 4 --kept 30 --replicates 200 --out "
                        + folder);
        JsonNode first = found.get("pairs").get(0);
        double value = first.get("eigenvalue").asDouble();
        assertThat(first.get("low").asDouble()).isLessThan(value);
        assertThat(first.get("high").asDouble()).isGreaterThan(value);
        // within three times the interval, which covers in 95 % of samples
        double width = first.get("high").asDouble() - first.get("low").asDouble();
        assertThat(first.get("population").asDouble()).isCloseTo(value, within(1.5 * width));
        assertThat(first.get("angle90").asDouble()).isLessThan(0.5);
        for (JsonNode pair : found.get("pairs")) {
            assertThat(pair.get("standardError").asDouble()).isPositive();
        }
        assertThat(found.get("ledger").get("200 replicates").get("kernel products").asInt()).isZero();
        assertThat(found.get("converged").asBoolean()).isTrue();
        assertThat(found.get("truncation").asDouble()).isLessThan(0.05 * value);
        assertThat(ImageIO.read(folder.resolve("kernel-bootstrap-values.png").toFile()).getWidth()).isGreaterThan(500);
    }

    /** Weyl's bound between checkpoints, the bounds of estimates, and a ledger whose sum is that of its rows. */
    @Test
    void fourCheckpointsAreComparedAndPaidFor() throws Exception {
        JsonNode found = Invocation.json(
                "curvature-in-training --samples 60 --hidden 8 --steps 160 --top 3 --density 240 --checkpoints "
                        + folder.resolve("run") + " --out " + folder);
        assertThat(found.get("converged").asBoolean()).isTrue();
        JsonNode table = found.get("checkpoints");
        assertThat(Invocation.numbers(table.get("step"))).containsExactly(0, 10, 40, 160);
        assertThat(folder.resolve("run").resolve("step-160.npz")).exists();
        double[] losses = Invocation.numbers(table.get("loss"));
        double[] distances = Invocation.numbers(table.get("distance"));
        double[] moved = Invocation.numbers(table.get("largestChange"));
        double[] traces = Invocation.numbers(table.get("trace"));
        double[] widths = Invocation.numbers(table.get("traceHalfWidth"));
        for (int i = 1; i < 4; i++) {
            assertThat(losses[i]).isLessThan(losses[i - 1]);
            // the distance is a Ritz value with a residual of 1e-2 of it
            assertThat(moved[i]).isPositive().isLessThanOrEqualTo(1.01 * distances[i]);
            assertThat(widths[i]).isLessThanOrEqualTo(0.05 * traces[i]);
        }
        // the Gauss-Newton matrix is all that is left where the loss fits
        assertThat(Invocation.numbers(table.get("gaussNewton"))[3]).isCloseTo(
                Invocation.numbers(table.get("eigenvalue1"))[3],
                within(0.2 * Invocation.numbers(table.get("eigenvalue1"))[3]));
        // residuals of 1e-3 of the largest magnitude on both sides
        assertThat(found.get("powerIterationDifference").asDouble()).isLessThan(2e-3);
        for (String when : new String[]{"before", "after"}) {
            assertThat(found.get("density").get(when).get("mass").asDouble()).isCloseTo(1, within(0.01));
        }
        JsonNode ledger = found.get("ledger");
        long sum = 0;
        for (String answer : ledger.propertyNames()) {
            for (JsonNode cell : ledger.get(answer)) {
                sum += cell.asLong();
            }
        }
        assertThat(ledger.get("total").asLong()).isEqualTo(sum).isPositive();
        assertThat(ledger.get("3 of largest magnitude, power iteration").get("step 0").asInt()).isPositive();
        assertThat(found.get("powerIterationProducts").asLong()).isEqualTo(sumOf(ledger.get(
                "3 of largest magnitude, power iteration")));
        assertThat(ImageIO.read(folder.resolve("curvature-density.png").toFile()).getWidth()).isGreaterThan(500);
    }

    private static long sumOf(JsonNode cells) {
        long sum = 0;
        for (JsonNode cell : cells) {
            sum += cell.asLong();
        }
        return sum;
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        for (String line : new String[]{"hessian-products --repetitions 2", "lanczos-orthogonality --steps 100000",
                "perturbation-bounds --steps 3,2", "kernel-bootstrap --population 10", "curvature-in-training --rate 0",
                "curvature-in-training --hidden 0"}) {
            Invocation run = Invocation.line(line);
            assertThat(run.status()).as(line).isEqualTo(2);
            assertThat(run.err()).contains("expected");
        }
    }
}
