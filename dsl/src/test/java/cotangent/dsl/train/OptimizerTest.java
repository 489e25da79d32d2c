package cotangent.dsl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The optimizers against their formulas, one step at a time, and against PyTorch 2.15. */
class OptimizerTest {
    private static final int STEPS = 12;
    private static final int SIZE = 37;
    /** Curvature of the loss 0.5 * CURVATURE * |p|^2, whose gradient has relative errors only. */
    private static final double CURVATURE = 1.7;

    /** One step of one number by its formula, written as in the optimizer's paper: p and the slots, changed in place. */
    private interface Formula {
        void step(int t, double[] numbers, double gradient);
    }

    static Stream<Arguments> formulas() {
        return Stream.of(Arguments.of(Sgd.rate(0.05), (Formula) (t, s, g) -> s[0] -= 0.05 * g),
                Arguments.of(Sgd.rate(0.05)
                        .weightDecay(0.3), (Formula) (t, s, g) -> s[0] -= 0.05 * (g + 0.3 * s[0])),
                Arguments.of(Sgd.rate(0.05).momentum(0.9).dampening(0.25), (Formula) (t, s, g) -> {
                    s[1] = t == 1 ? g : 0.9 * s[1] + 0.75 * g;
                    s[0] -= 0.05 * s[1];
                }), Arguments.of(Sgd.rate(LearningRate.step(0.05, 3, 0.5)).nesterov(0.9), (Formula) (t, s, g) -> {
                    s[1] = 0.9 * s[1] + g;
                    s[0] -= 0.05 * Math.pow(0.5, Math.floorDiv(t - 1, 3)) * (g + 0.9 * s[1]);
                }), Arguments.of(Adam.rate(0.02), (Formula) (t, s, g) -> adam(t, s, g, 0.02)),
                Arguments.of(Adam.rate(0.02)
                        .weightDecay(0.4), (Formula) (t, s, g) -> adam(t, s, g + 0.4 * s[0], 0.02)),
                Arguments.of(Adam.rate(0.02).decoupledWeightDecay(0.4), (Formula) (t, s, g) -> {
                    s[0] *= 1 - 0.02 * 0.4;
                    adam(t, s, g, 0.02);
                }));
    }

    private static void adam(int t, double[] s, double g, double rate) {
        s[1] = 0.9 * s[1] + 0.1 * g;
        s[2] = 0.999 * s[2] + 0.001 * g * g;
        double corrected = s[1] / (1 - Math.pow(0.9, t));
        s[0] -= rate * corrected / (Math.sqrt(s[2] / (1 - Math.pow(0.999, t))) + 1e-8);
    }

    /**
     * Each step begins with the state that the step before left, so that errors do not add up. A step takes fewer than 16
     * roundings; none of its sums cancels by more than the size of the terms, which is at most |p| + |p' - p| for the
     * parameter and the larger of before, after and the gradient for a slot. A parameter moves by a slot times a factor, and
     * so inherits its error relative to the slot: the rate over the root mean square in Adam's case, at most 3 rates here.
     */
    @ParameterizedTest
    @MethodSource("formulas")
    void followsItsFormula(Optimizer optimizer, Formula formula) {
        for (DType dtype : new DType[]{DType.F32, DType.F64}) {
            TrainingStep step = TrainingStep.of(Fn.of("quadratic", p -> p.square().sum().times(0.5 * CURVATURE)),
                    optimizer);
            TrainingState state = step.start(Key.of(3).normal(Shape.of(SIZE), dtype));
            for (int t = 1; t <= STEPS; t++) {
                double[][] before = numbers(state);
                step.run(state);
                double[][] after = numbers(state);
                for (int i = 0; i < SIZE; i++) {
                    double[] expected = column(before, i);
                    double gradient = CURVATURE * expected[0];
                    formula.step(t, expected, gradient);
                    double unit = 16 * dtype.unitRoundoff();
                    for (int s = 0; s < expected.length; s++) {
                        double size = Math.abs(before[s][i]) + Math.abs(expected[s])
                                + (s == 0 ? 0.2
                                        : Math.max(Math.abs(
                                                gradient), gradient * gradient));
                        assertThat(after[s][i]).as("%s %s step %d slot %d", optimizer, dtype, t, s)
                                .isCloseTo(expected[s], within(unit * size));
                    }
                }
            }
        }
    }

    /** Parameters, then slots. */
    private static double[][] numbers(TrainingState state) {
        return Stream.concat(state.params().leaves().stream(), state.optimizer().leaves().stream())
                .map(Tensor::toDoubles)
                .toArray(double[][]::new);
    }

    private static double[] column(double[][] rows, int i) {
        return Stream.of(rows).mapToDouble(row -> row[i]).toArray();
    }

    static Stream<Arguments> pytorch() {
        double inf = Double.POSITIVE_INFINITY;
        return Stream.of(
                Arguments.of(Sgd.rate(0.1), inf,
                        new double[]{0.2540072523183748, -0.06777655721861581, 0.1601905109862413,
                                0.2105830882170782, -0.5259995599935691, 0.4888243259661793, 0.099233795782935,
                                0.0074878196687018506, 0.4155387404433216}),
                Arguments.of(Sgd.rate(0.1).weightDecay(0.05), inf,
                        new double[]{0.24750068992146013, -0.060900335458888434,
                                0.15104345348510315, 0.2062598505225805, -0.5116130920382685, 0.4722497578530301,
                                0.09625222882208595, 0.009825966768024632, 0.40782951893549324}),
                Arguments.of(Sgd.rate(0.1).momentum(0.9), inf, new double[]{0.3585413341278023, 0.3244991512324984,
                        -0.29018266394705833, 0.4081136185544878, -0.5817866464986101, 0.29092495412162533,
                        0.18522891684179235, 0.17416037806250548, 0.17900122340603108}),
                Arguments.of(Sgd.rate(0.1).momentum(0.9).dampening(0.3).weightDecay(0.02), inf, new double[]{
                        0.33430983832776884, 0.20800086260101444, -0.16749856373277913, 0.3399165229421909,
                        -0.5583277615508896, 0.34037526348396147, 0.16270656421487317, 0.12838149211592087,
                        0.2273996900193748}),
                Arguments.of(Sgd.rate(0.1).nesterov(0.8).weightDecay(0.02), inf, new double[]{0.3055165263002499,
                        0.2889146896423167, -0.25581429477175893, 0.3979041223600535, -0.543168941208488,
                        0.28081495110821236, 0.15526143385744087, 0.14000099489437223, 0.17081531077201415}),
                Arguments.of(Adam.rate(0.05), inf, new double[]{0.4578145164600069, -0.0002934071601037383,
                        0.10729011024011748, 0.3971184258727988, -0.7504889202302206, 0.29934192622903366,
                        0.3325915133111512, 0.19782973689523578, 0.2851569771691934}),
                Arguments.of(Adam.rate(0.05).betas(0.8, 0.95).epsilon(1e-4).weightDecay(0.1), inf, new double[]{
                        0.40460824948678026, -0.0008774732907486649, 0.10924782141735606, 0.39190132540894124,
                        -0.5332088599452504, 0.300095955370907, 0.2599083745959219, 0.19493858378247853,
                        0.2960842488830322}),
                Arguments.of(Adam.rate(0.05).decoupledWeightDecay(0.1), inf, new double[]{0.4473839019918223,
                        0.004749408305239532, 0.09909373495522632, 0.39034302749533756, -0.7340162132361759,
                        0.2853751560938441, 0.32552182465624585, 0.19687510888820056, 0.2812273652567911}),
                Arguments.of(Sgd.rate(0.5), 0.3,
                        new double[]{0.2673077149716022, 0.2145732502380256, -0.1640348627245194,
                                0.3649014692136883, -0.5357391239770802, 0.3237539748427952, 0.13314158526258452,
                                0.09438835013766068, 0.20495582279472108}),
                Arguments.of(Sgd.rate(LearningRate.cosine(0.3, 0.01, 5)), inf, new double[]{0.2739643271114188,
                        0.04667177386959616, 0.04411137053045781, 0.2632310706764902, -0.5360600536945651,
                        0.4303499547887886, 0.11946389532830025, 0.05532125697892728, 0.2729941953386391}),
                Arguments.of(Adam.rate(LearningRate.step(0.1, 2, 0.5)), inf, new double[]{0.5015373077954481,
                        0.04592551702519657, 0.06012503820030313, 0.4415661700357185, -0.798505065832289,
                        0.2511860998908683, 0.3732451693105637, 0.23842184510419354, 0.22359362574854394}));
    }

    /**
     * Six steps of a tanh layer. A gradient takes some 60 roundings, of numbers up to 1; momentum adds up to 10 steps, and
     * Adam divides by a root mean square of at least 1e-2 of the gradients' size: 6 * 60 * 10 * 2^-53 = 4e-13.
     */
    @ParameterizedTest
    @MethodSource("pytorch")
    void agreesWithPyTorch(Optimizer optimizer, double largestNorm, double[] expected) {
        Tensor x = Tensor.of(new double[][]{{0.5, -1, 0.25}, {1.5, 0.75, -0.5}, {-0.25, 0.5, 1}, {2, -1.5, -1}});
        Tensor y = Tensor.of(new double[][]{{1, -0.5}, {0.25, 0.75}, {-1, 0.5}, {0.5, -0.25}});
        Params params = Params.of(Map.of("W", Tensor.of(new double[][]{{0.2, -0.3}, {0.4, 0.1}, {-0.5, 0.6}})))
                .with("b", Tensor.of(0.05, -0.1));
        TrainingStep step = TrainingStep
                .of(Fn.of("layer", (p, in, target) -> Nn.mse(Nn.dense(in, p.get("W"), p.get("b"))
                        .tanh(), target)), optimizer);
        TrainingStep clipped = largestNorm < Double.POSITIVE_INFINITY ? step.clipGlobalNorm(largestNorm) : step;
        TrainingState state = clipped.start(params);
        double loss = 0;
        for (int t = 0; t < 6; t++) {
            loss = clipped.run(state, x, y);
        }
        double[] actual = state.params().asParams().flatten().toDoubles();
        assertThat(actual).containsExactly(Arrays.copyOf(expected, actual.length), within(4e-13));
        assertThat(loss).isCloseTo(expected[actual.length], within(4e-13));
    }

    @Test
    void schedulesFollowTheirFormulas() {
        LearningRate cosine = LearningRate.cosine(0.4, 0.1, 4);
        assertThat(cosine.at(0)).isEqualTo(0.4);
        assertThat(cosine.at(1)).isCloseTo(0.25 + 0.15 * Math.sqrt(0.5), within(0x1p-52));
        assertThat(cosine.at(2)).isCloseTo(0.25, within(0x1p-52));
        assertThat(cosine.at(4)).isEqualTo(0.1);
        assertThat(cosine.at(1000)).isEqualTo(0.1);
        LearningRate warm = LearningRate.step(0.8, 10, 0.5).warmUp(3);
        assertThat(warm.at(0)).isCloseTo(0.2, within(0x1p-52));
        assertThat(warm.at(2)).isCloseTo(0.6, within(0x1p-52));
        assertThat(warm.at(3)).isEqualTo(0.8);
        assertThat(warm.at(12)).isEqualTo(0.8);
        assertThat(warm.at(13)).isEqualTo(0.4);
        assertThat(LearningRate.constant(0.3).at(1L << 40)).isEqualTo(0.3);
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        assertThatThrownBy(() -> Sgd.rate(-1)).isInstanceOf(CotangentException.class)
                .hasMessageContaining("learning rate");
        assertThatThrownBy(() -> Sgd.rate(Double.NaN)).isInstanceOf(CotangentException.class);
        assertThatThrownBy(() -> Sgd.rate(1).momentum(1)).hasMessageContaining("momentum");
        assertThatThrownBy(() -> new Sgd(LearningRate.constant(1), 0.9, 0.1, true, 0)).hasMessageContaining("nesterov");
        assertThatThrownBy(() -> Adam.rate(1).betas(0.9, 1)).hasMessageContaining("beta2");
        assertThatThrownBy(() -> Adam.rate(1).weightDecay(Double.POSITIVE_INFINITY))
                .hasMessageContaining("weightDecay");
        assertThatThrownBy(() -> LearningRate.cosine(1, 0)).hasMessageContaining("steps");
    }
}
