package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Nn;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.kernel.Workers;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loop nests over the same rows in one pass over memory. */
class RowBlocksTest {
    /** So large that every loop nest runs over all rows at once. */
    private static final int WHOLE = 1 << 28;
    private static final Pattern STEPS = Pattern.compile("(?m)^(\\d+) steps");

    /** What must run in one or two passes. */
    enum Chain {
        SOFTMAX(x -> x.softmax(-1)), LOG_SOFTMAX(x -> x.logSoftmax(-1)), LOG_SUM_EXP(x -> {
            Expr top = x.max(-1);
            return x.minus(top.expandDims(-1)).exp().sum(-1).log().plus(top);
        }), LAYER_NORM(RowBlocksTest::layerNorm), TANH_CHAIN(x -> {
            Expr y = x;
            for (int i = 0; i < 4; i++) {
                y = y.tanh().times(x.tanh().square().neg().plus(1)).plus(y.exp());
            }
            return y;
        }), SOFTMAX_GRADIENT(x -> gradient(y -> y.softmax(-1).square().sum(), x)), LAYER_NORM_GRADIENT(
                x -> gradient(y -> layerNorm(y).exp().sum(), x));

        private final UnaryOperator<Expr> function;

        Chain(UnaryOperator<Expr> function) {
            this.function = function;
        }

        Graph graph(DType dtype, int... shape) {
            return Graphs.graph(in -> List.of(function.apply(in.getFirst())), List.of(Tensor.zeros(dtype, shape)));
        }
    }

    private static Expr layerNorm(Expr x) {
        int features = x.shape().extent(-1);
        double[] gain = new Random(24).doubles(features).toArray();
        Expr scale = x.constant(Graphs.of(TensorType.of(x.dtype(), features), gain));
        return Nn.layerNorm(x, scale, scale.times(0.5));
    }

    private static Expr rows(Expr x, int from, int to) {
        return x.operation(new Op.Slice(Axes.of(from, 0), Axes.of(to, x.shape().extent(1)), Axes.of(1, 1)), List.of(x));
    }

    private static Expr gradient(UnaryOperator<Expr> loss, Expr x) {
        return Fn.of("loss", loss::apply).grad().apply(x);
    }

    @ParameterizedTest
    @EnumSource(Chain.class)
    void blocksGiveTheSameBits(Chain chain) {
        Random random = new Random(21);
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            for (int[] shape : new int[][]{{7, 1}, {33, 7}, {7, 15}, {9, 17}, {3, 5, 33}, {2, 3, 4, 16}, {1, 40}, {65,
                    130}}) {
                Tensor x = Graphs.random(random, dtype, 3, shape);
                Graph graph = chain.graph(dtype, shape);
                for (int bits : Graphs.BITS) {
                    List<Tensor> whole = SimdExecutable.compile(graph, bits, Form.SCALAR, WHOLE).run(List.of(x));
                    for (int blockBytes : new int[]{64, 1000, 20_000}) {
                        for (Form form : List.of(Form.SCALAR, Form.VECTOR)) {
                            SimdExecutable blocks = SimdExecutable.compile(graph, bits, form, blockBytes);
                            assertThat(blocks.run(List.of(x))).as("%s in blocks of %d bytes", graph, blockBytes)
                                    .isEqualTo(whole);
                            assertThat(blocks.run(List.of(x))).isEqualTo(whole);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Chain.class)
    void onePassOverMemory(Chain chain) {
        SimdExecutable executable = SimdExecutable.compile(chain.graph(DType.F32, 400, 1000), 256,
                Form.SCALAR);
        Matcher steps = STEPS.matcher(executable.explain());
        assertThat(steps.find()).isTrue();
        assertThat(Integer.parseInt(steps.group(1))).as(executable.explain()).isLessThanOrEqualTo(2);
    }

    @Test
    void theSameBitsForAnyNumberOfThreads() {
        Tensor x = Graphs.random(new Random(22), DType.F32, 2, 1200, 1001);
        SimdExecutable executable = SimdExecutable.compile(Chain.SOFTMAX.graph(DType.F32, 1200, 1001), 256,
                Form.SCALAR);
        List<Tensor> alone = Workers.withLimit(1, () -> executable.run(List.of(x)));
        assertThat(executable.run(List.of(x))).isEqualTo(alone);
    }

    @Test
    void rowsThatDependOnOthersStayApart() {
        Tensor x = Graphs.random(new Random(23), DType.F64, 2, 40, 30);
        for (UnaryOperator<Expr> function : List.<UnaryOperator<Expr>>of(y -> y.softmax(0), y -> {
            Expr z = y.tanh().times(y);
            Expr column = z.sum(0);
            return z.exp().plus(column).sum(1);
        }, y -> rows(y, 1, 40).exp().plus(rows(y.exp(), 0, 39)).sum(1), y -> y.sum(1)
                .exp()
                .plus(y.sum(1)
                        .sum(
                                0)))) {
            Graph graph = Graphs.graph(in -> List.of(function.apply(in.getFirst())), List.of(x));
            List<Tensor> whole = SimdExecutable.compile(graph, 256, Form.SCALAR, WHOLE).run(List.of(x));
            assertThat(SimdExecutable.compile(graph, 256, Form.SCALAR, 64).run(List.of(x))).isEqualTo(whole);
        }
    }

    @Test
    void noElements() {
        for (int[] shape : new int[][]{{0, 5}, {5, 0}}) {
            Tensor x = Tensor.zeros(DType.F32, shape);
            Graph graph = Graphs.graph(in -> List.of(in.getFirst().exp().sum(1).log(), in.getFirst()
                    .tanh()
                    .minus(in
                            .getFirst()
                            .sum(1)
                            .expandDims(1))),
                    List.of(x));
            assertThat(SimdExecutable.compile(graph, 256, Form.SCALAR, 1).run(List.of(x))).isEqualTo(SimdExecutable
                    .compile(graph, 256, Form.SCALAR, WHOLE)
                    .run(List.of(x)));
        }
    }
}
