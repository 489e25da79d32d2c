package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.dsl.kernel.ErrorFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The inlined functions against values of 50 digits, and their special values against java.lang.Math. Errors are in
 * units of the last place of the exact value; two is the limit everywhere, four that of erf.
 *
 * <p>Searched with tens of thousands of points each, denser where an error peaks, the largest errors in float32 and
 * float64 are: exp 0.96 and 0.99, expm1 1.54 and 1.62, log 1.01 and 1.00, log1p 1.53 and 1.54, tanh 1.59 and 1.74,
 * sigmoid 1.48 and 1.50, sin 1.33 and 1.42, cos 1.37 and 1.30, erf 1.07 and 1.14.
 */
class ElementaryFunctionsTest {
    private static final int POINTS = 400;

    private static Tensor apply(UnaryFunction function, Tensor x) {
        return SimdExecutable.compile(Graphs.graph(in -> List.of(in.getFirst().operation(new Op.Unary(function), in)),
                List.of(x)), 256, Form.SCALAR).run(List.of(x)).getFirst();
    }

    /** Around 1 and near 0, over the whole range, and at the ends of the reduced interval. */
    private static double[] points(UnaryFunction function, DType dtype) {
        Random random = new Random(11);
        boolean logarithm = function == UnaryFunction.LOG || function == UnaryFunction.LOG1P;
        boolean bounded = function == UnaryFunction.TANH || function == UnaryFunction.SIGMOID
                || function == UnaryFunction.SIN || function == UnaryFunction.COS;
        double range = bounded ? 25 : dtype == DType.F32 ? 87 : 700;
        int exponents = dtype == DType.F32 ? 60 : 400;
        DoubleStream near = random.doubles(POINTS, -1, 1);
        DoubleStream far = logarithm
                ? random.doubles(POINTS, -1, 1).map(v -> Math.scalb(1 + Math.abs(v), (int) (v * exponents)))
                : random.doubles(POINTS, -range, range);
        DoubleStream tiny = random.doubles(POINTS, -1, 1).map(v -> Math.scalb(v, -(int) (Math.abs(v) * exponents)));
        DoubleStream edges = random.ints(POINTS, -30, 31)
                .mapToDouble(k -> logarithm
                        ? Math.scalb(Math.sqrt(2), k / 2) * (1 + (k % 3) * 1e-6)
                        : (k + 0.5) * Math.log(2) * (1 + (k % 3) * 1e-6));
        DoubleStream all = DoubleStream.concat(DoubleStream.concat(near, far), DoubleStream.concat(tiny, edges));
        return all.map(v -> function == UnaryFunction.LOG ? Math.abs(v) : function == UnaryFunction.LOG1P && v <= -1
                ? -v
                : v).map(v -> dtype == DType.F32 ? (float) v : v).filter(v -> v != 0).toArray();
    }

    @ParameterizedTest
    @EnumSource(value = UnaryFunction.class, names = {"EXP", "EXPM1", "LOG", "LOG1P", "TANH", "SIGMOID", "SIN", "COS",
            "ERF"})
    void errorsAreWithinTheirLimits(UnaryFunction function) {
        double limit = function == UnaryFunction.ERF ? 4 : 2;
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            double[] x = points(function, dtype);
            if (function == UnaryFunction.SIN || function == UnaryFunction.COS) {
                x = DoubleStream.concat(Arrays.stream(x), turns(dtype)).toArray();
            }
            if (function == UnaryFunction.ERF) {
                x = Arrays.stream(x).map(v -> Math.abs(v) > 8 ? v / 100 : v).map(v -> rounded(v, dtype)).toArray();
            }
            double[] y = apply(function, Graphs.of(TensorType.of(dtype, x.length), x)).toDoubles();
            double worst = 0;
            for (int i = 0; i < x.length; i++) {
                double error = ExactFunctions.ulps(y[i], ExactFunctions.of(function, x[i]), dtype == DType.F32);
                assertThat(error).as("%s(%s) in %s is %s", function, x[i], dtype, y[i]).isLessThanOrEqualTo(limit);
                worst = Math.max(worst, error);
            }
            // A correctly rounded sample of this size reaches nearly half a unit: less would mean nothing was compared.
            assertThat(worst).isGreaterThan(0.4);
        }
    }

    private static double rounded(double value, DType dtype) {
        return dtype == DType.F32 ? (float) value : value;
    }

    /** Numbers of every size, and those next to multiples of pi/2, where sine and cosine are zero or one. */
    private static DoubleStream turns(DType dtype) {
        Random random = new Random(12);
        int most = dtype == DType.F32 ? 126 : 1022;
        DoubleStream any = random.doubles(POINTS, 0, most).map(e -> Math.scalb(1 + e % 1, (int) e));
        DoubleStream near = random.doubles(POINTS, 0, 32).map(e -> Math.rint(Math.pow(2, e)) * (Math.PI / 2));
        // The double closest to a multiple of pi/2, 2^-60.9 from it (J.-M. Muller, Elementary Functions, 2016, table 11.1).
        DoubleStream closest = DoubleStream.of(0x1.6ac5b262ca1ffp849).filter(v -> dtype == DType.F64);
        return DoubleStream.concat(DoubleStream.concat(any, near), closest).map(v -> rounded(v, dtype));
    }

    /** The scalar function that stands in for a huge argument's lane leaves the other lanes alone. */
    @ParameterizedTest
    @EnumSource(value = UnaryFunction.class, names = {"SIN", "COS"})
    void hugeArgumentsAmongOthers(UnaryFunction function) {
        Random random = new Random(13);
        for (int[] pair : Graphs.bitsAndSizes()) {
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                double[] x = random.doubles(pair[1], -3, 3)
                        .map(v -> random.nextInt(4) == 0 ? v * 1e30 : v)
                        .map(
                                v -> rounded(v, dtype))
                        .toArray();
                Tensor argument = Graphs.of(TensorType.of(dtype, x.length), x);
                double[] y = Graphs.run(pair[0], in -> List.of(in.getFirst().operation(new Op.Unary(function), in)),
                        argument).getFirst().toDoubles();
                for (int i = 0; i < x.length; i++) {
                    double error = ExactFunctions.ulps(y[i], ExactFunctions.of(function, x[i]), dtype == DType.F32);
                    assertThat(error).as("%s(%s)", function, x[i]).isLessThanOrEqualTo(2);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = UnaryFunction.class, names = {"EXP", "EXPM1", "LOG", "LOG1P", "TANH", "SIN", "COS", "ERF"})
    void specialValuesAreThoseOfMath(UnaryFunction function) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            double huge = dtype == DType.F32 ? Float.MAX_VALUE : Double.MAX_VALUE;
            double tiny = dtype == DType.F32 ? Float.MIN_VALUE : Double.MIN_VALUE;
            double[] x = {0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, huge, -huge, -1, 1,
                    -2};
            double[] y = apply(function, Graphs.of(TensorType.of(dtype, x.length), x)).toDoubles();
            double[] expected = Arrays.stream(x)
                    .map(v -> math(function, v))
                    .map(v -> dtype == DType.F32
                            ? (float) v
                            : v)
                    .toArray();
            for (int i = 0; i < x.length; i++) {
                boolean special = expected[i] == 0 || Double.isNaN(expected[i]) || Double.isInfinite(expected[i]);
                if (special) {
                    assertThat(y[i]).as("%s(%s) in %s", function, x[i], dtype).isEqualTo(Double.valueOf(expected[i]));
                }
            }
            double[] small = apply(function, Graphs.of(TensorType.of(dtype, 2), new double[]{tiny, -tiny})).toDoubles();
            double[] wanted = {math(function, tiny), math(function, -tiny)};
            for (int i = 0; i < 2; i++) {
                double want = dtype == DType.F32 ? (float) wanted[i] : wanted[i];
                assertThat(small[i] == want || Double.isNaN(want) && Double.isNaN(small[i]) || Math.abs(small[i]
                        - want) <= 2 * (dtype == DType.F32 ? Math.ulp((float) want) : Math.ulp(want))).as(
                                "%s of the smallest number: %s, expected %s", function, small[i], want)
                        .isTrue();
            }
        }
    }

    private static double math(UnaryFunction function, double x) {
        return switch (function) {
            case EXP -> Math.exp(x);
            case EXPM1 -> Math.expm1(x);
            case LOG -> Math.log(x);
            case LOG1P -> Math.log1p(x);
            case TANH -> Math.tanh(x);
            case SIN -> Math.sin(x);
            case COS -> Math.cos(x);
            case ERF -> ErrorFunction.erf(x);
            default -> throw new IllegalArgumentException(function.label());
        };
    }

    @Test
    void exponentialsThatOverflowOrAreSubnormal() {
        double[] x = {709.782712893384, 709.7827128933841, 710, -708.5, -720.25, -744, -745.13, -745.14, -800};
        double[] y = apply(UnaryFunction.EXP, Tensor.of(x)).toDoubles();
        for (int i = 0; i < x.length; i++) {
            assertThat(Math.abs(y[i] - Math.exp(x[i])) <= 2 * Math.ulp(Math.exp(x[i])) || y[i] == Math.exp(x[i])).as(
                    "exp(%s) is %s, expected %s", x[i], y[i], Math.exp(x[i])).isTrue();
        }
        float[] xs = {88.72283f, 88.72284f, 89, -87.4f, -95, -103.2f, -103.9f, -104, -200};
        double[] ys = apply(UnaryFunction.EXP, Tensor.of(xs)).toDoubles();
        for (int i = 0; i < xs.length; i++) {
            float want = (float) Math.exp(xs[i]);
            assertThat(ys[i] == want || Math.abs(ys[i] - want) <= 2 * Math.ulp(want)).as("exp(%s) is %s, expected %s",
                    xs[i], ys[i], want).isTrue();
        }
    }
}
