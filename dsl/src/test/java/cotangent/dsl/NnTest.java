package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.autodiff.CheckGrads;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.ir.Op;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NnTest {
    private static final Tensor X = Key.of(1).normal(5, 3);

    /** Both by the reference backend, which takes one primitive after the other, so that not a bit may differ. */
    private static void assertSame(Fn left, Fn right, Tree... inputs) {
        Backend reference = Backends.named("reference");
        assertThat(left.on(reference).apply(inputs)).isEqualTo(right.on(reference).apply(inputs));
    }

    @Test
    void aPerceptronAppliesItsLayersInTurn() {
        Mlp mlp = Nn.mlp(3, 4, 2);
        Params p = mlp.init(Key.of(2)).with("b1", Key.of(3).normal(4)).with("b2", Key.of(4).normal(2));
        Fn byHand = Fn.of("by hand", (w, x) -> x.matmul(w.get("W1"))
                .plus(w.get("b1"))
                .tanh()
                .matmul(w.get("W2"))
                .plus(w
                        .get("b2")));
        assertSame(mlp.fn(), byHand, p, X);
        assertSame(mlp.fn(), byHand, p, X.at(0, 1));
        assertThat(mlp.fn().apply(p, X.at(0, 1)).asTensor().shape()).isEqualTo(Shape.of(2));
        assertThat(mlp).hasToString("3-4-2 tanh");
    }

    @Test
    void theNtkParameterisationScalesWhenItIsUsed() {
        Mlp mlp = Nn.mlp(3, 4, 2).activation("erf").ntk(1.5, 0.3);
        Fn byHand = Fn.of("by hand", (w, x) -> {
            Expr hidden = x.matmul(w.get("W1")).times(1.5 / Math.sqrt(3)).plus(w.get("b1").times(0.3)).erf();
            return hidden.matmul(w.get("W2")).times(1.5 / Math.sqrt(4)).plus(w.get("b2").times(0.3));
        });
        assertSame(mlp.fn(), byHand, mlp.init(Key.of(2)), X);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void everyActivationHasCorrectDerivatives(Activation activation) {
        Mlp mlp = Nn.mlp(3, 4, 2).activation(activation.toString()).initializer("pytorch-linear");
        CheckGrads.check(mlp.fn(), 3, mlp.init(Key.of(5)), X);
    }

    @Test
    void aPerceptronRefusesWhatDoesNotFit() {
        Mlp mlp = Nn.mlp(3, 4, 2);
        Params p = mlp.init(Key.of(0));
        assertThatThrownBy(() -> Nn.mlp(3)).isInstanceOf(ShapeException.class).hasMessageContaining("[3]");
        assertThatThrownBy(() -> Nn.mlp(3, 0, 1)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> mlp.activation("swishy")).isInstanceOf(CotangentException.class)
                .hasMessageContaining(
                        "\"swishy\"")
                .hasMessageContaining("identity, tanh, relu, gelu, silu, sigmoid, softplus, erf, sin");
        assertThatThrownBy(() -> mlp.initializer("xavier")).isInstanceOf(CotangentException.class)
                .hasMessageContaining(
                        "he-normal, he, he-uniform, glorot-normal");
        assertThatThrownBy(() -> mlp.dtype(DType.I32)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> mlp.fn().apply(p.with("W1", Tensor.zeros(DType.F64, 4, 3)), X)).isInstanceOf(
                ShapeException.class)
                .hasMessageContaining("W1")
                .hasMessageContaining("[3, 4]")
                .hasMessageContaining(
                        "[4, 3]");
        assertThatThrownBy(() -> mlp.fn().apply(Params.of("W1", p.get("W1")), X)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("b1");
        assertThatThrownBy(() -> mlp.fn().apply(p, Tensor.zeros(DType.F64, 5, 7))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("[5, 7]")
                .hasMessageContaining("[3, 4]");
    }

    /**
     * Standard deviations over n = 30,000 weights: the variance's estimate has relative deviation at most sqrt(2/n), so
     * 4.5 deviations of its root are 4.5 sqrt(1 / 2n) = 1.8 %; biases come as few to be tested like that.
     */
    @ParameterizedTest
    @CsvSource({"he-normal, 0.01", "he, 0.01", "he-uniform, 0.01", "glorot-normal, 0.008", "glorot, 0.008",
            "glorot-uniform, 0.008", "lecun-normal, 0.005", "lecun, 0.005", "lecun-uniform, 0.005",
            "pytorch-linear, 0.0016666666666666668", "pytorch, 0.0016666666666666668", "ntk, 1"})
    void initialWeightsHaveTheVarianceOfTheirName(String name, double variance) {
        Initializer initializer = Initializer.named(name);
        Tensor weights = initializer.weights(Key.of(7), Shape.of(200, 50), DType.F64);
        Tensor kernel = initializer.weights(Key.of(8), Shape.of(4, 5, 10, 100), DType.F64);
        double kernelVariance = name.startsWith("glorot") ? 2.0 / (200 + 2000) : variance;
        assertStandardDeviation(weights, variance);
        assertStandardDeviation(kernel, kernelVariance);
        if (name.contains("uniform") || name.startsWith("pytorch")) {
            double largest = Arrays.stream(weights.toDoubles()).map(Math::abs).max().orElseThrow();
            assertThat(largest).isBetween(0.99 * Math.sqrt(3 * variance), Math.sqrt(3 * variance));
        }
    }

    private static void assertStandardDeviation(Tensor weights, double variance) {
        double measured = Math.sqrt(Arrays.stream(weights.toDoubles()).map(w -> w * w).average().orElseThrow());
        assertThat(measured / Math.sqrt(variance)).isCloseTo(1, within(4.5 * Math.sqrt(0.5 / weights.shape().size())));
    }

    @Test
    void initialBiasesAreZeroButForPytorchAndNtk() {
        assertThat(Initializer.HE_NORMAL.biases(Key.of(1), 9, 4, DType.F32)).isEqualTo(Tensor.zeros(DType.F32, 4));
        assertThat(Initializer.NTK.biases(Key.of(1), 9, 4, DType.F64)).isEqualTo(Key.of(1).normal(4));
        assertThat(Initializer.PYTORCH_LINEAR.biases(Key.of(1), 9, 4, DType.F64)).isEqualTo(Tensor.of(Arrays.stream(Key
                .of(1)
                .uniform(4)
                .toDoubles()).map(u -> (2 * u - 1) * Math.sqrt(1 / 9.0)).toArray()));
    }

    @Test
    void float32ParametersAreTheRoundedFloat64Ones() {
        Params wide = Nn.mlp(5, 4, 3).init(Key.of(11));
        Params narrow = Nn.mlp(5, 4, 3).dtype(DType.F32).init(Key.of(11));
        assertThat(narrow.get("W2")).isEqualTo(wide.get("W2").cast(DType.F32));
        assertThat(narrow.names()).containsExactly("W1", "b1", "W2", "b2");
    }

    @Test
    void layerNormGivesMeanZeroAndVarianceOne() {
        Tensor x = Key.of(1).normal(4, 7).times(3).plus(5);
        Tensor y = Nn.layerNorm(x, Tensor.ones(DType.F64, 7), Tensor.zeros(DType.F64, 7));
        Tensor variance = x.variance(-1);
        for (int row = 0; row < 4; row++) {
            double mean = x.at(0, row).mean().item();
            for (int i = 0; i < 7; i++) {
                double expected = (x.get(row, i) - mean) / Math.sqrt(variance.get(row) + 1e-5);
                // A mean of 7, a difference, a variance of 7, a root, a quotient and products: 30 roundings or fewer of
                // numbers below 12, times 1/3 for the scale.
                assertThat(y.get(row, i)).isCloseTo(expected, within(30 * 0x1p-53 * 12));
            }
        }
        Fn norm = Fn.of("norm", (a, g, b) -> Nn.layerNorm(a, g, b));
        CheckGrads.check(norm, 2, x, Key.of(2).normal(7), Key.of(3).normal(7));
    }

    @Test
    void dropoutKeepsTheMeanAndDropsAtItsRate() {
        int n = 1 << 16;
        double rate = 0.3;
        Fn drop = Fn.of("drop", (x, key) -> Nn.dropout(x, rate, key));
        Tensor ones = Tensor.ones(DType.F64, n);
        Tensor y = drop.apply(ones, Key.of(5).toTensor()).asTensor();
        double kept = Arrays.stream(y.toDoubles()).filter(v -> v != 0).count();
        assertThat(kept / n).isCloseTo(0.7, within(4.5 * Math.sqrt(0.21 / n)));
        assertThat(Arrays.stream(y.toDoubles()).distinct().sorted().toArray()).containsExactly(0, 1 / (1 - rate));
        assertThat(drop.apply(ones, Key.of(5).toTensor())).isEqualTo(y);
        assertThat(Nn.dropout(ones, rate, Key.of(5).toTensor())).isEqualTo(y);
        assertThat(drop.apply(ones, Key.of(6).toTensor())).isNotEqualTo(y);
        assertThat(Nn.dropout(ones, 0, Key.of(5).toTensor())).isSameAs(ones);
        Tensor gradient = Fn.of("sum", (x, key) -> drop.apply(x, key).sum())
                .grad()
                .apply(ones, Key.of(5).toTensor())
                .asTensor();
        assertThat(gradient).isEqualTo(y);
        assertThatThrownBy(() -> Nn.dropout(ones, 1, Key.of(5).toTensor())).isInstanceOf(CotangentException.class)
                .hasMessageContaining("got 1.0");
    }

    @Test
    void theRandomPrimitiveGivesTheKeysNumbers() {
        Fn draw = Fn.of("draw",
                key -> Expr.tuple(key.operation(new Op.Random(Distribution.NORMAL, TensorType.of(DType.F32, 3, 5))),
                        key.operation(
                                new Op.Random(Distribution.RADEMACHER, TensorType.of(DType.F64,
                                        7)))));
        Key key = Key.of(-3).fold(9);
        Tuple drawn = draw.apply(key.toTensor()).asTuple();
        assertThat(drawn.get(0)).isEqualTo(key.normal(Shape.of(3, 5), DType.F32));
        assertThat(drawn.get(1)).isEqualTo(key.rademacher(7));
        Tensor keys = Tensor.stack(0, key.toTensor(), Key.of(8).toTensor());
        Tuple batched = draw.vmap().apply(keys).asTuple();
        assertThat(batched.get(0).asTensor().at(0, 0)).isEqualTo(key.normal(Shape.of(3, 5), DType.F32));
        assertThat(batched.get(1).asTensor().at(0, 1)).isEqualTo(Key.of(8).rademacher(7));
    }

    @Test
    void attentionMixesValuesByTheSoftmaxOfScaledProducts() {
        int heads = 2;
        Tensor q = Key.of(1).normal(3, 4, 6);
        Tensor k = Key.of(2).normal(3, 5, 6);
        Tensor v = Key.of(3).normal(3, 5, 2);
        for (boolean causal : new boolean[]{false, true}) {
            Tensor y = Nn.attention(q, k, v, heads, causal);
            assertThat(y.shape()).isEqualTo(Shape.of(3, 4, 2));
            for (int b = 0; b < 3; b++) {
                for (int t = 0; t < 4; t++) {
                    for (int h = 0; h < heads; h++) {
                        // Some 30 roundings of numbers below 20, through an exponential's argument: 600 roundoffs, less.
                        assertThat(y.get(b, t, h)).isCloseTo(attend(q, k, v, b, t, h, causal ? t + 2 : 5), within(
                                600 * 0x1p-53));
                    }
                }
            }
        }
        Fn attention = Fn.of("attention", (a, b, c) -> Nn.attention(a, b, c, heads, true));
        CheckGrads.check(attention, 4, q, k, v);
        assertThatThrownBy(() -> Nn.attention(q, k, v, 4, false)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("4 heads")
                .hasMessageContaining("[3, 4, 6]");
        assertThatThrownBy(() -> Nn.attention(k, q, q, 1, true)).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "s >= t");
    }

    private static double attend(Tensor q, Tensor k, Tensor v, int b, int t, int head, int visible) {
        double[] weights = IntStream.range(0, visible)
                .mapToDouble(s -> Math.exp(IntStream.range(0, 3)
                        .mapToDouble(i -> q
                                .get(b, t, 3 * head + i) * k.get(b, s, 3 * head + i))
                        .sum() / Math.sqrt(3)))
                .toArray();
        double total = DoubleStream.of(weights).sum();
        return IntStream.range(0, visible).mapToDouble(s -> weights[s] / total * v.get(b, s, head)).sum();
    }

    @Test
    void crossEntropyTakesClassesOrProbabilities() {
        Tensor logits = Key.of(1).normal(2, 3, 4);
        Tensor labels = Tensor.of(Shape.of(2, 3), 0, 3, 1, 2, 2, 0);
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            int label = (int) labels.get(i / 3, i % 3);
            int row = i;
            double sum = IntStream.range(0, 4).mapToDouble(c -> Math.exp(logits.get(row / 3, row % 3, c))).sum();
            expected += (Math.log(sum) - logits.get(i / 3, i % 3, label)) / 6;
        }
        // Terms below 10, some 20 roundings each.
        assertThat(Nn.crossEntropy(logits, labels).item()).isCloseTo(expected, within(200 * 0x1p-53));
        assertThat(Nn.crossEntropy(logits, labels.oneHot(4, DType.F64)).item()).isCloseTo(expected, within(
                200 * 0x1p-53));
        CheckGrads.check(Fn.of("entropy", x -> Nn.crossEntropy(x, Expr.of(labels))), 1, logits);
        assertThatThrownBy(() -> Nn.crossEntropy(logits, labels.flatten())).isInstanceOf(ShapeException.class)
                .hasMessageContaining("i32[2, 3]")
                .hasMessageContaining("i32[6]");
        assertThatThrownBy(() -> Nn.crossEntropy(logits, labels.plus(1))).isInstanceOf(InvalidDataException.class);
    }

    @Test
    void meanSquaredErrorAveragesOverAllElements() {
        assertThat(Nn.mse(Tensor.of(1., 2, 3), Tensor.of(1., 4, 2)).item()).isEqualTo(5.0 / 3);
    }

    /** The first number is PyTorch 2.15's. */
    @Test
    void binaryCrossEntropyIsAccurateForAnyLogit() {
        Tensor logits = Tensor.of(new double[][]{{0.5, -2}, {3, -40}});
        Tensor labels = Tensor.of(new double[][]{{1, 0.25}, {0, 1}});
        assertThat(Nn.binaryCrossEntropy(logits, labels).item()).isCloseTo(11.037398086699206,
                within(16 * 0x1p-53 * 12));
        Tensor right = Tensor.of(40.0, -45.0);
        double loss = Nn.binaryCrossEntropy(right, Tensor.of(true, false)).item();
        assertThat(loss).isCloseTo(0.5 * (Math.exp(-40) + Math.exp(-45)), within(16 * 0x1p-53 * loss));
        assertThat(Nn.binaryCrossEntropy(Tensor.of(1e30, -1e30), Tensor.of(1.0, 0.0)).item()).isZero();
        assertThatThrownBy(() -> Nn.binaryCrossEntropy(logits, Tensor.of(1.0, 0.0))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("f64[2, 2]")
                .hasMessageContaining("f64[2]");
    }

    @Test
    void binaryCrossEntropyHasItsDerivativesAtZeroToo() {
        Fn loss = Fn.of("loss", (z, y) -> Nn.binaryCrossEntropy(z, y));
        Tensor zero = Tensor.of(0.0, 0.0);
        Tensor labels = Tensor.of(1.0, 0.0);
        assertThat(loss.grad().apply(zero, labels)).isEqualTo(Tensor.of(-0.25, 0.25));
        assertThat(loss.hvp().apply(zero, labels, Tensor.of(1.0, 2.0))).isEqualTo(Tensor.of(0.125, 0.25));
        CheckGrads.check(loss, 3, Tensor.of(0.3, -1.2), labels);
    }
}
