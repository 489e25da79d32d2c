package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;

/**
 * Triangular systems T X = B with many right-hand sides, by halving: all but the last few rows of each half is a matrix
 * product.
 *
 * <p>T is given by two strides, so Tᵀ is T with its strides exchanged and the other orientation. Substitution is backward
 * stable row by row: (T + ΔT) x = b with |ΔT| ≤ nε|T| (Higham, <i>Accuracy and Stability</i>, 2nd ed., theorem 8.5).
 */
public final class TriangularSolve {

    private static final int LEAF = 8;

    private TriangularSolve() {}

    /**
     * Overwrites the n×k matrix {@code b} with L⁻¹B for a lower triangular L; with {@code unit} its diagonal counts as
     * ones and is not read.
     */
    public static void lower(boolean unit, int n, int k, double[] l, int lOff, int lRow, int lCol, double[] b, int bOff,
            int bRow) {
        if (n > LEAF) {
            int half = n / 2;
            lower(unit, half, k, l, lOff, lRow, lCol, b, bOff, bRow);
            Gemm.dgemm(n - half, k, half, -1, l, lOff + half * lRow, lRow, lCol, b, bOff, bRow, 1, 1, b,
                    bOff + half * bRow, bRow);
            lower(unit, n - half, k, l, lOff + half * (lRow + lCol), lRow, lCol, b, bOff + half * bRow, bRow);
            return;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                Vectors.axpy(k, -l[lOff + i * lRow + j * lCol], b, bOff + j * bRow, b, bOff + i * bRow);
            }
            if (!unit) {
                divide(k, l[lOff + i * (lRow + lCol)], b, bOff + i * bRow);
            }
        }
    }

    /** Overwrites the n×k matrix {@code b} with U⁻¹B for an upper triangular U. */
    public static void upper(boolean unit, int n, int k, double[] u, int uOff, int uRow, int uCol, double[] b, int bOff,
            int bRow) {
        if (n > LEAF) {
            int half = n / 2;
            upper(unit, n - half, k, u, uOff + half * (uRow + uCol), uRow, uCol, b, bOff + half * bRow, bRow);
            Gemm.dgemm(half, k, n - half, -1, u, uOff + half * uCol, uRow, uCol, b, bOff + half * bRow, bRow, 1, 1, b,
                    bOff, bRow);
            upper(unit, half, k, u, uOff, uRow, uCol, b, bOff, bRow);
            return;
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int j = i + 1; j < n; j++) {
                Vectors.axpy(k, -u[uOff + i * uRow + j * uCol], b, bOff + j * bRow, b, bOff + i * bRow);
            }
            if (!unit) {
                divide(k, u[uOff + i * (uRow + uCol)], b, bOff + i * bRow);
            }
        }
    }

    private static void divide(int n, double divisor, double[] x, int xOff) {
        for (int i = 0; i < n; i++) {
            x[xOff + i] /= divisor;
        }
    }
}
