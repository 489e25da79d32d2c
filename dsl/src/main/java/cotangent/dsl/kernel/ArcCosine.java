package cotangent.dsl.kernel;

/**
 * Arc-cosine kernels of degrees 1 and 0 (Y. Cho and L. K. Saul, Kernel methods for deep learning, NIPS 2009): moments of
 * φ(x) = a·x where x is negative and b·x where positive, of pairs of Gaussians u and v, float64.
 *
 * <p>Pairs come as the covariance k, and as s − k and s + k for the product s of the deviations, which keep small angles and such
 * near π where k alone would lose them. With h = (a² + b²)/2, δ = (a − b)² and the angle ω from 0 to π/2 between the lines of u and v,
 *
 * <pre>E φ(u)φ(v) = h k + δ g,  E φ'(u)φ'(v) = h − δ ω/2π,  g = s (sin ω − ω cos ω)/2π</pre>
 *
 * <p>where k is not negative, and where it is, {@code ab k + δ g} and {@code ab + δ ω/2π}. With t = tan(ω/2), t² the smaller of s − k
 * and s + k by the larger, and atan t = t − t³q, the difference in g is {@code 2t³(1 + q(1 − t²))/(1 + t²)}, a product of positive
 * numbers. What the results s' − k' and s' + k', s' = h s, subtract is at most 2/π of what it is subtracted from; so they keep the
 * relative accuracy of the arguments. Every element has the same bits with the Vector API or without it.
 */
public final class ArcCosine {
    /** Scalar work of an element, in multiply-adds. */
    private static final int WORK = 32;
    private static final int WARM_SIZE = 45;
    private static final WarmUp WARM_UP = new WarmUp(() -> warm(true), () -> warm(false));
    private static final double[] WARM = new double[WARM_SIZE];
    private static final Pairs WARM_PAIRS = new Pairs(WARM, WARM, WARM, WARM);
    private static final Pairs WARM_RESULT = new Pairs(new double[WARM_SIZE], new double[WARM_SIZE],
            new double[WARM_SIZE],
            new double[WARM_SIZE]);

    private ArcCosine() {}

    /**
     * What is known of pairs, each array from its beginning.
     *
     * @param covariance k
     * @param apart      s − k
     * @param together   s + k
     * @param tangent    any number, which is multiplied by E φ'(u)φ'(v)
     */
    public record Pairs(double[] covariance, double[] apart, double[] together, double[] tangent) {
        private void require(String name, int n) {
            Windows.requireVector(name, covariance.length, 0, n);
            Windows.requireVector(name, apart.length, 0, n);
            Windows.requireVector(name, together.length, 0, n);
            Windows.requireVector(name, tangent.length, 0, n);
        }
    }

    /**
     * The moments of pairs that share u's deviation.
     *
     * @param n          the number of pairs
     * @param a          φ's slope below 0
     * @param b          φ's slope above 0
     * @param deviation  of u
     * @param deviations of each v
     * @param x          the pairs
     * @param y          receives E φφ, what h s exceeds it by, their sum, and the tangent times E φ'φ'
     * @throws IllegalArgumentException if an array is too short
     */
    public static void dmoments(int n, double a, double b, double deviation, double[] deviations, Pairs x, Pairs y) {
        Windows.requireVector("deviations", deviations.length, 0, n);
        x.require("pairs", n);
        y.require("results", n);
        Slopes slopes = new Slopes(a, b);
        int done = 0;
        if (Simd.AVAILABLE && WARM_UP.isOver((long) n * WORK)) {
            done = ArcCosineVector.moments(n, slopes, deviation, deviations, x, y);
        }
        ArcCosineScalar.moments(done, n, slopes, deviation, deviations, x, y);
    }

    private static void warm(boolean vectors) {
        Slopes slopes = new Slopes(0, 1);
        int done = vectors ? ArcCosineVector.moments(WARM_SIZE, slopes, 1, WARM, WARM_PAIRS, WARM_RESULT) : 0;
        ArcCosineScalar.moments(done, WARM_SIZE, slopes, 1, WARM, WARM_PAIRS, WARM_RESULT);
    }

    /** The numbers that stand in the formulas. */
    static final class Slopes {
        /** (a² + b²)/2, and ab. */
        final double squares;
        final double product;
        /** s' − k' is {@code straight·min(s − k, s) + folded·min(s − k, s + k) − crossed·min(k, 0) − δ g}. */
        final double straight;
        final double folded;
        final double crossed;
        final double difference;
        /** δ/2π and δ/π. */
        final double bend;
        final double turn;

        Slopes(double a, double b) {
            squares = 0.5 * (a * a + b * b);
            product = a * b;
            folded = Math.max(0, -product);
            straight = squares - folded;
            crossed = Math.max(0, product);
            difference = 0.5 * (a - b) * (a - b);
            bend = difference / Math.PI;
            turn = 2 * bend;
        }
    }
}
