package cotangent.dsl.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import cotangent.dsl.ir.UnaryFunction;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ElementaryFunctionsTest {
    private static final double[] ARGUMENTS = {0.45163282945603705, 1.0513990298362659, 0.2, 0.5, 0.99999, 1, 1.0001, 2,
            3,
            5, 5.9, 5.93, 17, 1e-10, 1e-300, 0x1p-1060};

    static Stream<Arguments> ownFunctions() {
        ElementaryFunctions working = new WorkingFunctions();
        ElementaryFunctions strict = new StrictFunctions();
        return Stream.of(
                arguments(UnaryFunction.ERF, working, 1.5, (UnaryOperator<BigDecimal>) HighPrecision::erf),
                arguments(UnaryFunction.ERF, strict, 1.0, (UnaryOperator<BigDecimal>) HighPrecision::erf),
                arguments(UnaryFunction.TANH, working, 7.0, (UnaryOperator<BigDecimal>) HighPrecision::tanh),
                arguments(UnaryFunction.EXPM1, working, 1.0, (UnaryOperator<BigDecimal>) HighPrecision::expm1),
                arguments(UnaryFunction.SIGMOID, working, 3.0, (UnaryOperator<BigDecimal>) HighPrecision::sigmoid),
                arguments(UnaryFunction.SIGMOID, strict, 3.0, (UnaryOperator<BigDecimal>) HighPrecision::sigmoid));
    }

    /** The bounds are those that the classes state and the error model grants. */
    @ParameterizedTest
    @MethodSource("ownFunctions")
    void errsByNoMoreThanStated(UnaryFunction function, ElementaryFunctions functions, double bound,
            UnaryOperator<BigDecimal> exact) {
        assertThat(bound).isLessThanOrEqualTo(ErrorModel.ulps(function));
        DoubleUnaryOperator operator = functions.unary(function);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            double x = i < ARGUMENTS.length ? ARGUMENTS[i] : Math.exp(random.nextDouble(-8, 3));
            double signed = random.nextBoolean() ? x : -x;
            assertThat(HighPrecision.ulps(operator.applyAsDouble(signed), exact.apply(new BigDecimal(signed))))
                    .as("%s(%s)", function, signed)
                    .isLessThanOrEqualTo(bound);
        }
    }

    /** StrictMath errs by 2.1 ULP at most, in tanh; what is granted must cover both errors. */
    @ParameterizedTest
    @EnumSource(value = UnaryFunction.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT")
    void workingAgreesWithStrict(UnaryFunction function) {
        DoubleUnaryOperator working = new WorkingFunctions().unary(function);
        DoubleUnaryOperator strict = new StrictFunctions().unary(function);
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 20_000; i++) {
            double x = random.nextGaussian() * Math.exp(random.nextDouble(-10, 5));
            double expected = strict.applyAsDouble(x);
            double actual = working.applyAsDouble(x);
            if (Double.isNaN(expected)) {
                assertThat(actual).as("%s(%s)", function, x).isNaN();
            } else if (expected != actual) {
                assertThat(Math.abs(actual - expected) / Math.ulp(expected)).as("%s(%s)", function, x)
                        .isLessThanOrEqualTo(ErrorModel.ulps(function) + 2.1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = UnaryFunction.class, mode = EnumSource.Mode.EXCLUDE, names = "NOT")
    void limitsAreExact(UnaryFunction function) {
        for (double x : new double[]{0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN}) {
            assertThat(new WorkingFunctions().unary(function).applyAsDouble(x)).as("%s(%s)", function, x)
                    .isEqualTo(
                            Double.valueOf(new StrictFunctions().unary(function).applyAsDouble(x)));
        }
    }

    @Test
    void erfIsOddAndSaturates() {
        DoubleUnaryOperator erf = new WorkingFunctions().unary(UnaryFunction.ERF);
        assertThat(erf.applyAsDouble(-0.0)).isEqualTo(-0.0);
        assertThat(erf.applyAsDouble(6)).isEqualTo(1);
        assertThat(erf.applyAsDouble(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
        assertThat(erf.applyAsDouble(Double.MIN_VALUE)).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void sigmoidKeepsItsTail() {
        // exp(-745) is the smallest double; 1 / (1 + exp(745)) would be 0.
        assertThat(new WorkingFunctions().unary(UnaryFunction.SIGMOID).applyAsDouble(-745)).isEqualTo(Double.MIN_VALUE);
    }
}
