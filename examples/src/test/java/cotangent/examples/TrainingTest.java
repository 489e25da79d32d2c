package cotangent.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The experiments on training at a small size; seeds are fixed, so that each run gives the same numbers. */
final class TrainingTest {
    private static JsonNode json(String line) {
        Invocation run = Invocation.line(line + " --json");
        assertThat(run.status()).as(run.err()).isZero();
        return JsonMapper.shared().readTree(run.out());
    }

    private static double last(JsonNode run, String statistic) {
        JsonNode values = run.get(statistic);
        return values.get(values.size() - 1).asDouble();
    }

    /**
     * A lazy kernel stays and a rich one turns to the labels; with width the NTK parameterisation gets lazy, by 1/width for the
     * relative change and so by 1/width² for the alignment, and the mean-field one does not.
     */
    @Test
    void aRichKernelTurnsToTheLabelsAndALazyOneStays() {
        JsonNode found = json(
                "kernel-in-training --alphas 0.03,30 --widths 32,128 --samples 64 --tracked 12 --test 16 --steps 160");
        JsonNode series = found.get("series");
        JsonNode rich = series.get("output scale 0.03, width 32");
        JsonNode lazy = series.get("output scale 30.0, width 32");
        // 120 rows are no more than two passes for each product: the kernel is written out, and statistics are exact
        assertThat(last(lazy, "alignment")).isGreaterThan(1 - 1e-3);
        assertThat(last(rich, "alignment")).isLessThan(0.98);
        assertThat(last(rich, "label_alignment")).isGreaterThan(1.2 * last(lazy, "label_alignment"));
        assertThat(last(rich, "loss")).isLessThan(0.5 * rich.get("loss").get(0).asDouble());
        assertThat(rich.get("loss").get(0).asDouble()).isEqualTo(0.05);
        double narrow = 1 - last(series.get("NTK, width 32"), "alignment");
        double wide = 1 - last(series.get("NTK, width 128"), "alignment");
        assertThat(wide).isLessThan(narrow / 4);
        assertThat(1 - last(series.get("mean-field, width 128"), "alignment")).isGreaterThan(10 * wide);
        assertThat(found.get("testErrors").size()).isEqualTo(6);
    }

    /** The network leaves the constant answer behind, and on its way its states' kernel turns by more than it is known to. */
    @Test
    void aGruLearnsToAddAndItsKernelTurns() {
        JsonNode found = json(
                "gru-in-training --length 4 --hidden 12 --samples 128 --batch 32 --steps 256 --rate 0.02 --seeds 1 --tracked 16 --state-samples 2");
        JsonNode outputs = found.get("prediction").get("seed 0");
        JsonNode states = found.get("states").get("seed 0");
        assertThat(last(outputs, "loss")).isLessThan(0.1 * found.get("constantLoss").asDouble());
        assertThat(outputs.get("alignment").get(0).asDouble()).isCloseTo(1, within(1e-12));
        assertThat(last(outputs, "alignmentHalfWidths")).isZero();
        assertThat(1 - last(states, "alignment")).isGreaterThan(2 * last(states, "alignmentHalfWidths") + 0.01);
        for (String correlation : new String[]{"LossCorrelation", "LossRankCorrelation", "LossChangeCorrelation"}) {
            assertThat(Math.abs(outputs.get("trace" + correlation).asDouble())).isBetween(0.0, 1.0);
        }
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThat(Invocation.line("kernel-in-training --tracked 9 --samples 8").status()).isEqualTo(2);
        assertThat(Invocation.line("gru-in-training --length 1").status()).isEqualTo(2);
        assertThat(Invocation.line("kernel-in-training --data cifar").err()).contains("mnist7x7");
        assertThat(Invocation.line("kernel-in-training --data mnist28x28 --samples 500 --test 100").err()).contains(
                "1 to 512 samples, got 600");
    }
}
