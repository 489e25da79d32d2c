package cotangent.linalg.infinite;

/**
 * What is known of one layer for the pairs of one input with a run of others: covariance k of a unit's values u and v, tangent
 * kernel, and two differences from the largest covariance s that the deviations allow.
 *
 * <p>The angle θ between u and v, cos θ = k/s, is what kernels with a kink depend on. Near 0 and π a cosine says little of its angle:
 * an error of ε in k costs sqrt(ε) in θ. So s − k and s + k are carried beside k, each made without subtracting nearly equal numbers;
 * {@code tan²(θ/2) = (s − k)/(s + k)}.
 */
final class Pairs {
    /** Pairs of a run: an array of them takes a quarter of a first-level cache. */
    static final int LENGTH = 1024;

    /** k. */
    final double[] covariance = new double[LENGTH];
    /** s − k. */
    final double[] apart = new double[LENGTH];
    /** s + k. */
    final double[] together = new double[LENGTH];
    /** The tangent kernel. */
    final double[] tangent = new double[LENGTH];
}
