package cotangent.dsl.kernel;

/**
 * What a product is made of, once with vectors and once without.
 *
 * <p>Both compute the same bits. {@code multiply} gives every element of C one chain of fused multiply-adds, c :=
 * fma(alpha a_ip, b_pj, c) for p = 0, 1, ..., so that blocking, tile shape, lane count and threads cannot change it.
 * {@code dots} sums along contiguous rows instead, in the lane order that {@link DoubleLanes} defines.
 */
sealed interface GemmKernels permits VectorGemm, ScalarGemm {

    /** The implementation of this process. */
    GemmKernels CHOSEN = Simd.AVAILABLE ? new VectorGemm() : new ScalarGemm();

    /** C := alpha A B, or added to C; the product is not empty. */
    void multiply(DoubleProduct product);

    /** C := alpha A B, or added to C; the product is not empty. */
    void multiply(FloatProduct product);

    /** y += x B for one row x of {@code k} factors; each element of y takes its terms in order. */
    void addRows(int k, int n, double[] x, double[] b, int bOff, int bRow, double[] y, int yOff);

    /** y += x B for one row x of {@code k} factors; each element of y takes its terms in order. */
    void addRows(int k, int n, float[] x, float[] b, int bOff, int bRow, float[] y, int yOff);

    /** Writes the dot products of eight rows with one vector, all contiguous, to the front of {@code sums}. */
    void dots(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums);

    /** Writes the dot products of eight rows with one vector, all contiguous, to the front of {@code sums}. */
    void dots(int k, float[] rows, int off, int row, int last, float[] x, int xOff, float[] sums);
}
