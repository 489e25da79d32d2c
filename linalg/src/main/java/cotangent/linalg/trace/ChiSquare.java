package cotangent.linalg.trace;

/** The lower tail of the chi-square distribution with a whole number of degrees of freedom. */
final class ChiSquare {
    private static final int BISECTIONS = 60;

    private ChiSquare() {}

    /**
     * The largest share α of its mean that a chi-square number with k degrees of freedom falls short of with a probability of
     * at most p: P(χ²_k ≤ αk) = p.
     *
     * @param p inside (0, 0.5)
     */
    static double lowerShare(int k, double p) {
        double low = 0;
        double high = 1;
        double logGamma = logGammaOfHalf(k + 2);
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = 0.5 * (low + high);
            if (cumulative(k, middle * k, logGamma) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return 0.5 * (low + high);
    }

    /** P(χ²_k ≤ x) = γ(k/2, x/2)/Γ(k/2) for x ≤ k, by the series of Abramowitz and Stegun 6.5.29, whose terms are positive. */
    static double cumulative(int k, double x, double logGamma) {
        if (x <= 0) {
            return 0;
        }
        double a = 0.5 * k;
        double half = 0.5 * x;
        double term = 1;
        double sum = 1;
        for (int i = 1; term > 1e-17 * sum; i++) {
            term *= half / (a + i);
            sum += term;
        }
        return sum * Math.exp(a * Math.log(half) - half - logGamma);
    }

    /** log Γ(k/2), by Γ(x + 1) = xΓ(x) from Γ(1) = 1 or Γ(1/2) = √π. */
    static double logGammaOfHalf(int k) {
        double sum = k % 2 == 0 ? 0 : 0.5 * Math.log(Math.PI);
        for (int i = k % 2 == 0 ? 2 : 1; i < k; i += 2) {
            sum += Math.log(0.5 * i);
        }
        return sum;
    }
}
