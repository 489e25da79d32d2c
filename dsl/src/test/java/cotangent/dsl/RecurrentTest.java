package cotangent.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.autodiff.CheckGrads;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.compile.Simplify;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.reference.BoundedTensor;
import cotangent.dsl.reference.ErrorBoundInterpreter;
import cotangent.dsl.reference.ReferenceBackend;
import cotangent.dsl.simd.SimdBackend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RecurrentTest {
    private static final int H = 3;
    private static final int IN = 2;
    private static final int B = 4;

    private static Tensor random(long seed, int... extents) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] elements = random.doubles(Shape.of(extents).size(), -1, 1).toArray();
        return Tensor.of(elements).reshape(extents);
    }

    /** The oracle runs a loop step by step; the backends' float32 results must lie within its bounds. */
    @Test
    void bothBackendsStayWithinTheOraclesBounds() {
        List<Tensor> inputs = Stream.of(random(1, 3 * H, IN), random(2, 3 * H, H), random(3, 3 * H), random(4, 3 * H),
                random(5, 4, B, IN), random(6, B, H)).map(x -> x.cast(DType.F32)).toList();
        Fn gru = Fn.of("gru", 6, in -> {
            Map<String, Expr> parameters = new LinkedHashMap<>();
            parameters.put("weight_ih", in.get(0));
            parameters.put("weight_hh", in.get(1));
            parameters.put("bias_ih", in.get(2));
            parameters.put("bias_hh", in.get(3));
            return Nn.gru(Expr.params(parameters), in.get(4), in.get(5)).get(0).sum();
        });
        int judged = 0;
        for (Fn function : List.of(gru, gru.grad(0, 1, 2, 3, 4, 5))) {
            Graph graph = function.trace(inputs.stream().map(Tree::structure).toList()).graph();
            // What is compared is one graph: rewriting by algebra has bounds of its own.
            Graph simple = GraphVerifier.verify(Simplify.apply(graph, null));
            List<BoundedTensor> expected = ErrorBoundInterpreter.run(simple, inputs);
            for (Backend backend : List.of(new ReferenceBackend(), new SimdBackend())) {
                List<Tensor> actual = backend.compile(simple).run(inputs);
                for (int i = 0; i < actual.size(); i++) {
                    assertThat(expected.get(i).disagreement(actual.get(i))).isEmpty();
                    judged += expected.get(i).judgedCount();
                }
            }
        }
        int each = 1 + inputs.stream().mapToInt(x -> x.type().size()).sum();
        assertThat(judged).isEqualTo(2 * each);
    }

    @Test
    void recurrentLayersHaveTheRightDerivatives() {
        Tensor x = random(2, 5, B, IN);
        Tensor h = random(3, B, H);
        CheckGrads.check(Fn.of("rnn", (p, in, s) -> Nn.rnn(p, in, s)), 7, parameters(1), x, h);
        CheckGrads.check(Fn.of("gru", (p, in, s) -> Nn.gru(p, in, s)), 7, parameters(3), x, h);
        CheckGrads.check(Fn.of("lstm", (p, in, s) -> Nn.lstm(p, in, s)), 7, parameters(4), x, Tree.tuple(h, random(4, B,
                H)));
    }

    /** PyTorch's equations, written out for one sample and one element at a time. */
    @Test
    void recurrentLayersFollowPyTorchsEquations() {
        int steps = 3;
        Tensor x = random(2, steps, B, IN);
        Tensor h0 = random(3, B, H);
        Tensor c0 = random(4, B, H);
        Tuple rnn = Fn.of("rnn", (p, in, s) -> Nn.rnn(p, in, s)).apply(parameters(1), x, h0).asTuple();
        Tuple gru = Fn.of("gru", (p, in, s) -> Nn.gru(p, in, s)).apply(parameters(3), x, h0).asTuple();
        Tuple lstm = Fn.of("lstm", (p, in, s) -> Nn.lstm(p, in, s))
                .apply(parameters(4), x, Tree.tuple(h0, c0))
                .asTuple();
        for (int b = 0; b < B; b++) {
            double[] simple = row(h0, b);
            double[] gated = row(h0, b);
            double[] hidden = row(h0, b);
            double[] cell = row(c0, b);
            for (int t = 0; t < steps; t++) {
                double[] input = row(x.at(0, t), b);
                double[] i1 = affine(parameters(1), "ih", input);
                double[] h1 = affine(parameters(1), "hh", simple);
                double[] i3 = affine(parameters(3), "ih", input);
                double[] h3 = affine(parameters(3), "hh", gated);
                double[] i4 = affine(parameters(4), "ih", input);
                double[] h4 = affine(parameters(4), "hh", hidden);
                for (int k = 0; k < H; k++) {
                    simple[k] = Math.tanh(i1[k] + h1[k]);
                    double r = sigmoid(i3[k] + h3[k]);
                    double z = sigmoid(i3[H + k] + h3[H + k]);
                    double n = Math.tanh(i3[2 * H + k] + r * h3[2 * H + k]);
                    gated[k] = (1 - z) * n + z * gated[k];
                    double forgotten = sigmoid(i4[H + k] + h4[H + k]) * cell[k];
                    cell[k] = forgotten + sigmoid(i4[k] + h4[k]) * Math.tanh(i4[2 * H + k] + h4[2 * H + k]);
                    hidden[k] = sigmoid(i4[3 * H + k] + h4[3 * H + k]) * Math.tanh(cell[k]);
                }
                requireClose(row(rnn.get(0).asTensor().at(0, t), b), simple);
                requireClose(row(gru.get(0).asTensor().at(0, t), b), gated);
                requireClose(row(lstm.get(0).asTensor().at(0, t), b), hidden);
            }
            requireClose(row(rnn.get(1).asTensor(), b), simple);
            requireClose(row(gru.get(1).asTensor(), b), gated);
            requireClose(row(lstm.get(1).asTuple().get(0).asTensor(), b), hidden);
            requireClose(row(lstm.get(1).asTuple().get(1).asTensor(), b), cell);
        }
    }

    /** Some hundred roundings of values of size one at most lie between inputs and a state. */
    private static void requireClose(double[] actual, double[] expected) {
        assertThat(actual).containsExactly(expected, within(1e3 * 0x1p-53));
    }

    private static double[] row(Tensor matrix, int row) {
        return matrix.at(0, row).toDoubles();
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] affine(Params parameters, String which, double[] x) {
        double[] y = parameters.get("bias_" + which).asTensor().toDoubles();
        for (int i = 0; i < y.length; i++) {
            double[] weights = row(parameters.get("weight_" + which).asTensor(), i);
            for (int j = 0; j < x.length; j++) {
                y[i] += weights[j] * x[j];
            }
        }
        return y;
    }

    private static Params parameters(int gates) {
        Map<String, Tree> entries = new LinkedHashMap<>();
        entries.put("weight_ih", random(11, gates * H, IN));
        entries.put("weight_hh", random(12, gates * H, H));
        entries.put("bias_ih", random(13, gates * H));
        entries.put("bias_hh", random(14, gates * H));
        return Params.of(entries);
    }
}
