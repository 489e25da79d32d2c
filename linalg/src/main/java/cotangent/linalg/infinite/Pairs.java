package cotangent.linalg.infinite;

import cotangent.dsl.kernel.ArcCosine;

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

    /** Arrays that lie one after the other do not begin at the same place of a page, which stores and loads would mix up. */
    static final int ROOM = LENGTH + 40;

    /** k. */
    final double[] covariance = new double[ROOM];
    /** s − k. */
    final double[] apart = new double[ROOM];
    /** s + k. */
    final double[] together = new double[ROOM];
    /** The tangent kernel. */
    final double[] tangent = new double[ROOM];
    private final ArcCosine.Pairs arrays = new ArcCosine.Pairs(covariance, apart, together, tangent);

    /** The same, for the arc-cosine kernels. */
    ArcCosine.Pairs arrays() {
        return arrays;
    }
}
