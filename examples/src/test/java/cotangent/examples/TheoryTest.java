package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The experiments on theory at a small size; seeds are fixed, so that each run gives the same numbers. */
final class TheoryTest {
    @TempDir
    private Path folder;

    /** Four standard errors of a fitted exponent, and what powers of 1/width beyond the leading one may bend. */
    private static Offset<Double> slack(JsonNode law, double bend) {
        return within(4 * law.get("standardError").asDouble() + bend);
    }

    private static double slope(JsonNode law) {
        return law.get("slope").asDouble();
    }

    @Test
    void listsTheExperiments() {
        assertThat(Invocation.line("examples").out()).contains("two-layer-limit", "width-scaling",
                "linearised-training", "spectral-bias", "lazy-rich");
    }

    /**
     * Angles from 5° on come from inner products with a few units of rounding, ε each, so err by 4ε/sin 5° = 1e-14, and the kernel
     * falls with a slope below 1. The mean of 24 squared errors, of at least one degree of freedom each, has a relative standard
     * deviation of at most sqrt(2/24); the root half of it, of which four are allowed.
     */
    @Test
    void theTwoLayerKernelConvergesAtTheRateAndWithTheConstantOfTheClosedForm() throws Exception {
        JsonNode found = Invocation.json(
                "two-layer-limit --width 400 --widths 50,200,800 --samples 10 --features 4 --seeds 24 --out "
                        + folder);
        assertThat(found.get("formulaDifference").asDouble()).isLessThan(1e-14);
        assertThat(slope(found.get("slope"))).isCloseTo(-0.5, slack(found.get("slope"), 1.0 / 50));
        for (int i = 0; i < 3; i++) {
            double ratio = found.get("relativeErrors").get(i).asDouble() / found.get("predictedErrors")
                    .get(i)
                    .asDouble();
            assertThat(ratio).isCloseTo(1, within(4 * 0.5 * Math.sqrt(2.0 / 24)));
        }
        assertThat(ImageIO.read(folder.resolve("two-layer-convergence.png").toFile()).getWidth()).isGreaterThan(500);
        assertThat(folder.resolve("two-layer-limit.json")).exists();
    }

    /** The next power of the width, n^(-1/2) times the leading one, bends an exponent from width 64 on by up to 1/sqrt(64). */
    @Test
    void everyScalingHasItsExponents() {
        JsonNode found = Invocation.json("width-scaling --widths 64,192,576 --seeds 6 --steps 30");
        for (String scaling : new String[]{"NTK", "ONE_SIGN", "STANDARD", "MEAN_FIELD"}) {
            for (String quantity : new String[]{"parameters", "features", "kernel"}) {
                JsonNode law = found.get("changes").get(scaling).get(quantity);
                assertThat(slope(law)).as("%s, %s", scaling, quantity)
                        .isCloseTo(law.get("theory").asDouble(), slack(law, 1.0 / 8));
            }
        }
        // the two kernels' exponents are told apart: the bound -1/2 is attained with one sign and not with random ones
        assertThat(slope(found.get("changes").get("NTK").get("kernel"))).isLessThan(-0.75);
        assertThat(slope(found.get("changes").get("ONE_SIGN").get("kernel"))).isGreaterThan(-0.75);
    }

    /** The floor is (1 - (-1))²/4; the trained loss is above it, and by no more than the slowest mode has left. */
    @Test
    void trainedNetworksFollowTheirLinearisation() {
        JsonNode found = Invocation.json("linearised-training --widths 64,256,1024 --samples 6 --features 8 --seeds 4");
        assertThat(slope(found.get("slopeFromOwn"))).isCloseTo(-1, slack(found.get("slopeFromOwn"), 1.0 / 8));
        assertThat(slope(found.get("slopeFromInfinite"))).isCloseTo(-0.5, slack(found.get("slopeFromInfinite"),
                1.0 / 8));
        assertThat(found.get("singularRank").asInt()).isEqualTo(5);
        assertThat(found.get("singularFloor").asDouble()).isCloseTo(1, within(1e-12));
        assertThat(found.get("singularLoss").asDouble()).isBetween(1 - 1e-12, 1.01);
    }

    @Test
    void lowFrequenciesAreLearnedFirst() {
        JsonNode modes = Invocation.json("spectral-bias --width 1024 --points 24 --frequencies 1,2,3 --steps 400")
                .get("modes");
        double before = 0;
        for (String k : new String[]{"1", "2", "3"}) {
            double trained = modes.get(k).get("halfLifeTrained").asDouble();
            assertThat(trained).as("k = %s", k).isGreaterThan(2 * before);
            before = trained;
        }
    }

    /** In the lazy limit both changes fall like 1/alpha; the next order of what alpha = 30 leaves is 1/30 of the first. */
    @Test
    void largeScalesAreLazyAndSmallOnesLearnFeatures() {
        JsonNode found = Invocation
                .json("lazy-rich --alphas 0.3,30,100,300 --width 64 --samples 64 --features 8 --steps 400");
        assertThat(found.get("kernelSlope").asDouble()).isCloseTo(-1, within(0.05));
        assertThat(found.get("parameterSlope").asDouble()).isCloseTo(-1, within(0.05));
        JsonNode rich = found.get("outcomes").get(0);
        JsonNode lazy = found.get("outcomes").get(3);
        assertThat(rich.get("targetAlignment").asDouble()).isGreaterThan(2 * lazy.get("targetAlignment").asDouble());
        assertThat(rich.get("testLoss").asDouble()).isLessThan(lazy.get("testLoss").asDouble());
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        Invocation run = Invocation.line("width-scaling --widths 64,64");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("--widths: expected two or more ascending numbers");
        assertThat(Invocation.line("linearised-training --rate 2").status()).isEqualTo(2);
        assertThat(Invocation.line("lazy-rich --alphas 0,1").status()).isEqualTo(2);
        assertThat(Invocation.line("spectral-bias --points 8").status()).isEqualTo(2);
    }
}
