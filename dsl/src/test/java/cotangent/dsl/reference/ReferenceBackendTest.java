package cotangent.dsl.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.Axes;
import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Distribution;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every primitive on values small enough to check by hand. */
final class ReferenceBackendTest {
    private static final Tensor X = Tensor.of(new double[][]{{1, 2, 3}, {4, 5, 6}});

    private static Tensor run(UnaryOperator<Expr> function, Tensor input) {
        Expr x = Expr.input(input.type());
        return compile(x, function.apply(x)).run(List.of(input)).getFirst();
    }

    private static Executable compile(Expr input, Expr output) {
        return new ReferenceBackend().compile(Graph.of(List.of(input), List.of(output)));
    }

    private static Tensor apply(Op op, Tensor... inputs) {
        List<Expr> operands = List.of(inputs).stream().map(input -> Expr.input(input.type())).toList();
        Expr output = cotangent.dsl.ir.Node.of(op, operands).output(0);
        return new ReferenceBackend(true).compile(Graph.of(operands, List.of(output))).run(List.of(inputs)).getFirst();
    }

    private static Tensor matrix(double[]... rows) {
        return Tensor.of(rows);
    }

    @Test
    void isFoundAsAServiceAndAlwaysThere() {
        assertThat(Backends.named("reference")).isInstanceOf(ReferenceBackend.class);
        assertThat(Backends.all().getLast().name()).isEqualTo("reference");
    }

    @Test
    void arithmeticFollowsTheDtype() {
        Tensor ints = Tensor.of(7, -7, Integer.MIN_VALUE);
        assertThat(run(x -> x.dividedBy(2), ints)).isEqualTo(Tensor.of(3, -3, -1073741824));
        assertThat(run(Expr::abs, ints)).isEqualTo(Tensor.of(7, 7, Integer.MIN_VALUE));
        assertThat(run(x -> x.plus(x), ints)).isEqualTo(Tensor.of(14, -14, 0));
        assertThat(run(Expr::sign, Tensor.of(-2.5, -0.0, 0.0, 9))).isEqualTo(Tensor.of(-1, -0.0, 0.0, 1.0));
        assertThat(run(x -> x.max(x.filled(0)), Tensor.of(-1, Double.NaN, 2.0))).isEqualTo(Tensor.of(0, Double.NaN,
                2.0));
    }

    @Test
    void singlePrecisionIsRoundedWhereItIsSeen() {
        Tensor third = Tensor.of(1f);
        assertThat(run(x -> x.dividedBy(3), third)).isEqualTo(Tensor.of(1f / 3));
        // 1/3 rounded to float32 and widened is not the float64 nearest to 1/3.
        assertThat(run(x -> x.dividedBy(3).cast(DType.F64), third)).isEqualTo(Tensor.of((double) (1f / 3)));
        // 2^24 + 1 is no float32 number: compared, it equals 2^24.
        assertThat(run(x -> x.plus(1).operation(new Op.Compare(Comparison.EQ), List.of(x.plus(1), x)), Tensor.of(
                16777216f))).isEqualTo(Tensor.of(true));
        assertThat(run(x -> Expr.concat(0, x, x.plus(1)).argmax(0), Tensor.of(16777216f))).isEqualTo(Tensor.scalar(0,
                DType.I32));
    }

    @Test
    void castsAsJavaDoes() {
        Tensor x = Tensor.of(-1.9, 0.0, 3e10, Double.NaN);
        assertThat(apply(new Op.Cast(DType.I32), x)).isEqualTo(Tensor.of(-1, 0, Integer.MAX_VALUE, 0));
        assertThat(apply(new Op.Cast(DType.BOOL), x)).isEqualTo(Tensor.of(true, false, true, true));
        assertThat(apply(new Op.Cast(DType.F32), Tensor.of(16777217))).isEqualTo(Tensor.of(16777216f));
        assertThat(apply(new Op.Cast(DType.F64), Tensor.of(true, false))).isEqualTo(Tensor.of(1.0, 0.0));
    }

    @Test
    void logicAndChoice() {
        Tensor truths = Tensor.of(true, false, true);
        assertThat(run(Expr::not, truths)).isEqualTo(Tensor.of(false, true, false));
        assertThat(run(x -> x.and(x.not()), truths)).isEqualTo(Tensor.of(false, false, false));
        assertThat(run(x -> x.or(x.not()), truths)).isEqualTo(Tensor.of(true, true, true));
        assertThat(run(x -> x.where(Expr.of(Tensor.of(1, 2, 3)), Expr.of(Tensor.of(4, 5, 6))), truths)).isEqualTo(Tensor
                .of(1, 5, 3));
    }

    @Test
    void reductions() {
        assertThat(run(x -> x.sum(0), X)).isEqualTo(Tensor.of(5.0, 7, 9));
        assertThat(run(x -> x.max(1), X)).isEqualTo(Tensor.of(3.0, 6));
        assertThat(run(x -> x.min(), X)).isEqualTo(Tensor.scalar(1));
        assertThat(run(x -> x.max(0), matrix(new double[]{1, Double.NaN}, new double[]{2, 0}))).isEqualTo(Tensor.of(2,
                Double.NaN));
        assertThat(run(x -> x.argmax(0), Tensor.of(1, 3.0, 3, Double.NaN, Double.NaN))).isEqualTo(Tensor.scalar(3,
                DType.I32));
        assertThat(run(x -> x.argmax(1), X.cast(DType.I32))).isEqualTo(Tensor.of(2, 2));
    }

    @Test
    void runningSumsFromEitherEnd() {
        assertThat(apply(new Op.CumSum(1, false), X)).isEqualTo(matrix(new double[]{1, 3, 6}, new double[]{4, 9, 15}));
        assertThat(apply(new Op.CumSum(0, true), X)).isEqualTo(matrix(new double[]{5, 7, 9}, new double[]{4, 5, 6}));
    }

    @Test
    void dotPutsBatchThenLeftThenRightAxes() {
        Tensor a = Tensor.arange(24).reshape(2, 3, 4);
        Tensor b = Tensor.arange(40).reshape(4, 2, 5);
        Tensor product = apply(new Op.Dot(Axes.of(2), Axes.of(0), Axes.of(0), Axes.of(1)), a, b);
        assertThat(product.shape()).isEqualTo(Shape.of(2, 3, 5));
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 5; j++) {
                    double sum = 0;
                    for (int k = 0; k < 4; k++) {
                        sum += a.get(n, i, k) * b.get(k, n, j);
                    }
                    assertThat(product.get(n, i, j)).isEqualTo(sum);
                }
            }
        }
        assertThat(apply(new Op.Dot(Axes.of(0), Axes.of(0), Axes.of(), Axes.of()), Tensor.of(1, 2), Tensor.of(3, 4)))
                .isEqualTo(Tensor.scalar(11, DType.I32));
    }

    @Test
    void layout() {
        assertThat(run(Expr::transpose, X)).isEqualTo(matrix(new double[]{1, 4}, new double[]{2, 5}, new double[]{3,
                6}));
        assertThat(apply(new Op.Reverse(Axes.of(1)), X)).isEqualTo(matrix(new double[]{3, 2, 1}, new double[]{6, 5,
                4}));
        assertThat(apply(new Op.Broadcast(Shape.of(2, 3), Axes.of(0)), Tensor.of(true, false))).isEqualTo(Tensor.of(
                Shape.of(2, 3), true, true, true, false, false, false));
        assertThat(apply(new Op.Slice(Axes.of(0, 0), Axes.of(2, 3), Axes.of(1, 2)), X)).isEqualTo(matrix(new double[]{1,
                3}, new double[]{4, 6}));
        assertThat(apply(new Op.Pad(Axes.of(1), Axes.of(2), Axes.of(1)), Tensor.of(7, 8))).isEqualTo(Tensor.of(0, 7, 0,
                8, 0, 0));
        assertThat(apply(new Op.Concat(1), X, Tensor.of(new double[][]{{7}, {8}}))).isEqualTo(matrix(new double[]{1, 2,
                3, 7}, new double[]{4, 5, 6, 8}));
        assertThat(apply(new Op.Iota(TensorType.of(DType.F32, 2, 2), 0))).isEqualTo(Tensor.of(Shape.of(2, 2), 0f, 0f,
                1f, 1f));
    }

    @Test
    void gatherAndScatterWithBatchAxes() {
        Tensor operand = Tensor.arange(12).reshape(2, 3, 2);
        Tensor indices = Tensor.of(Shape.of(2, 2), 2, 0, 1, 1);
        assertThat(apply(new Op.Gather(1, 1), operand, indices)).isEqualTo(Tensor.of(Shape.of(2, 2, 2), 4.0, 5, 0, 1, 8,
                9, 8, 9));
        assertThat(apply(new Op.ScatterAdd(1, 1), Tensor.zeros(DType.F64, 2, 3), indices, Tensor.of(Shape.of(2, 2), 1.0,
                2, 4, 8))).isEqualTo(Tensor.of(Shape.of(2, 3), 2.0, 0, 1, 0, 12, 0));
    }

    @Test
    void indexOutOfRangeNamesIndexAxisExtentAndLine() {
        assertThatThrownBy(() -> run(x -> x.gather(1, Expr.of(Tensor.of(0, 3))), X)).isInstanceOf(
                InvalidDataException.class)
                .hasMessageContaining("index 3")
                .hasMessageContaining("axis 1")
                .hasMessageContaining("extent 3")
                .hasMessageContaining("ReferenceBackendTest.java:");
        assertThatThrownBy(() -> run(x -> x.scatterAdd(0, Expr.of(Tensor.of(-1)), x.filled(0).slice(0, 0, 1)), X))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("index -1");
    }

    @Test
    void integerDivisionByZeroNamesTheLine() {
        assertThatThrownBy(() -> run(x -> x.dividedBy(x), Tensor.of(1, 0))).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("ReferenceBackendTest.java:");
    }

    @Test
    void zeroLengthAxes() {
        Tensor empty = Tensor.zeros(DType.F64, 0, 3);
        assertThat(run(x -> x.sum(0), empty)).isEqualTo(Tensor.of(0.0, 0, 0));
        assertThat(run(x -> x.sum(1), empty)).isEqualTo(Tensor.zeros(DType.F64, 0));
        assertThat(run(x -> x.transpose().matmul(x), empty)).isEqualTo(Tensor.zeros(DType.F64, 3, 3));
        assertThat(run(x -> x.cumsum(0).exp().argmax(1), empty)).isEqualTo(Tensor.zeros(DType.I32, 0));
        assertThat(run(x -> Expr.concat(0, x, x), empty)).isEqualTo(empty);
        assertThat(apply(new Op.Pad(Axes.of(1, 0), Axes.of(0, 0), Axes.of(2, 0)), empty)).isEqualTo(Tensor.zeros(
                DType.F64, 1, 3));
        assertThat(apply(new Op.Reverse(Axes.of(0, 1)), empty)).isEqualTo(empty);
    }

    @Test
    void randomNumbersDependOnTheirKeyAlone() {
        Tensor keys = Tensor.of(Shape.of(2, 4), 1, 2, 3, 4, 5, 6, 7, 8);
        Op.Random single = new Op.Random(Distribution.NORMAL, TensorType.of(DType.F32, 5));
        Op.Random wide = new Op.Random(Distribution.NORMAL, TensorType.of(DType.F64, 5));
        Tensor both = apply(single, keys);
        assertThat(both.at(0, 1)).isEqualTo(apply(single, Tensor.of(5, 6, 7, 8)));
        assertThat(both).isEqualTo(apply(wide, keys).cast(DType.F32));
    }

    @Test
    void customRunsItsBody() {
        assertThat(run(Expr::softplus, Tensor.of(0.0, 800)).toDoubles()).containsExactly(Math.log1p(1), 800);
    }

    @Test
    void inputsAndSharedValuesMayBeOutputs() {
        Expr x = Expr.input(X.type());
        Expr unused = Expr.input(TensorType.of(DType.I32));
        Executable executable = new ReferenceBackend().compile(Graph.of(List.of(x, unused), List.of(x, x.neg(), x.neg()
                .neg(), x)));
        assertThat(executable.run(List.of(X, Tensor.scalar(1, DType.I32)))).containsExactly(X, X.neg(), X, X);
    }

    @Test
    void wrongInputsAreRefused() {
        Expr x = Expr.input(X.type());
        Executable executable = compile(x, x.neg());
        assertThatThrownBy(() -> executable.run(List.of())).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "expected 1 inputs");
        assertThatThrownBy(() -> executable.run(List.of(Tensor.of(1f)))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("must be f64[2, 3], got f32[1]");
        Expr other = Expr.input(X.type());
        assertThatThrownBy(() -> compile(x, x.plus(other))).isInstanceOf(CotangentException.class)
                .hasMessageContaining(
                        "not among its inputs");
    }

    @Test
    void runsFromManyThreadsAtOnce() {
        Expr x = Expr.input(X.type());
        Executable executable = compile(x, x.matmul(x.transpose()).tanh().sum());
        double expected = executable.run(List.of(X)).getFirst().item();
        assertThat(IntStream.range(0, 1000)
                .parallel()
                .mapToDouble(ignored -> executable.run(List.of(X))
                        .getFirst()
                        .item()))
                .containsOnly(expected);
    }

    @Test
    void explainsItsSteps() {
        Expr x = Expr.input(X.type());
        assertThat(compile(x, x.tanh().sum(0)).explain()).contains("2 steps", "tanh f64[2, 3]", "sum",
                "ReferenceBackendTest.java:");
    }
}
