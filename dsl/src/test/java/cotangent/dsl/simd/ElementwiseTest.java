package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.dsl.kernel.ErrorFunction;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every elementwise primitive against the same function of one number, around the vector sizes. */
class ElementwiseTest {
    private static final double[] SPECIAL = {0.0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY, 1e-40, -1e-40, 0.5, -0.75, 3.25, 1e30, -1e30, 88, -100, 2.5e9};

    private static double scalar(UnaryFunction function, double x) {
        return switch (function) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case SQRT -> Math.sqrt(x);
            case EXP -> StrictMath.exp(x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG -> StrictMath.log(x);
            case LOG1P -> StrictMath.log1p(x);
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
            case ERF -> ErrorFunction.erf(x);
            case NOT -> x == 0 ? 1 : 0;
        };
    }

    private static double scalar(BinaryFunction function, double x, double y) {
        return switch (function) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case POW -> StrictMath.pow(x, y);
            case MAX -> Math.max(x, y);
            case MIN -> Math.min(x, y);
            case AND -> x * y;
            case OR -> Math.max(x, y);
        };
    }

    /** Random numbers with special ones among them. */
    private static double[] values(Random random, int size) {
        double[] values = random.doubles(size, -6, 6).toArray();
        for (int i = 0; i < size; i++) {
            if (random.nextInt(3) == 0) {
                values[i] = SPECIAL[random.nextInt(SPECIAL.length)];
            }
        }
        return values;
    }

    private static Tensor tensor(Random random, DType dtype, int size) {
        double[] values = values(random, size);
        if (dtype == DType.I32) {
            values = random.ints(size, -50, 50).asDoubleStream().toArray();
        }
        return Graphs.of(cotangent.dsl.TensorType.of(dtype, size), values);
    }

    /** Within {@code ulps} units in the last place of the dtype, and the same special value, up to the sign of zero. */
    private static void assertClose(Tensor actual, double[] expected, DType dtype, double ulps, Object what) {
        double[] values = actual.toDoubles();
        assertThat(values).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double want = dtype == DType.F32 ? (float) expected[i] : expected[i];
            double unit = dtype == DType.F32 ? Math.ulp((float) want) : Math.ulp(want);
            boolean same = Double.compare(values[i], want) == 0 || values[i] == want
                    || Math.abs(values[i] - want) <= ulps * unit;
            assertThat(same).as("%s: element %d is %s, expected %s", what, i, values[i], want).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = UnaryFunction.class, names = {"NOT"}, mode = EnumSource.Mode.EXCLUDE)
    void unary(UnaryFunction function) {
        Random random = new Random(1);
        for (int[] pair : Graphs.bitsAndSizes()) {
            for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
                if (dtype == DType.I32 && function.compareTo(UnaryFunction.SIGN) > 0) {
                    continue;
                }
                Tensor x = tensor(random, dtype, pair[1]);
                Tensor y = Graphs.run(pair[0], in -> List.of(in.getFirst().operation(new Op.Unary(function), in)), x)
                        .getFirst();
                double[] expected = map(x, v -> scalar(function, v));
                assertClose(y, expected, dtype, function.compareTo(UnaryFunction.SQRT) <= 0 ? 0 : 3, function + " "
                        + dtype + " " + pair[0]);
            }
        }
    }

    private static double[] map(Tensor x, DoubleUnaryOperator function) {
        return java.util.Arrays.stream(x.toDoubles()).map(function).toArray();
    }

    private static double[] zip(Tensor x, Tensor y, DoubleBinaryOperator function) {
        double[] a = x.toDoubles();
        double[] b = y.toDoubles();
        double[] result = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = function.applyAsDouble(a[i], b[i]);
        }
        return result;
    }

    @ParameterizedTest
    @EnumSource(BinaryFunction.class)
    void binary(BinaryFunction function) {
        Random random = new Random(2);
        List<DType> dtypes = function.isLogical()
                ? List.of(DType.BOOL)
                : function == BinaryFunction.POW || function == BinaryFunction.DIV
                        ? List.of(DType.F32, DType.F64)
                : List.of(DType.F32, DType.F64, DType.I32);
        for (int[] pair : Graphs.bitsAndSizes()) {
            for (DType dtype : dtypes) {
                Tensor x = tensor(random, dtype, pair[1]);
                Tensor y = tensor(random, dtype, pair[1]);
                Tensor z = Graphs.run(pair[0], in -> List.of(in.getFirst().operation(new Op.Binary(function), in)), x,
                        y).getFirst();
                double ulps = function == BinaryFunction.POW ? 3 : 0;
                assertClose(z, zip(x, y, (a, b) -> scalar(function, a, b)), dtype, ulps, function + " " + dtype);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Comparison.class)
    void comparisonsAndSelections(Comparison comparison) {
        Random random = new Random(3);
        for (int[] pair : Graphs.bitsAndSizes()) {
            for (DType dtype : List.of(DType.F32, DType.F64, DType.I32)) {
                Tensor x = tensor(random, dtype, pair[1]);
                Tensor y = tensor(random, dtype, pair[1]);
                Tensor u = tensor(random, DType.F64, pair[1]);
                Tensor v = tensor(random, DType.F64, pair[1]);
                List<Tensor> results = Graphs.run(pair[0], in -> {
                    Expr holds = in.getFirst().operation(new Op.Compare(comparison), in.subList(0, 2));
                    return List.of(holds, holds.operation(new Op.Select(), List.of(holds, in.get(2), in.get(3))), holds
                            .operation(new Op.Unary(UnaryFunction.NOT), List.of(holds)));
                }, x, y, u, v);
                double[] expected = zip(x, y, (a, b) -> switch (comparison) {
                    case LT -> a < b ? 1 : 0;
                    case LE -> a <= b ? 1 : 0;
                    case EQ -> a == b ? 1 : 0;
                    case NE -> a != b ? 1 : 0;
                });
                assertThat(results.get(0).toDoubles()).containsExactly(expected);
                double[] chosen = zip(u, v, (a, b) -> a);
                double[] other = v.toDoubles();
                for (int i = 0; i < expected.length; i++) {
                    chosen[i] = expected[i] != 0 ? chosen[i] : other[i];
                }
                assertThat(results.get(1).toDoubles()).containsExactly(chosen);
                assertThat(results.get(2).toDoubles()).containsExactly(map(results.get(0), a -> 1 - a));
            }
        }
    }

    /** Programs that are too long to be written twice run under a mask from the row's begin on. */
    @Test
    void truthValuesInLongPrograms() {
        Random random = new Random(6);
        for (int bits : Graphs.BITS) {
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                Tensor x = Graphs.random(random, dtype, 3, 517);
                Tensor flags = Graphs.random(random, DType.BOOL, 1, 517);
                List<Tensor> results = Graphs.run(bits, in -> {
                    Expr curved = in.get(0).tanh().sigmoid().log1p().sin();
                    Expr chosen = in.get(1).where(curved, in.get(0));
                    return List.of(chosen, chosen.operation(new Op.Compare(Comparison.LT), List.of(chosen, curved)));
                }, x, flags);
                double[] curved = map(x, v -> Math.sin(Math.log1p(1 / (1 + Math.exp(-Math.tanh(v))))));
                for (int i = 0; i < 517; i++) {
                    double want = flags.get(i) != 0 ? curved[i] : x.get(i);
                    assertThat(results.get(0).get(i)).isCloseTo(want, org.assertj.core.data.Offset
                            .offset(32 * (dtype == DType.F32 ? Math.ulp(3f) : Math.ulp(3.0))));
                    assertThat(results.get(1).get(i) != 0).isEqualTo(flags.get(i) == 0 && x.get(i) < curved[i]);
                }
            }
        }
    }

    @Test
    void castsAreJavas() {
        Random random = new Random(4);
        for (int[] pair : Graphs.bitsAndSizes()) {
            for (DType from : DType.values()) {
                for (DType to : DType.values()) {
                    Tensor x = tensor(random, from, pair[1]);
                    Tensor y = Graphs.run(pair[0], in -> List.of(in.getFirst().cast(to)), x).getFirst();
                    double[] expected = map(x, v -> switch (to) {
                        case F32 -> (float) v;
                        case F64 -> v;
                        case I32 -> (int) v;
                        case BOOL -> v != 0 ? 1 : 0;
                    });
                    assertThat(y.dtype()).isEqualTo(to);
                    assertThat(y.toDoubles()).as("%s to %s", from, to).containsExactly(expected);
                }
            }
        }
    }

    @Test
    void integerDivisionTruncatesAndRefusesZero() {
        Tensor x = Tensor.of(7, -7, 9, Integer.MIN_VALUE);
        Tensor y = Tensor.of(2, 2, -4, -1);
        assertThat(Graphs.run(256, in -> List.of(in.get(0).dividedBy(in.get(1))), x, y).getFirst().toInts())
                .containsExactly(3, -3, -2, Integer.MIN_VALUE);
        Tensor zeros = Tensor.of(1, 0, 1, 1);
        assertThatThrownBy(() -> Graphs.run(256, in -> List.of(in.get(0).dividedBy(in.get(1))), x, zeros)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("-7 by zero");
    }

    @Test
    void mixedDtypesAndBroadcastsInOneLoop() {
        Random random = new Random(5);
        for (int[] pair : Graphs.bitsAndSizes()) {
            int n = pair[1];
            Tensor x = Graphs.random(random, DType.F32, 3, 5, n);
            Tensor row = Graphs.random(random, DType.F64, 3, n);
            Tensor column = Graphs.random(random, DType.I32, 9, 5, 1);
            Tensor flag = Graphs.random(random, DType.BOOL, 1, 5, 1);
            UnaryOperator<Expr> identity = UnaryOperator.identity();
            Tensor y = Graphs.run(pair[0], in -> {
                Expr wide = identity.apply(in.get(0)).cast(DType.F64).times(in.get(1)).plus(in.get(2).cast(DType.F64));
                return List.of(in.get(3).broadcastTo(wide.shape()).where(wide, wide.neg()));
            }, x, row, column, flag).getFirst();
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < n; j++) {
                    double wide = x.get(i, j) * row.get(j) + column.get(i, 0);
                    assertThat(y.get(i, j)).isEqualTo(flag.get(i, 0) != 0 ? wide : -wide);
                }
            }
        }
    }
}
