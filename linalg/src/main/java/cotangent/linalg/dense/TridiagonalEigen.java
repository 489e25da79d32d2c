package cotangent.linalg.dense;

import org.jspecify.annotations.Nullable;

/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, by divide and conquer.
 *
 * <p>The matrix is torn in two by a rank-one change, down to blocks that QR iteration solves; {@link RankOneMerge} puts the
 * parts together. Cuppen, <i>A divide and conquer method for the symmetric tridiagonal eigenproblem</i>, Numer. Math. 36
 * (1981). Cost: about 4/3·n³ flops of matrix products, less with every deflated pair.
 *
 * <p>The matrix must be scaled so that its largest entry is of order 1.
 */
final class TridiagonalEigen {

    /** Up to this size QR iteration is faster. */
    private static final int LEAF = 32;

    private TridiagonalEigen() {}

    /**
     * Overwrites {@code d} with the eigenvalues, ascending, and returns the eigenvectors as columns; {@code e} is destroyed.
     *
     * @return null where the iteration did not converge
     */
    static double @Nullable [] vectors(int n, double[] d, double[] e) {
        double[] z = new double[n * n];
        for (int i = 0; i < n; i++) {
            z[i * n + i] = 1;
        }
        if (n <= LEAF) {
            if (!TridiagonalQr.solve(n, d, e, 0, z, 0, n, n)) {
                return null;
            }
            SymmetricEigen.transpose(n, z);
            return z;
        }
        double[][] workspace = {new double[n * n], new double[n * n], new double[n * n]};
        return solve(n, d, e, 0, z, n, workspace) ? sorted(n, d, z, workspace[0]) : null;
    }

    /** Solves the block of order {@code size} that starts at {@code off}; eigenpairs come in no particular order. */
    private static boolean solve(int size, double[] d, double[] e, int off, double[] z, int n, double[][] workspace) {
        if (size <= LEAF) {
            return TridiagonalQr.solve(size, d, e, off, z, off * n + off, n, size);
        }
        int half = size / 2;
        int seam = off + half;
        double coupling = e[seam - 1];
        d[seam - 1] -= Math.abs(coupling);
        d[seam] -= Math.abs(coupling);
        if (!solve(half, d, e, off, z, n, workspace) || !solve(size - half, d, e, seam, z, n, workspace)) {
            return false;
        }
        RankOneMerge.merge(size, half, d, off, coupling, z, n, workspace);
        return true;
    }

    private static double[] sorted(int n, double[] d, double[] z, double[] result) {
        int[] order = Ordering.ascending(n, d, 0);
        double[] values = d.clone();
        for (int i = 0; i < n; i++) {
            d[i] = values[order[i]];
        }
        Ordering.rowsToColumns(n, order, z, result);
        return result;
    }
}
