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
    private static final int STRIP = 96;

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
        int half = n / 2;
        int rest = n - half;
        int failed = factor(half, a, off, row);
        if (failed >= 0) {
            return failed;
        }
        int beside = off + half;
        int trailing = off + half * row + half;
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.GENERAL, half, rest, 1, a, off, 1, row, a, beside, row);
        for (int top = 0; top < rest; top += STRIP) {
            int rows = Math.min(STRIP, rest - top);
            Gemm.dgemm(rows, rest - top, half, -1, a, beside + top, 1, row, a, beside + top, row, 1, 1, a,
                    trailing + top * row + top, row);
        }
        failed = factor(rest, a, trailing, row);
        return failed < 0 ? failed : half + failed;
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
