package cotangent.dsl.kernel;

import java.util.Arrays;

/** {@link SymmetricRows} without vectors: the same terms in the same order, lane by lane. */
final class SymmetricRowsScalar {
    private static final int LANES = Simd.F64_LANES;
    private static final int BLOCK = Symv.BLOCK;

    private SymmetricRowsScalar() {}

    static void add(int rows, int width, double[] a, int off, int row, double[] x, int xOff, double[] y, int yOff) {
        double[] sums = DoubleWorkspace.current().tile(BLOCK * LANES);
        Arrays.fill(sums, 0, BLOCK * LANES, 0);
        for (int r = 0; r < BLOCK; r++) {
            int from = off + Math.min(r, rows - 1) * row;
            double left = r < rows ? x[xOff + r] : 0;
            for (int j = rows; j < width; j++) {
                y[yOff + j] = Math.fma(left, a[from + j], y[yOff + j]);
            }
            int to = r * LANES;
            if (rows == BLOCK) {
                addLanes(BLOCK, x, xOff, a, from, sums, to);
            }
            addLanes(width - rows, x, xOff + rows, a, from + rows, sums, to);
        }
        finish(rows, a, off, row, x, xOff, y, yOff, sums);
    }

    private static void addLanes(int n, double[] x, int xOff, double[] a, int off, double[] sums, int to) {
        for (int j = 0; j < n; j += LANES) {
            int present = Math.min(LANES, n - j);
            for (int lane = 0; lane < present; lane++) {
                sums[to + lane] = Math.fma(x[xOff + j + lane], a[off + j + lane], sums[to + lane]);
            }
            // an absent lane adds 0 times 0 in the vector form, which turns a -0 into 0
            for (int lane = present; lane < LANES; lane++) {
                sums[to + lane] += 0;
            }
        }
    }

    /** Adds the row sums, and where the block on the diagonal is cut off, that block's part of them. */
    static void finish(int rows, double[] a, int off, int row, double[] x, int xOff, double[] y, int yOff,
            double[] sums) {
        for (int r = 0; r < rows; r++) {
            double sum = DoubleLanes.sum(sums, r * LANES);
            for (int j = 0; rows < BLOCK && j < rows; j++) {
                sum = Math.fma(x[xOff + j], a[off + r * row + j], sum);
            }
            y[yOff + r] += sum;
        }
    }
}
