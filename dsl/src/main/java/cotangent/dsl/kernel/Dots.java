package cotangent.dsl.kernel;

/**
 * Sums and updates of contiguous vectors: dot, axpy, scal and nrm2, under their BLAS names.
 *
 * <p>A dot product adds in a fixed lane order: element p goes to partial sum p mod (4 lanes), the four vectors of partial
 * sums are added in pairs, then the lanes by halves. The order depends on the species only, so the bits are the same
 * with the Vector API and without it. The updates round each element by itself; C2 turns their loops into vector code.
 */
public final class Dots {
    /** Sums of squares from here on have lost nothing to underflow that matters, for any length of array. */
    private static final double SAFE_SQUARE = 0x1p-969;

    private static final int BLOCK = 1024;

    private Dots() {}

    /**
     * The dot product of two float64 vectors.
     *
     * @param n the number of elements
     * @param x the first vector
     * @param xOff where it begins
     * @param y the second vector
     * @param yOff where it begins
     * @return the sum of x_i y_i, with an error of at most (n / (4 lanes) + 6) eps times the sum of |x_i y_i|
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static double ddot(int n, double[] x, int xOff, double[] y, int yOff) {
        Windows.requireVector("x", x.length, xOff, n);
        Windows.requireVector("y", y.length, yOff, n);
        return DotKernels.CHOSEN.dot(n, x, xOff, y, yOff);
    }

    /**
     * The dot product of two float32 vectors, summed in float32.
     *
     * @param n the number of elements
     * @param x the first vector
     * @param xOff where it begins
     * @param y the second vector
     * @param yOff where it begins
     * @return the sum of x_i y_i, with an error of at most (n / (4 lanes) + 7) eps times the sum of |x_i y_i|
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static float sdot(int n, float[] x, int xOff, float[] y, int yOff) {
        Windows.requireVector("x", x.length, xOff, n);
        Windows.requireVector("y", y.length, yOff, n);
        return DotKernels.CHOSEN.dot(n, x, xOff, y, yOff);
    }

    /**
     * The dot product of two float32 vectors, each product and the sum in float64.
     *
     * @param n the number of elements
     * @param x the first vector
     * @param xOff where it begins
     * @param y the second vector
     * @param yOff where it begins
     * @return the sum of x_i y_i, with an error of at most (n / (4 lanes) + 6) float64 eps times the sum of |x_i y_i|
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static double dsdot(int n, float[] x, int xOff, float[] y, int yOff) {
        Windows.requireVector("x", x.length, xOff, n);
        Windows.requireVector("y", y.length, yOff, n);
        return DotKernels.CHOSEN.wideDot(n, x, xOff, y, yOff);
    }

    /**
     * y := alpha x + y, one fused multiply-add per element.
     *
     * @param n the number of elements
     * @param alpha the factor
     * @param x what is added
     * @param xOff where it begins
     * @param y what it is added to
     * @param yOff where it begins
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static void daxpy(int n, double alpha, double[] x, int xOff, double[] y, int yOff) {
        Windows.requireVector("x", x.length, xOff, n);
        Windows.requireVector("y", y.length, yOff, n);
        for (int i = 0; i < n; i++) {
            y[yOff + i] = Math.fma(alpha, x[xOff + i], y[yOff + i]);
        }
    }

    /**
     * y := alpha x + y, one fused multiply-add per element.
     *
     * @param n the number of elements
     * @param alpha the factor
     * @param x what is added
     * @param xOff where it begins
     * @param y what it is added to
     * @param yOff where it begins
     * @throws IllegalArgumentException if a vector does not lie inside its array
     */
    public static void saxpy(int n, float alpha, float[] x, int xOff, float[] y, int yOff) {
        Windows.requireVector("x", x.length, xOff, n);
        Windows.requireVector("y", y.length, yOff, n);
        for (int i = 0; i < n; i++) {
            y[yOff + i] = Math.fma(alpha, x[xOff + i], y[yOff + i]);
        }
    }

    /**
     * x := alpha x.
     *
     * @param n the number of elements
     * @param alpha the factor
     * @param x the vector
     * @param xOff where it begins
     * @throws IllegalArgumentException if the vector does not lie inside its array
     */
    public static void dscal(int n, double alpha, double[] x, int xOff) {
        Windows.requireVector("x", x.length, xOff, n);
        for (int i = 0; i < n; i++) {
            x[xOff + i] *= alpha;
        }
    }

    /**
     * x := alpha x.
     *
     * @param n the number of elements
     * @param alpha the factor
     * @param x the vector
     * @param xOff where it begins
     * @throws IllegalArgumentException if the vector does not lie inside its array
     */
    public static void sscal(int n, float alpha, float[] x, int xOff) {
        Windows.requireVector("x", x.length, xOff, n);
        for (int i = 0; i < n; i++) {
            x[xOff + i] *= alpha;
        }
    }

    /**
     * The Euclidean norm of a float64 vector, without overflow or underflow of the squares.
     *
     * @param n the number of elements
     * @param x the vector
     * @param xOff where it begins
     * @return the norm; NaN if an element is, otherwise infinity if an element or the norm itself is
     * @throws IllegalArgumentException if the vector does not lie inside its array
     */
    public static double dnrm2(int n, double[] x, int xOff) {
        double square = ddot(n, x, xOff, x, xOff);
        boolean safe = square >= SAFE_SQUARE && square <= Double.MAX_VALUE;
        return safe || Double.isNaN(square) ? Math.sqrt(square) : scaledNorm(n, x, xOff);
    }

    /** Scales by a power of two, which rounds nothing, so that the largest element lies between one and two. */
    private static double scaledNorm(int n, double[] x, int xOff) {
        double largest = 0;
        for (int i = 0; i < n; i++) {
            largest = Math.max(largest, Math.abs(x[xOff + i]));
        }
        if (largest == 0 || Double.isInfinite(largest)) {
            return largest;
        }
        int exponent = Math.getExponent(largest);
        double scale = Math.scalb(1.0, -exponent);
        double[] block = DoubleWorkspace.current().left(BLOCK);
        double square = 0;
        for (int from = 0; from < n; from += BLOCK) {
            int length = Math.min(BLOCK, n - from);
            for (int i = 0; i < length; i++) {
                block[i] = x[xOff + from + i] * scale;
            }
            square += DotKernels.CHOSEN.dot(length, block, 0, block, 0);
        }
        return Math.scalb(Math.sqrt(square), exponent);
    }

    /**
     * The Euclidean norm of a float32 vector; float64 holds the squares of every float32 without overflow or underflow.
     *
     * @param n the number of elements
     * @param x the vector
     * @param xOff where it begins
     * @return the norm, rounded to float32; NaN if an element is, otherwise infinity if an element or the norm itself is
     * @throws IllegalArgumentException if the vector does not lie inside its array
     */
    public static float snrm2(int n, float[] x, int xOff) {
        return (float) Math.sqrt(dsdot(n, x, xOff, x, xOff));
    }
}
