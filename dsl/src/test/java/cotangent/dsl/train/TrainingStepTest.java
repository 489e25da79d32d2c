package cotangent.dsl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.kernel.Fork;
import cotangent.dsl.kernel.Workers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingStepTest {
    private static final Fn SQUARES = Fn.of("squares", (p, x) -> p.times(x).square().sum());

    private static Tensor x(DType dtype) {
        return Key.of(1).normal(Shape.of(200, 300), dtype);
    }

    private static TrainingStep classifier(Mlp net) {
        return TrainingStep.of(Fn.of("loss", (p, x, y) -> Nn.crossEntropy(net.apply(p, x), y)), Adam.rate(1e-2));
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void lossesFallOnEveryBackend(DType dtype) {
        Mlp net = Nn.mlp(5, 16, 3).dtype(dtype);
        Tensor x = Key.of(1).normal(Shape.of(32, 5), dtype);
        Tensor y = x.slice(1, 0, 3).argmax(1);
        List<Double> last = new ArrayList<>();
        for (String backend : new String[]{"simd", "reference"}) {
            TrainingStep step = classifier(net);
            step = step.with(step.loss().on(Backends.named(backend)));
            TrainingState state = step.start(net.init(Key.of(2)));
            double first = step.run(state, x, y);
            double loss = first;
            for (int t = 0; t < 60; t++) {
                loss = step.run(state, x, y);
            }
            assertThat(loss).isLessThan(0.3 * first);
            last.add(loss);
        }
        // Adam's step is at most some rates long whatever the gradient's rounding: 60 steps of 1e-2, to 1e3 roundings.
        assertThat(last.get(0)).isCloseTo(last.get(1), within(1e3 * dtype.unitRoundoff()));
    }

    @Test
    void theSameBitsForAnyNumberOfThreads() {
        Mlp net = Nn.mlp(300, 128, 10).dtype(DType.F32).activation("relu");
        Tensor y = x(DType.F32).slice(1, 0, 10).argmax(1);
        TrainingStep step = classifier(net).clipGlobalNorm(0.5);
        TrainingState together = step.start(net.init(Key.of(2)));
        TrainingState alone = together.copy();
        for (int t = 0; t < 5; t++) {
            double loss = step.run(together, x(DType.F32), y);
            assertThat(Workers.<Double, RuntimeException>withLimit(1, () -> step.run(alone, x(DType.F32), y)))
                    .isEqualTo(
                            loss);
        }
        assertThat(together.params()).isEqualTo(alone.params());
        assertThat(together.optimizer()).isEqualTo(alone.optimizer());
    }

    @Test
    void whatWasTakenFromAStateStaysAsItIs() {
        TrainingStep step = TrainingStep.of(SQUARES, Sgd.rate(0.1).momentum(0.5));
        Tensor initial = Tensor.of(1.0, 2.0);
        TrainingState state = step.start(initial);
        Tensor ones = Tensor.of(1.0, 1.0);
        step.run(state, ones);
        Tree once = state.params();
        step.run(state, ones);
        step.run(state, ones);
        assertThat(initial).isEqualTo(Tensor.of(1.0, 2.0));
        assertThat(once).isEqualTo(Tensor.of(1 - 0.1 * 2, 2 - 0.1 * 4));
        assertThat(state.step()).isEqualTo(3);
    }

    @Test
    void runsMayTakeTurns() {
        TrainingStep step = TrainingStep.of(SQUARES, Adam.rate(0.1));
        Tensor ones = Tensor.of(1.0, 1.0);
        TrainingState first = step.start(Tensor.of(1.0, 2.0));
        TrainingState second = step.start(Tensor.of(3.0, 1.0));
        TrainingState alone = second.copy();
        for (int t = 0; t < 3; t++) {
            step.run(first, ones);
            step.run(second, ones);
        }
        for (int t = 0; t < 3; t++) {
            step.run(alone, ones);
        }
        assertThat(second.params()).isEqualTo(alone.params());
        assertThat(first.params()).isNotEqualTo(second.params());
    }

    @Test
    void aChangingLearningRateCompilesNothingNew() {
        int[] traced = {0};
        Fn counted = Fn.of("counted", (p, x) -> {
            traced[0]++;
            return SQUARES.apply(p, x);
        });
        TrainingStep step = TrainingStep.of(counted, Adam.rate(LearningRate.cosine(0.1, 50).warmUp(5)));
        TrainingState state = step.start(Tensor.of(1.0, 2.0));
        for (int t = 0; t < 60; t++) {
            step.run(state, Tensor.of(1.0, 1.0));
        }
        step.run(step.start(Tensor.of(5.0, 2.0)), Tensor.of(1.0, 1.0));
        assertThat(traced[0]).isEqualTo(1);
    }

    @Test
    void clippingScalesAllGradientsTogether() {
        Params params = Params.of("a", Tensor.of(3.0, 0.0)).with("b", Tensor.of(4.0));
        Fn half = Fn.of("half", p -> p.get("a").square().sum().plus(p.get("b").square().sum()).times(0.5));
        TrainingStep step = TrainingStep.of(half, Sgd.rate(1));
        TrainingState state = step.clipGlobalNorm(2.5).start(params);
        step.clipGlobalNorm(2.5).run(state);
        // The gradient (3, 0, 4) has norm 5.
        double factor = 2.5 / (5 + 1e-6);
        assertThat(state.params().asParams().flatten().toDoubles())
                .containsExactly(new double[]{3 - 3 * factor, 0, 4 - 4
                        * factor}, within(4 * 0x1p-52));
        TrainingState free = step.clipGlobalNorm(6).start(params);
        step.clipGlobalNorm(6).run(free);
        assertThat(free.params().asParams().flatten()).isEqualTo(Tensor.of(0.0, 0.0, 0.0));
    }

    /** Squares of float32 numbers above 2^64 overflow in float32. */
    @Test
    void clippingDoesNotOverflow() {
        Fn linear = Fn.of("linear", (p, x) -> p.times(x).sum());
        TrainingStep step = TrainingStep.of(linear, Sgd.rate(1)).clipGlobalNorm(1);
        TrainingState state = step.start(Tensor.zeros(DType.F32, 2));
        step.run(state, Tensor.of(3e25f, 4e25f));
        assertThat(state.params().asTensor().toDoubles()).containsExactly(new double[]{-0.6, -0.8},
                within(4 * 0x1p-24));
    }

    @Test
    void aLossThatIsNotANumberStopsAndLeavesTheState() {
        TrainingStep step = TrainingStep.of(Fn.of("log", p -> p.log().sum()), Sgd.rate(1));
        TrainingState state = step.start(Tensor.of(0.5, 2.0));
        step.run(state);
        Tree before = state.params();
        assertThatThrownBy(() -> step.run(state)).isInstanceOfSatisfying(NonFiniteLossException.class, failure -> {
            assertThat(failure.step()).isEqualTo(1);
            assertThat(failure.loss()).isNaN();
        }).hasMessageContaining("step 1");
        assertThat(state.step()).isEqualTo(1);
        assertThat(state.params()).isEqualTo(before);
    }

    @Test
    void refusesWhatDoesNotFit() {
        TrainingStep step = TrainingStep.of(SQUARES, Adam.rate(0.1));
        TrainingState state = step.start(Tensor.of(1.0, 2.0));
        Tensor ones = Tensor.of(1.0, 1.0);
        assertThatThrownBy(() -> step.start(Params.of(Map.of("a", ones, "b", ones.cast(DType.F32))))).isInstanceOf(
                ShapeException.class)
                .hasMessageContaining("all f32 or all f64");
        assertThatThrownBy(() -> step.run(state, Tensor.of(1.0, 1.0, 1.0))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> step.run(state)).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "expected 2 inputs");
        TrainingStep other = TrainingStep.of(SQUARES, Sgd.rate(0.1));
        assertThatThrownBy(() -> other.run(state, ones)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("mean")
                .hasMessageContaining("start");
        TrainingStep vector = TrainingStep.of(Fn.of("vector", (p, x) -> p.times(x)), Sgd.rate(0.1));
        assertThatThrownBy(() -> vector.run(vector.start(ones), ones)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("scalar");
        TrainingStep narrow = TrainingStep.of(Fn.of("narrow", (p, x) -> p.times(x).sum().cast(DType.F32)),
                Sgd.rate(0.1));
        assertThatThrownBy(() -> narrow.run(narrow.start(ones), ones)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("dtype");
        assertThat(step.run(state, ones)).isEqualTo(5);
    }

    @Test
    void tuplesOfParametersTrainToo() {
        Fn loss = Fn.of("tuple", p -> p.get(0).square().sum().plus(p.get(1).get("w").square().sum()));
        TrainingStep step = TrainingStep.of(loss, Sgd.rate(0.5));
        TrainingState state = step.start(Tree.tuple(Tensor.of(1.0, 2.0), Params.of("w", Tensor.of(3.0))));
        assertThat(step.run(state)).isEqualTo(14);
        assertThat(step.run(state)).isZero();
        assertThat(state.params().asTuple().get(1).asParams().get("w")).isEqualTo(Tensor.of(0.0));
    }

    /** In a process of its own, three times at most: see the test of the same name in the simd package. */
    @Test
    void aStepAllocatesNothing() throws Exception {
        // The caller's array of the two tensors of a batch.
        long batch = 16 + 2 * 4;
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3 && least > batch; attempt++) {
            Process process = Fork.start(SteadyTrainingMain.class, "--add-modules", "jdk.incubator.vector");
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor()).as(printed).isZero();
            least = Math.min(least, Long.parseLong(printed));
        }
        assertThat(least).isLessThanOrEqualTo(batch);
    }

    @Test
    void theUpdateRunsWithinTheGradientsProduct() {
        Mlp net = Nn.mlp(784, 64, 10).dtype(DType.F32).activation("relu");
        TrainingStep step = classifier(net);
        TrainingState state = step.start(net.init(Key.of(2)));
        String plan = step.explain(state, Tensor.zeros(DType.F32, 32, 784), Tensor.zeros(DType.I32, 32));
        assertThat(plan).containsPattern("product .*784 x 32 x 64.* then .*sqrt.* dividedBy");
    }

    @Test
    void gradientsReachThroughWhateverALossIsMadeOf() {
        Fn loss = Fn.of("recurrent", (p, x) -> Expr.scan((h, in) -> {
            Expr next = h.times(p).plus(in).tanh();
            return Expr.tuple(next, next);
        }, x.at(0, 0).times(0), x).get(0).square().sum());
        TrainingStep step = TrainingStep.of(loss, Sgd.rate(0.1));
        TrainingState state = step.start(Tensor.of(0.5, -0.25));
        Tensor x = Key.of(4).normal(6, 2);
        Tensor gradient = loss.grad().apply(Tensor.of(0.5, -0.25), x).asTensor();
        step.run(state, x);
        assertThat(state.params().asTensor().toDoubles()).containsExactly(Tensor.of(0.5, -0.25)
                .minus(gradient.times(0.1))
                .toDoubles(), within(64 * 0x1p-53));
    }
}
