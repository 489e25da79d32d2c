package cotangent.dsl.reference;

/** The error function by its series: slow, for the oracle. */
final class ErrorFunctionSeries {
    /** From here on, {@code 1 - erf(x) < 2^-54}, so that 1 is the nearest double. */
    private static final double ONE_FROM = 5.9215871957945083;

    /** 2/sqrt(pi) as the unevaluated sum of two doubles. */
    private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
    private static final double TWO_OVER_SQRT_PI_LOW = 1.533545961316588e-17;

    private ErrorFunctionSeries() {}

    /**
     * erf by its Taylor series {@code 2/sqrt(pi) * sum of (-1)^n x^(2n+1) / (n! (2n+1))} (Abramowitz and Stegun 7.1.5)
     * in double-double arithmetic: the largest term is below 2^51, so what cancels costs half of the 106 bits
     * and leaves the sum accurate to the last bit of a double but one.
     */
    static double erf(double x) {
        double magnitude = Math.abs(x);
        if (magnitude >= ONE_FROM) {
            return Math.copySign(1, x);
        }
        if (Double.isNaN(x) || magnitude < 0x1p-500) {
            // The square would underflow; the first term is all there is.
            return TWO_OVER_SQRT_PI * x;
        }
        DoubleDouble square = DoubleDouble.product(x, x);
        DoubleDouble power = DoubleDouble.of(x);
        DoubleDouble sum = power;
        for (int n = 1; Math.abs(power.high()) > 0x1p-70 * magnitude; n++) {
            power = power.times(square).dividedBy(-n);
            sum = sum.plus(power.dividedBy(2 * n + 1));
        }
        return sum.times(new DoubleDouble(TWO_OVER_SQRT_PI, TWO_OVER_SQRT_PI_LOW)).high();
    }
}
