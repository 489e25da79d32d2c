package cotangent.dsl.reference;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Elementary functions to 40 digits by their Taylor series, for tests that count units in the last place. */
final class HighPrecision {
    private static final MathContext DIGITS = new MathContext(60, RoundingMode.HALF_EVEN);
    private static final BigDecimal PI = new BigDecimal(
            "3.14159265358979323846264338327950288419716939937510582097494459");

    private HighPrecision() {}

    /** {@code exp(x)}, by the series of {@code exp(x / 2^k)} squared k times. */
    static BigDecimal exp(BigDecimal x) {
        int halvings = Math.max(0, x.precision() - x.scale() + 2) * 4;
        BigDecimal small = x.divide(BigDecimal.TWO.pow(halvings), DIGITS);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = term;
        for (int n = 1; n < 60; n++) {
            term = term.multiply(small, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, DIGITS);
        }
        return sum;
    }

    static BigDecimal expm1(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.ONE) > 0) {
            return exp(x).subtract(BigDecimal.ONE);
        }
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ZERO;
        for (int n = 1; n < 60; n++) {
            term = term.multiply(x, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    static BigDecimal tanh(BigDecimal x) {
        BigDecimal e = expm1(x.add(x));
        return e.divide(e.add(BigDecimal.TWO), DIGITS);
    }

    static BigDecimal sigmoid(BigDecimal x) {
        return BigDecimal.ONE.divide(BigDecimal.ONE.add(exp(x.negate())), DIGITS);
    }

    /** erf by {@code 2x exp(-x^2) / sqrt(pi) * sum of (2x^2)^n / (1 3 5 ... (2n+1))}, whose terms are all positive. */
    static BigDecimal erf(BigDecimal x) {
        if (x.abs().compareTo(BigDecimal.TEN) > 0) {
            // 1 - erf(10) is 2e-45.
            return BigDecimal.valueOf(x.signum());
        }
        BigDecimal square = x.multiply(x);
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = term;
        for (int n = 1; n < 400; n++) {
            term = term.multiply(square.add(square), DIGITS).divide(BigDecimal.valueOf(2L * n + 1), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        BigDecimal factor = BigDecimal.TWO.multiply(x).divide(PI.sqrt(DIGITS), DIGITS);
        return factor.multiply(exp(square.negate())).multiply(sum, DIGITS);
    }

    /** How far {@code actual} is from {@code exact}, in units in the last place of the double nearest to it. */
    static double ulps(double actual, BigDecimal exact) {
        double error = new BigDecimal(actual).subtract(exact).abs().doubleValue();
        return error / Math.ulp(exact.doubleValue());
    }
}
