package cotangent.dsl.reference;

/**
 * A number as the unevaluated sum of two doubles, about 106 bits (Dekker 1971; products by fused multiply-add).
 *
 * @param high the nearest double
 * @param low  what is left, at most half a unit in the last place of {@code high}
 */
record DoubleDouble(double high, double low) {
    static DoubleDouble of(double x) {
        return new DoubleDouble(x, 0);
    }

    /** The exact product, if nothing underflows. */
    static DoubleDouble product(double a, double b) {
        double p = a * b;
        return new DoubleDouble(p, Math.fma(a, b, -p));
    }

    private static DoubleDouble normalized(double high, double low) {
        double sum = high + low;
        return new DoubleDouble(sum, low - (sum - high));
    }

    DoubleDouble plus(DoubleDouble other) {
        double sum = high + other.high;
        double shadow = sum - high;
        double error = (high - (sum - shadow)) + (other.high - shadow);
        return normalized(sum, error + (low + other.low));
    }

    DoubleDouble times(DoubleDouble other) {
        DoubleDouble p = product(high, other.high);
        return normalized(p.high, p.low + (high * other.low + low * other.high));
    }

    DoubleDouble dividedBy(double divisor) {
        double quotient = high / divisor;
        double remainder = Math.fma(-quotient, divisor, high) + low;
        return normalized(quotient, remainder / divisor);
    }
}
