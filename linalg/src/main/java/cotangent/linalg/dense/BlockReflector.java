package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;

/**
 * A product of k reflectors in compact WY form, H₀H₁⋯Hₖ₋₁ = I − V T Vᵀ with T upper triangular, applied by matrix
 * products.
 *
 * <p>V is m×k, stored whole (its zeros and unit diagonal included) under any two strides, so that both a panel of
 * columns and a stack of rows serve. Schreiber and Van Loan, <i>A storage-efficient WY representation for products of
 * Householder transformations</i>, SIAM J. Sci. Stat. Comput. 10 (1989).
 *
 * @param m the length of each vector
 * @param k the number of reflectors
 * @param v the storage of V, entry (i, j) at {@code vOff + i·vRow + j·vCol}
 * @param t the storage of T, entry (i, j) at {@code tOff + i·tRow + j}, zero below the diagonal
 */
record BlockReflector(int m, int k, double[] v, int vOff, int vRow, int vCol, double[] t, int tOff, int tRow) {

    /** Replaces the m×n matrix C by (I − V T Vᵀ) C, or by (I − V Tᵀ Vᵀ) C where {@code transposed}. */
    void applyLeft(boolean transposed, int n, double[] c, int cOff, int cRow) {
        if (n == 0 || k == 0) {
            return;
        }
        double[] products = new double[k * n];
        double[] weights = new double[k * n];
        Gemm.dgemm(k, n, m, 1, v, vOff, vCol, vRow, c, cOff, cRow, 1, 0, products, 0, n);
        Gemm.dgemm(k, n, k, 1, t, tOff, transposed ? 1 : tRow, transposed ? tRow : 1, products, 0, n, 1, 0, weights, 0,
                n);
        Gemm.dgemm(m, n, k, -1, v, vOff, vRow, vCol, weights, 0, n, 1, 1, c, cOff, cRow);
    }

    /** Replaces the n×m matrix C by C (I − V T Vᵀ), or by C (I − V Tᵀ Vᵀ) where {@code transposed}. */
    void applyRight(boolean transposed, int n, double[] c, int cOff, int cRow) {
        if (n == 0 || k == 0) {
            return;
        }
        double[] products = new double[n * k];
        double[] weights = new double[n * k];
        Gemm.dgemm(n, k, m, 1, c, cOff, cRow, 1, v, vOff, vRow, vCol, 0, products, 0, k);
        Gemm.dgemm(n, k, k, 1, products, 0, k, 1, t, tOff, transposed ? 1 : tRow, transposed ? tRow : 1, 0, weights, 0,
                k);
        Gemm.dgemm(n, m, k, -1, weights, 0, k, 1, v, vOff, vCol, vRow, 1, c, cOff, cRow);
    }

    /**
     * Overwrites the first k columns of the m×n matrix C with those of I − V T Vᵀ and applies I − V T Vᵀ to the other
     * columns, whose first k rows must be zero.
     */
    void expand(int n, double[] c, int cOff, int cRow) {
        double[] weights = new double[k * n];
        // V's first k rows are unit lower triangular; they meet the identity that the first k columns stand for
        Gemm.dgemm(k, k, k, 1, t, tOff, tRow, 1, v, vOff, vCol, vRow, 0, weights, 0, n);
        if (n > k) {
            double[] products = new double[k * (n - k)];
            Gemm.dgemm(k, n - k, m - k, 1, v, vOff + k * vRow, vCol, vRow, c, cOff + k * cRow + k, cRow, 1, 0, products,
                    0, n - k);
            Gemm.dgemm(k, n - k, k, 1, t, tOff, tRow, 1, products, 0, n - k, 1, 0, weights, k, n);
        }
        for (int i = 0; i < m; i++) {
            java.util.Arrays.fill(c, cOff + i * cRow, cOff + i * cRow + k, 0);
        }
        for (int i = 0; i < k; i++) {
            c[cOff + i * cRow + i] = 1;
        }
        Gemm.dgemm(m, n, k, -1, v, vOff, vRow, vCol, weights, 0, n, 1, 1, c, cOff, cRow);
    }

    /** Fills T from V and the scalars {@code tau}: T₁₂ = −T₁ (V₁ᵀV₂) T₂, column by column. */
    void formTriangle(double[] tau, int tauOff) {
        double[] gram = new double[k * k];
        Gemm.dgemm(k, k, m, 1, v, vOff, vCol, vRow, v, vOff, vRow, vCol, 0, gram, 0, k);
        for (int j = 0; j < k; j++) {
            double scale = tau[tauOff + j];
            for (int i = 0; i < j; i++) {
                double sum = 0;
                for (int p = i; p < j; p++) {
                    sum += t[tOff + i * tRow + p] * gram[p * k + j];
                }
                t[tOff + i * tRow + j] = -scale * sum;
            }
            t[tOff + j * tRow + j] = scale;
        }
    }
}
