package cotangent.dsl.kernel;

import java.util.Arrays;

/**
 * Products y := A x + y of a symmetric matrix with a vector, float64, each entry above the diagonal read once from memory
 * and used for its row and for its column: the half of a tridiagonal reduction that memory bounds.
 *
 * <p>Rows are taken in blocks of eight; a block's entries are added to y in the order of their rows, its row sums in the
 * lane order of {@link DoubleDotRows}. From {@value #SPLIT} entries on, the triangle is cut into four bands whose results are
 * added in order, and threads share the bands. So the bits depend on n, the phase and the species only.
 */
public final class Symv {
    /** Rows and columns of a block on the diagonal, which is read whole. */
    public static final int BLOCK = 8;

    private static final long SPLIT = Gemm.PARALLEL_WORK;
    private static final int BANDS = 4;
    private static final WarmUp WARM_UP = new WarmUp(() -> warm(SymmetricRows::add),
            () -> warm(SymmetricRowsScalar::add));
    private static final int WARM_WIDTH = 45;
    private static final double[] WARM_A = new double[BLOCK * WARM_WIDTH];
    private static final double[] WARM_Y = new double[WARM_WIDTH];

    private Symv() {}

    /** {@link SymmetricRows#add}. */
    @FunctionalInterface
    private interface Rows {
        void add(int rows, int width, double[] a, int off, int row, double[] x, int xOff, double[] y, int yOff);
    }

    /**
     * y := A x + y for a symmetric A given by what stands on and above its diagonal, and by the whole of its diagonal blocks:
     * those of {@link #BLOCK} rows that begin at each row i with i + {@code phase} a multiple of it, the first and last cut off
     * by the matrix. Nothing else below the diagonal is read. Cost: 2n² flops; the error is at most (n + 8) eps |A| |x|.
     *
     * @param n     rows and columns of A
     * @param phase where in a block A begins, from 0
     * @param a     holds A[i, j] at {@code aOff + i * aRow + j}
     * @param aOff  where A begins
     * @param aRow  from a row of A to the next
     * @param x     the vector
     * @param xOff  where it begins
     * @param y     what the product is added to; must not overlap x
     * @param yOff  where it begins
     * @throws IllegalArgumentException if an operand does not lie inside its array or the phase is negative
     */
    public static void dsymv(int n, int phase, double[] a, int aOff, int aRow, double[] x, int xOff, double[] y,
            int yOff) {
        Windows.require("A", a.length, aOff, 1, 0, n, aRow, n, 1);
        Windows.requireVector("x", x.length, xOff, n);
        Windows.requireVector("y", y.length, yOff, n);
        if (phase < 0) {
            throw new IllegalArgumentException("phase: expected at least 0, got " + phase);
        }
        if ((long) n * n < SPLIT) {
            addBlocks(0, n, n, phase, a, aOff, aRow, x, xOff, y, yOff);
            return;
        }
        double[] partial = DoubleWorkspace.current().block(BANDS * n);
        Workers.run(BANDS, band -> {
            int from = bandStart(band, n, phase);
            Arrays.fill(partial, band * n + from, band * n + n, 0);
            addBlocks(from, bandStart(band + 1, n, phase), n, phase, a, aOff, aRow, x, xOff, partial, band * n);
        });
        for (int band = 0; band < BANDS; band++) {
            int from = bandStart(band, n, phase);
            Dots.daxpy(n - from, 1, partial, band * n + from, y, yOff + from);
        }
    }

    /** Bands of about the same area, each from the start of a block on. */
    private static int bandStart(int band, int n, int phase) {
        if (band == BANDS) {
            return n;
        }
        int row = (int) (n * (1 - Math.sqrt((double) (BANDS - band) / BANDS)));
        return Math.max(0, row - (row + phase) % BLOCK);
    }

    private static void addBlocks(
            int from, int to, int n, int phase, double[] a, int aOff, int aRow, double[] x, int xOff, double[] y,
            int yOff) {
        boolean vectors = Simd.AVAILABLE && WARM_UP.isOver((long) (to - from) * n);
        for (int i = from; i < to;) {
            int rows = Math.min(to - i, BLOCK - (i + phase) % BLOCK);
            int corner = aOff + i * aRow + i;
            if (vectors) {
                SymmetricRows.add(rows, n - i, a, corner, aRow, x, xOff + i, y, yOff + i);
            } else {
                SymmetricRowsScalar.add(rows, n - i, a, corner, aRow, x, xOff + i, y, yOff + i);
            }
            i += rows;
        }
    }

    private static void warm(Rows rows) {
        rows.add(BLOCK, WARM_WIDTH, WARM_A, 0, WARM_WIDTH, WARM_A, 0, WARM_Y, 0);
        rows.add(3, WARM_WIDTH - 5, WARM_A, 0, WARM_WIDTH, WARM_A, 0, WARM_Y, 0);
    }
}
