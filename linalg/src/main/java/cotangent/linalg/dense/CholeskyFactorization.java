package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;

/**
 * Cholesky's factorization A = RᵀR of a symmetric positive definite matrix, R upper triangular with a positive diagonal.
 *
 * <p>By halving: the leading half, a triangular solve for the block beside it, a symmetric update of the trailing half.
 * Rows of R are contiguous, so every inner loop runs along memory. ‖A − RᵀR‖ ≤ (n + 1)ε‖|Rᵀ||R|‖ (Higham, <i>Accuracy and
 * Stability</i>, 2nd ed., theorem 10.3). Cost: n³/3 flops.
 */
public final class CholeskyFactorization {

    private static final int LEAF = 16;
    /** A multiple of the heights and widths of the tiles in which products are computed. */
    private static final int TILE = 48;
    /** Order of a diagonal block of an update; the work below the diagonal grows with it. */
    private static final int STRIP = 2 * TILE;

    private CholeskyFactorization() {}

    /**
     * Overwrites the upper triangle of the row-major n×n matrix {@code a} with R; reads and writes nothing below it but
     * scratch values.
     *
     * @return −1, or the index of the first pivot that is not positive; it stands, as computed, in that diagonal entry
     */
    public static int factor(int n, double[] a) {
        return factor(n, a, 0, n);
    }

    private static int factor(int n, double[] a, int off, int row) {
        if (n <= LEAF) {
            return factorLeaf(n, a, off, row);
        }
        int half = half(n);
        int rest = n - half;
        int failed = factor(half, a, off, row);
        if (failed >= 0) {
            return failed;
        }
        int beside = off + half;
        int trailing = off + half * row + half;
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.GENERAL, half, rest, 1, a, off, 1, row, a, beside, row);
        update(rest, half, a, beside, trailing, row);
        failed = factor(rest, a, trailing, row);
        return failed < 0 ? failed : half + failed;
    }

    /** About half, in whole tiles of products where there are that many. */
    private static int half(int n) {
        return n <= TILE ? n / 2 : (n / 2 + TILE - 1) / TILE * TILE;
    }

    /** Takes BᵀB from the upper triangle of C, both in {@code a}; a diagonal block of it is computed whole. */
    private static void update(int n, int k, double[] a, int b, int c, int row) {
        if (n <= STRIP) {
            Gemm.dgemm(n, n, k, -1, a, b, 1, row, a, b, row, 1, 1, a, c, row);
            return;
        }
        int half = half(n);
        update(half, k, a, b, c, row);
        Gemm.dgemm(half, n - half, k, -1, a, b, 1, row, a, b + half, row, 1, 1, a, c + half, row);
        update(n - half, k, a, b + half, c + half * row + half, row);
    }

    private static int factorLeaf(int n, double[] a, int off, int row) {
        for (int i = 0; i < n; i++) {
            int diagonal = off + i * row + i;
            double pivot = a[diagonal];
            if (!(pivot > 0)) {
                return i;
            }
            double root = Math.sqrt(pivot);
            a[diagonal] = root;
            for (int j = 1; j < n - i; j++) {
                a[diagonal + j] /= root;
            }
            for (int k = i + 1; k < n; k++) {
                Vectors.axpy(n - k, -a[off + i * row + k], a, off + i * row + k, a, off + k * row + k);
            }
        }
        return -1;
    }
}
