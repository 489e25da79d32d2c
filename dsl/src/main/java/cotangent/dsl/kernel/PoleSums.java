package cotangent.dsl.kernel;

/**
 * Sums over the poles of a secular equation, float64: with q_j = z_j / p_j the two sums of z_j q_j and of q_j², which are
 * one side of the equation and its slope.
 *
 * <p>Element j goes to partial sum j mod lanes, then the lanes are added by halves; so the bits depend on the species only.
 */
public final class PoleSums {
    private static final WarmUp WARM_UP = new WarmUp(() -> warm(true), () -> warm(false));
    private static final int WARM_SIZE = 45;
    private static final double[] WARM = new double[WARM_SIZE];
    private static final double[] WARM_SUMS = new double[2];

    private PoleSums() {}

    /**
     * The sums for p_j = d_j − t. The error of either is at most (n / lanes + 6) eps times the sum of its terms' sizes.
     *
     * @param n    the number of terms
     * @param z    the numerators
     * @param d    the poles; none may equal t
     * @param off  where both begin
     * @param t    where the sums are taken
     * @param sums receives the sum of z_j q_j and that of q_j²
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static void dsums(int n, double[] z, double[] d, int off, double t, double[] sums) {
        Windows.requireVector("z", z.length, off, n);
        Windows.requireVector("d", d.length, off, n);
        if (Simd.AVAILABLE && WARM_UP.isOver(n)) {
            PoleSumsVector.sums(n, z, d, off, t, sums);
        } else {
            PoleSumsScalar.sums(n, z, d, off, t, sums);
        }
    }

    /**
     * The sums for p_j = (d_j − t) (e_j + t), a difference of squares in its factors.
     *
     * @param n    the number of terms
     * @param z    the numerators
     * @param d    the differences; none may equal t
     * @param e    the totals; none may equal −t
     * @param off  where all begin
     * @param t    where the sums are taken
     * @param sums receives the sum of z_j q_j and that of q_j²
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static void dsums(int n, double[] z, double[] d, double[] e, int off, double t, double[] sums) {
        Windows.requireVector("z", z.length, off, n);
        Windows.requireVector("d", d.length, off, n);
        Windows.requireVector("e", e.length, off, n);
        if (Simd.AVAILABLE && WARM_UP.isOver(n)) {
            PoleSumsVector.sums(n, z, d, e, off, t, sums);
        } else {
            PoleSumsScalar.sums(n, z, d, e, off, t, sums);
        }
    }

    private static void warm(boolean vectors) {
        if (vectors) {
            PoleSumsVector.sums(WARM_SIZE, WARM, WARM, 0, 1, WARM_SUMS);
            PoleSumsVector.sums(WARM_SIZE, WARM, WARM, WARM, 0, 1, WARM_SUMS);
        } else {
            PoleSumsScalar.sums(WARM_SIZE, WARM, WARM, 0, 1, WARM_SUMS);
            PoleSumsScalar.sums(WARM_SIZE, WARM, WARM, WARM, 0, 1, WARM_SUMS);
        }
    }
}
