package cotangent.dsl.kernel;

/** The error function {@code erf(x) = 2/sqrt(pi) * integral of exp(-t^2) from 0 to x}, which the JDK lacks. */
public final class ErrorFunction {
    /** From here on, {@code 1 - erf(x) < 2^-54}, so that 1 is the nearest double. */
    private static final double ONE_FROM = 5.9215871957945083;

    /**
     * {@code erf(x)/x - 1} as a polynomial in x^2 on [0, 1], highest power first: the Chebyshev interpolant, computed
     * with 60 digits; its error is below 2^-62.
     */
    private static final double[] NEAR = {5.957176147748911e-11, -1.1372848856791674e-09, 1.4659775274047436e-08,
            -1.6350312701054695e-07, 1.6461000484121368e-06, -1.4925595266831182e-05, 0.0001205533111164271,
            -0.000854832698083379, 0.0052239776248180145, -0.026866170645076792, 0.11283791670954879,
            -0.3761263890318375, 0.1283791670955126};

    /**
     * {@code exp(x^2) (1 - erf(x))} as a polynomial in (x - 3) / (x + 3) on 1 to 6, highest power first, made likewise;
     * its error is below 2^-58.
     */
    private static final double[] FAR = {3.381355142042904e-09, 1.2755818949624478e-06, 2.0135111426447427e-06,
            -8.00978093907608e-06, -1.2845780030775907e-05, 6.406279226046039e-05, 4.525434558991009e-05,
            -0.0005970624964924544, 0.0007077464666941425, 0.004269136356961225, -0.024392499318915004,
            0.07166583719747308, -0.15011593650077898, 0.24560380171233487, -0.3262335600430372, 0.17900115118138996};

    private ErrorFunction() {}

    /**
     * erf to within 1.5 ULP of float64. Near zero {@code x + x p(x^2)}, where the second term is at most a sixth of the
     * first, so that its rounding hardly shows; from 1 on {@code 1 - exp(-x^2) p}, where what is subtracted is at most .16.
     */
    public static double erf(double x) {
        double magnitude = Math.abs(x);
        if (magnitude < 1) {
            return x + x * horner(NEAR, x * x);
        }
        if (magnitude < ONE_FROM) {
            double rest = Math.exp(-x * x) * horner(FAR, (magnitude - 3) / (magnitude + 3));
            return Math.copySign(1 - rest, x);
        }
        return Double.isNaN(x) ? x : Math.copySign(1, x);
    }

    private static double horner(double[] coefficients, double t) {
        double sum = 0;
        for (double coefficient : coefficients) {
            sum = sum * t + coefficient;
        }
        return sum;
    }
}
