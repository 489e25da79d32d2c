package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

    /** Length of vectors below which blocks are narrower: T's share of the work grows with the width. */
    private static final int SHORT = 256;
    /** Order up to which T is formed column by column. */
    private static final int SMALL = 8;

    /** Entries of C that stay in the second-level cache between the products that use them. */
    private static final int CACHED = 1 << 17;

    private static final int NARROWEST = 64;
    private static final int WIDEST = 256;

    /** Replaces the m×n matrix C by (I − V T Vᵀ) C, or by (I − V Tᵀ Vᵀ) C where {@code transposed}. */
    void applyLeft(boolean transposed, int n, double[] c, int cOff, int cRow) {
        if (n == 0 || k == 0) {
            return;
        }
        int most = columnsAtOnce(m, n);
        Workers.run((n + most - 1) / most, chunk -> {
            int from = chunk * most;
            int columns = Math.min(most, n - from);
            applyLeft(transposed, columns, c, cOff + from, cRow, new double[2 * k * columns]);
        });
    }

    /** As the other form on a few columns, in the calling thread; {@code scratch} holds at least 2·k·n numbers. */
    private void applyLeft(boolean transposed, int n, double[] c, int cOff, int cRow, double[] scratch) {
        int weights = k * n;
        Gemm.dgemm(k, n, m, 1, v, vOff, vCol, vRow, c, cOff, cRow, 1, 0, scratch, 0, n);
        Gemm.dgemm(k, n, k, 1, t, tOff, transposed ? 1 : tRow, transposed ? tRow : 1, scratch, 0, n, 1, 0, scratch,
                weights, n);
        Gemm.dgemm(m, n, k, -1, v, vOff, vRow, vCol, scratch, weights, n, 1, 1, c, cOff, cRow);
    }

    /** How many columns of m entries stay in the cache; all of n where they are too tall for that to help, or so few. */
    private static int columnsAtOnce(int m, int n) {
        int most = Math.min(WIDEST, CACHED / m / NARROWEST * NARROWEST);
        return most == 0 || n < 2 * NARROWEST ? n : most;
    }

    /**
     * Replaces the columns zᵢ of the length×n matrix Z by B₀B₁⋯zᵢ for the blocks given, of which each acts on the last of
     * the rows. All of them are applied to a few columns in turn.
     */
    static void applyToColumns(List<BlockReflector> blocks, int n, double[] z, int length) {
        if (blocks.isEmpty() || n == 0) {
            return;
        }
        int width = blocks.getFirst().k;
        int most = columnsAtOnce(length, n);
        Workers.run((n + most - 1) / most, chunk -> {
            int from = chunk * most;
            int columns = Math.min(most, n - from);
            double[] scratch = new double[2 * width * columns];
            for (BlockReflector block : blocks.reversed()) {
                block.applyLeft(false, columns, z, (length - block.m) * n + from, n, scratch);
            }
        });
    }

    /** Replaces the m×n matrix C, whose first k rows must be zero, by (I − V T Vᵀ) C. */
    void applyToLower(int n, double[] c, int cOff, int cRow) {
        double[] products = new double[k * n];
        double[] weights = new double[k * n];
        Gemm.dgemm(k, n, m - k, 1, v, vOff + k * vRow, vCol, vRow, c, cOff + k * cRow, cRow, 1, 0, products, 0, n);
        Gemm.dgemm(k, n, k, 1, t, tOff, tRow, 1, products, 0, n, 1, 0, weights, 0, n);
        Gemm.dgemm(m, n, k, -1, v, vOff, vRow, vCol, weights, 0, n, 1, 1, c, cOff, cRow);
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

    /**
     * The blocks of {@code count} reflectors whose vectors are rows of {@code vectors}: reflector i starts at column
     * i + shift of row i. What stands before it in its row is overwritten.
     *
     * @param n   columns of {@code vectors}
     * @param tau the reflectors' scalars
     */
    static List<BlockReflector> ofRows(int count, int shift, int n, double[] vectors, double[] tau) {
        int most = n < SHORT ? 32 : 64;
        List<BlockReflector> blocks = new ArrayList<>();
        for (int j = 0; j < count; j += most) {
            int width = Math.min(most, count - j);
            int first = j + shift;
            for (int i = 1; i < width; i++) {
                Arrays.fill(vectors, (j + i) * n + first, (j + i) * n + first + i, 0);
            }
            BlockReflector block = new BlockReflector(n - first, width, vectors, j * n + first, 1, n, new double[width
                    * width], 0, width);
            block.formTriangle(tau, j);
            blocks.add(block);
        }
        return blocks;
    }

    /** Fills T from V and the scalars {@code tau}: T₁₂ = −T₁ (V₁ᵀV₂) T₂, by halving. */
    void formTriangle(double[] tau, int tauOff) {
        double[] gram = new double[k * k];
        Gemm.dgemm(k, k, m, 1, v, vOff, vCol, vRow, v, vOff, vRow, vCol, 0, gram, 0, k);
        formTriangle(0, k, tau, tauOff, gram, new double[k * k]);
    }

    private void formTriangle(int from, int to, double[] tau, int tauOff, double[] gram, double[] scratch) {
        if (to - from <= SMALL) {
            formColumns(from, to, tau, tauOff, gram);
            return;
        }
        int middle = (from + to) / 2;
        formTriangle(from, middle, tau, tauOff, gram, scratch);
        formTriangle(middle, to, tau, tauOff, gram, scratch);
        int left = middle - from;
        int right = to - middle;
        Gemm.dgemm(left, right, right, -1, gram, from * k + middle, k, 1, t, at(middle, middle), tRow, 1, 0, scratch, 0,
                right);
        Gemm.dgemm(left, right, left, 1, t, at(from, from), tRow, 1, scratch, 0, right, 1, 0, t, at(from, middle),
                tRow);
    }

    private void formColumns(int from, int to, double[] tau, int tauOff, double[] gram) {
        for (int j = from; j < to; j++) {
            double scale = tau[tauOff + j];
            for (int i = from; i < j; i++) {
                double sum = 0;
                for (int p = i; p < j; p++) {
                    sum += t[at(i, p)] * gram[p * k + j];
                }
                t[at(i, j)] = -scale * sum;
            }
            t[at(j, j)] = scale;
        }
    }

    private int at(int i, int j) {
        return tOff + i * tRow + j;
    }
}
