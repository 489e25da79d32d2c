package cotangent.dsl.simd;

import cotangent.dsl.ir.UnaryFunction;
import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions in decimal arithmetic of 50 digits, from the exponential series alone. */
final class ExactFunctions {
    private static final MathContext DIGITS = new MathContext(50);
    private static final BigDecimal ONE = BigDecimal.ONE;

    private ExactFunctions() {}

    /** {@code exp(x) = exp(x / 2^s)^(2^s)}, so that the series converges fast. */
    static BigDecimal exp(BigDecimal x) {
        int halvings = Math.max(0, x.precision() - x.scale()) * 4 + 6;
        MathContext digits = new MathContext(60 + halvings / 3);
        BigDecimal small = x.divide(BigDecimal.TWO.pow(halvings), digits);
        BigDecimal term = ONE;
        BigDecimal sum = ONE;
        for (int n = 1; n < 60 && term.signum() != 0; n++) {
            term = term.multiply(small, digits).divide(BigDecimal.valueOf(n), digits);
            sum = sum.add(term, digits);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, digits);
        }
        return sum;
    }

    /** By its own series where exp would cancel. */
    static BigDecimal expm1(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.valueOf(0.1)) > 0) {
            return exp(x).subtract(ONE);
        }
        BigDecimal term = x;
        BigDecimal sum = x;
        for (int n = 2; n < 50; n++) {
            term = term.multiply(x, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    /** Two Newton steps for {@code e^y = x} from the double nearest to the root. */
    static BigDecimal log(BigDecimal x) {
        BigDecimal y = new BigDecimal(StrictMath.log(x.doubleValue()));
        for (int i = 0; i < 2; i++) {
            y = y.add(x.multiply(exp(y.negate()), DIGITS).subtract(ONE), DIGITS);
        }
        return y;
    }

    /** {@code log(1 + x)}; near zero by Newton's method on expm1. */
    static BigDecimal log1p(BigDecimal x) {
        BigDecimal y = new BigDecimal(StrictMath.log1p(x.doubleValue()));
        for (int i = 0; i < 2; i++) {
            BigDecimal e = expm1(y);
            y = y.subtract(e.subtract(x).divide(e.add(ONE), DIGITS), DIGITS);
        }
        return y;
    }

    static BigDecimal tanh(BigDecimal x) {
        BigDecimal e = expm1(x.add(x));
        return e.divide(e.add(BigDecimal.TWO), DIGITS);
    }

    static BigDecimal sigmoid(BigDecimal x) {
        return ONE.divide(ONE.add(exp(x.negate())), DIGITS);
    }

    /** The exact value of a function to far more digits than a double has. */
    static BigDecimal of(UnaryFunction function, double x) {
        BigDecimal exact = new BigDecimal(x);
        return switch (function) {
            case EXP -> exp(exact);
            case EXPM1 -> expm1(exact);
            case LOG -> log(exact);
            case LOG1P -> log1p(exact);
            case TANH -> tanh(exact);
            case SIGMOID -> sigmoid(exact);
            default -> throw new IllegalArgumentException(function.label());
        };
    }

    /** Distance of a result from the exact value in units of the exact value's last place. */
    static double ulps(double result, BigDecimal exact, boolean single) {
        double nearest = exact.doubleValue();
        double unit = single ? Math.ulp((float) nearest) : Math.ulp(nearest);
        return new BigDecimal(result).subtract(exact)
                .abs()
                .divide(new BigDecimal(unit), MathContext.DECIMAL32)
                .doubleValue();
    }
}
