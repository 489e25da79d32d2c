package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The experiments on training at a small size; seeds are fixed, so that each run gives the same numbers. */
final class TrainingTest {
    private static double last(JsonNode run, String statistic) {
        JsonNode values = run.get(statistic);
        return values.get(values.size() - 1).asDouble();
    }

    /** The lower the scale of the output, 0.03, 1/√64 and 1, the further the kernel turns; the richest turns to the labels. */
    @Test
    void aRichKernelTurnsToTheLabelsAndALazyOneStays() {
        JsonNode found = Invocation.json(
                "kernel-in-training --alphas 0.03 --widths 64 --samples 64 --tracked 8 --test 16 --steps 160");
        JsonNode series = found.get("series");
        JsonNode rich = series.get("output scale 0.03, width 64");
        JsonNode middle = series.get("mean-field, width 64");
        JsonNode lazy = series.get("NTK, width 64");
        assertThat(last(lazy, "alignment")).isBetween(0.95, 1.0).isGreaterThan(last(middle, "alignment"));
        assertThat(last(rich, "alignment")).isLessThan(last(middle, "alignment"));
        assertThat(last(rich, "label_alignment")).isGreaterThan(1.2 * last(lazy, "label_alignment"));
        assertThat(last(rich, "loss")).isLessThan(0.5 * rich.get("loss").get(0).asDouble());
        assertThat(rich.get("loss").get(0).asDouble()).isEqualTo(0.05);
        assertThat(found.get("testErrors").size()).isEqualTo(3);
    }

    /** The network leaves the constant answer behind, and on its way its states' kernel turns by more than it is known to. */
    @Test
    void aGruLearnsToAddAndItsKernelTurns() {
        JsonNode found = Invocation.json(
                "gru-in-training --length 4 --hidden 12 --samples 128 --batch 32 --steps 240 --rate 0.02 --seeds 1 --tracked 16 --state-samples 2");
        JsonNode outputs = found.get("prediction").get("seed 0");
        JsonNode states = found.get("states").get("seed 0");
        assertThat(last(outputs, "loss")).isLessThan(0.1 * found.get("constantLoss").asDouble());
        assertThat(outputs.get("alignment").get(0).asDouble()).isCloseTo(1, within(1e-12));
        assertThat(last(outputs, "alignmentHalfWidths")).isZero();
        assertThat(1 - last(states, "alignment")).isGreaterThan(2 * last(states, "alignmentHalfWidths") + 0.01);
        for (String correlation : new String[]{"LogLossCorrelation", "LossRankCorrelation",
                "LogLossChangeCorrelation"}) {
            assertThat(Math.abs(outputs.get("trace" + correlation).asDouble())).isBetween(0.0, 1.0);
        }
    }

    /** Every number of the table is there and possible, and verdicts are those of the corrected p-values. */
    @Test
    void ranksNetworksByTheirKernels() {
        Invocation run = Invocation.line(
                "kernel-ranking --scales 1 --samples 64 --test 32 --tracked 6 --steps 40 --json");
        JsonNode found = JsonMapper.shared().readTree(run.out());
        assertThat(found.get("networks").size()).isEqualTo(10);
        for (JsonNode network : found.get("networks")) {
            assertThat(network.get("effective rank").asDouble()).isBetween(1.0, 60.0);
            assertThat(network.get("stable rank").asDouble()).isBetween(1.0, network.get("effective rank").asDouble());
            assertThat(network.get("target alignment").asDouble()).isBetween(0.0, 1.0);
            assertThat(network.get("loss of linearised training").asDouble()).isBetween(0.0, 0.5);
            assertThat(network.get("Adam, training").asDouble()).isLessThan(0.06);
        }
        JsonNode pairs = found.get("all");
        assertThat(pairs.size()).isEqualTo(36);
        for (JsonNode pair : pairs) {
            assertThat(pair.get("rho").asDouble()).isBetween(pair.get("low").asDouble(), pair.get("high").asDouble());
            assertThat(pair.get("corrected").asDouble()).isGreaterThanOrEqualTo(pair.get("pValue").asDouble());
        }
        // what the theory of the kernel says of gradient descent is borne out by it
        assertThat(pairs.get("loss of linearised training / descent, training").get("rho").asDouble())
                .isGreaterThan(0.5);
    }

    /** Errors of 4 seeds tell little but their size: with 24 one-sided products one is at most √(2/24) = 0.29 in the mean square. */
    @Test
    void tellsWhichFamilyHasALowRankKernel() {
        JsonNode kernels = Invocation.json("model-families --samples 3 --seeds 4 --matvecs 12 --probes 30")
                .get("kernels");
        assertThat(kernels.size()).isEqualTo(8);
        for (JsonNode kernel : kernels) {
            assertThat(kernel.get("rows").asInt() % 3).isZero();
            double share = kernel.get("leading").get(0).asDouble() / kernel.get("trace").asDouble();
            // the largest Ritz value is below the trace and above the mean eigenvalue
            assertThat(share).isBetween(1.0 / kernel.get("rows").asInt(), 1.0);
            assertThat(kernel.get("found").asDouble()).isBetween(share, 1.0);
            for (JsonNode estimate : kernel.get("estimates")) {
                for (String method : new String[]{"Hutch++", "RHutch", "FHutch", "XTrace"}) {
                    assertThat(estimate.get(method + "Error").asDouble()).isBetween(0.0, 0.6);
                }
                assertThat(estimate.get("advised").asString()).isIn("Hutch++", "RHutch", "FHutch");
            }
        }
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThat(Invocation.line("kernel-in-training --tracked 9 --samples 8").status()).isEqualTo(2);
        assertThat(Invocation.line("model-families --scale 0").status()).isEqualTo(2);
        assertThat(Invocation.line("kernel-ranking --tracked 1").status()).isEqualTo(2);
        assertThat(Invocation.line("gru-in-training --length 1").status()).isEqualTo(2);
        assertThat(Invocation.line("kernel-in-training --data cifar").err()).contains("mnist7x7");
        assertThat(Invocation.line("kernel-in-training --data mnist28x28 --samples 500 --test 100").err()).contains(
                "1 to 512 samples, got 600");
    }
}
