package cotangent.linalg.dense;

import cotangent.linalg.dense.BidiagonalQr.Rows;
import org.jspecify.annotations.Nullable;

/**
 * Singular values and vectors of a square upper bidiagonal matrix, by divide and conquer.
 *
 * <p>A row in the middle is set aside, the parts above and below it are solved, the upper one with a column more than rows,
 * and {@link ArrowMerge} puts them together; blocks of a few rows go to QR iteration. Cost: at most about 8/3·n³ flops of
 * matrix products, less with every deflated pair.
 *
 * <p>The matrix must be scaled so that its largest entry is of order 1.
 *
 * @param values singular values, descending
 * @param u      left singular vectors, as columns
 * @param v      right singular vectors, as columns
 */
record BidiagonalSvd(double[] values, double[] u, double[] v) {

    /** Up to this size QR iteration is faster. */
    private static final int LEAF = 28;

    /**
     * Decomposes the matrix with diagonal {@code d} and n − 1 entries {@code e} above it; both are destroyed.
     *
     * @return null where the iteration did not converge
     */
    static @Nullable BidiagonalSvd decompose(int n, double[] d, double[] e) {
        double[] ut = identity(n);
        double[] vt = identity(n);
        if (n <= LEAF) {
            boolean converged = BidiagonalQr.solve(n, d, e, 0, new Rows(ut, 0, n, n), new Rows(vt, 0, n, n));
            SymmetricEigen.transpose(n, ut);
            SymmetricEigen.transpose(n, vt);
            return converged ? new BidiagonalSvd(d, ut, vt) : null;
        }
        double[][] workspace = {new double[n * n], new double[n * n], new double[n * n], new double[n * n]};
        if (!solve(n, false, d, e, 0, ut, vt, n, workspace)) {
            return null;
        }
        int[] ascending = Ordering.ascending(n, d, 0);
        int[] order = new int[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            order[i] = ascending[n - 1 - i];
            values[i] = d[order[i]];
        }
        Ordering.rowsToColumns(n, order, ut, workspace[0]);
        Ordering.rowsToColumns(n, order, vt, workspace[1]);
        return new BidiagonalSvd(values, workspace[0], workspace[1]);
    }

    /** Solves the block of {@code size} rows that starts at {@code off}, with a column more where {@code wide}. */
    private static boolean solve(int size, boolean wide, double[] d, double[] e, int off, double[] ut, double[] vt,
            int n,
            double[][] workspace) {
        if (size <= LEAF) {
            int corner = off * n + off;
            Rows left = new Rows(ut, corner, n, size);
            Rows right = new Rows(vt, corner, n, wide ? size + 1 : size);
            return wide ? BidiagonalQr.solveWide(size, d, e, off, left, right)
                    : BidiagonalQr.solve(size, d, e, off, left, right);
        }
        int middle = (size - 1) / 2;
        int below = off + middle + 1;
        double alpha = d[below - 1];
        double beta = e[below - 1];
        if (!solve(middle, true, d, e, off, ut, vt, n, workspace)
                || !solve(size - middle - 1, wide, d, e, below, ut, vt, n, workspace)) {
            return false;
        }
        ArrowMerge.merge(size, middle, wide, d, off, alpha, beta, ut, vt, n, workspace);
        return true;
    }

    private static double[] identity(int n) {
        double[] result = new double[n * n];
        for (int i = 0; i < n; i++) {
            result[i * n + i] = 1;
        }
        return result;
    }
}
