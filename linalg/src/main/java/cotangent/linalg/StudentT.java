package cotangent.linalg;

/**
 * Student's t distribution with a whole number of degrees of freedom.
 *
 * <p>P(|T| ≤ t) is a finite sum in θ = atan(t/√ν) (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and
 * 26.7.4), all of whose terms are positive; the quantile is found by bisection in θ.
 */
public final class StudentT {
    /** Beyond this many degrees of freedom quantiles change by less than 2 parts in a million, and are taken there. */
    private static final int LARGEST = 1_000_000;
    private static final int BISECTIONS = 60;

    private StudentT() {}

    /**
     * The t with P(|T| ≤ t) = confidence.
     *
     * @param confidence       inside (0, 1)
     * @param degreesOfFreedom at least 1
     */
    public static double quantile(double confidence, int degreesOfFreedom) {
        int freedom = Math.min(degreesOfFreedom, LARGEST);
        double low = 0;
        double high = Math.PI / 2;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = 0.5 * (low + high);
            if (central(middle, freedom) < confidence) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.sqrt(freedom) * Math.tan(0.5 * (low + high));
    }

    /** P(|T| ≤ √ν tan θ). */
    static double central(double theta, int freedom) {
        double cosine = Math.cos(theta);
        boolean odd = freedom % 2 == 1;
        double term = odd ? cosine : 1;
        double sum = freedom == 1 ? 0 : term;
        for (int i = odd ? 3 : 2; i < freedom - 1; i += 2) {
            term *= cosine * cosine * (i - 1) / i;
            sum += term;
        }
        return odd ? 2 / Math.PI * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
    }
}
