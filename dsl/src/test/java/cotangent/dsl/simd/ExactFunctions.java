package cotangent.dsl.simd;

import cotangent.dsl.ir.UnaryFunction;
import java.math.BigDecimal;
import java.math.MathContext;

/** Elementary functions in decimal arithmetic of 50 digits or more, from power series alone. */
final class ExactFunctions {
    private static final MathContext DIGITS = new MathContext(50);
    /** Enough for the alternating series of erf up to 7, whose terms grow to e^49. */
    private static final MathContext MORE_DIGITS = new MathContext(90);
    private static final BigDecimal ONE = BigDecimal.ONE;
    /** To 400 digits: the largest double has 309 before the point. */
    private static final BigDecimal PI = pi(new MathContext(400));

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

    /** Machin's formula, {@code pi/4 = 4 atan(1/5) - atan(1/239)}. */
    private static BigDecimal pi(MathContext digits) {
        BigDecimal quarter = arcTangentOfInverse(5, digits).multiply(BigDecimal.valueOf(4))
                .subtract(
                        arcTangentOfInverse(239, digits));
        return quarter.multiply(BigDecimal.valueOf(4), digits);
    }

    private static BigDecimal arcTangentOfInverse(int n, MathContext digits) {
        BigDecimal square = BigDecimal.valueOf((long) n * n);
        BigDecimal power = ONE.divide(BigDecimal.valueOf(n), digits);
        BigDecimal sum = power;
        for (int k = 3; power.scale() - power.precision() < digits.getPrecision(); k += 2) {
            power = power.divide(square, digits).negate();
            sum = sum.add(power.divide(BigDecimal.valueOf(k), digits), digits);
        }
        return sum;
    }

    /** x less the nearest multiple of 2 pi. */
    private static BigDecimal withinATurn(BigDecimal x) {
        BigDecimal turn = PI.add(PI);
        BigDecimal turns = x.divide(turn, new MathContext(400)).setScale(0, java.math.RoundingMode.HALF_EVEN);
        return x.subtract(turns.multiply(turn)).round(MORE_DIGITS);
    }

    static BigDecimal sin(BigDecimal x) {
        BigDecimal reduced = withinATurn(x);
        return alternating(reduced, reduced.multiply(reduced), 1);
    }

    static BigDecimal cos(BigDecimal x) {
        BigDecimal reduced = withinATurn(x);
        return alternating(ONE, reduced.multiply(reduced), 0);
    }

    /** {@code first - first x^2 / ((n+1)(n+2)) + ...}. */
    private static BigDecimal alternating(BigDecimal first, BigDecimal square, int n) {
        BigDecimal term = first;
        BigDecimal sum = first;
        for (int k = n; k < 60; k += 2) {
            term = term.multiply(square, MORE_DIGITS)
                    .divide(BigDecimal.valueOf((k + 1L) * (k + 2)), MORE_DIGITS)
                    .negate();
            sum = sum.add(term, MORE_DIGITS);
        }
        return sum;
    }

    /** {@code 2/sqrt(pi) sum (-1)^n x^(2n+1) / (n! (2n+1))}; 1 from where it is to 22 digits. */
    static BigDecimal erf(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.valueOf(7)) > 0) {
            return BigDecimal.valueOf(x.signum());
        }
        BigDecimal square = x.multiply(x);
        BigDecimal power = x;
        BigDecimal sum = x;
        for (int n = 1; n < 250; n++) {
            power = power.multiply(square, MORE_DIGITS).divide(BigDecimal.valueOf(n), MORE_DIGITS).negate();
            sum = sum.add(power.divide(BigDecimal.valueOf(2L * n + 1), MORE_DIGITS), MORE_DIGITS);
        }
        return sum.add(sum).divide(PI.sqrt(MORE_DIGITS), MORE_DIGITS);
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
            case SIN -> sin(exact);
            case COS -> cos(exact);
            case ERF -> erf(exact);
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
