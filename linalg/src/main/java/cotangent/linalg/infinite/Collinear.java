package cotangent.linalg.infinite;

/**
 * What a new s exceeds the new covariance by for inputs that differ in length only: s'(r₁, r₂) − F(r₁, r₂), where F is the covariance
 * at k = s. With it {@code s' − k' = (s' − F(s)) + (F(s) − F(k))}, and the second difference has a form without cancellation.
 */
final class Collinear {
    /** Deviations that differ by less are taken as equal: the excess is of the order of the square of their difference. */
    private static final double EQUAL = 0x1p-26;

    private Collinear() {}

    /** The excess, 0 for deviations that are equal up to the square root of rounding, and never negative. */
    static double excess(double r1, double r2, double s, double straight) {
        return Math.abs(r1 - r2) <= EQUAL * r1 ? 0 : Math.max(0, s - straight);
    }
}
