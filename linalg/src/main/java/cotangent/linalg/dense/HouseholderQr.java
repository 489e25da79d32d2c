package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Workers;
import java.util.Arrays;

/**
 * Blocked Householder factorization A = Q R with R's diagonal non-negative.
 *
 * <p>Columns are taken in blocks; a block is factored by halving (left half, update of the right half, right half), so
 * nearly all work is matrix products even inside it. Elmroth and Gustavson, <i>Applying recursion to serial and parallel
 * QR factorization leads to better performance</i>, IBM J. Res. Dev. 44 (2000). Householder's signs make R's diagonal
 * arbitrary; the signs are moved into Q at the end, which makes the factorization of a matrix of full column rank the
 * only one of its kind.
 *
 * <p>Computed factors satisfy ‖A − QR‖ and ‖QᵀQ − I‖ within a small multiple of √n·ε (times ‖A‖). Cost: 2mn² − ⅔n³ flops
 * for R and as many again for a thin Q.
 */
public final class HouseholderQr {

    /** A multiple of the heights and widths of the tiles in which products are computed; so is LEAF of the heights. */
    private static final int BLOCK = 96;
    /** Width at which a panel is factored column by column, in a copy whose columns are contiguous. */
    private static final int LEAF = 12;
    /** Columns of Q that all reflectors are applied to in turn, a multiple of BLOCK: they stay in the second-level cache. */
    private static final int COLUMNS_AT_ONCE = 2 * BLOCK;
    /** Rows from which so many columns would not stay there. */
    private static final int TALL = 2048;

    private final int m;
    private final int n;
    private final int rank;
    private final double[] a;
    private final double[] r;
    private final double[] t;
    private final double[] leaf;
    private final double[] overlaps = new double[LEAF];

    private HouseholderQr(int m, int n, double[] a) {
        this.m = m;
        this.n = n;
        this.rank = Math.min(m, n);
        this.a = a;
        this.r = new double[rank * n];
        this.t = new double[rank * Math.min(BLOCK, rank)];
        this.leaf = new double[m * Math.min(LEAF, rank)];
    }

    /**
     * Factors the row-major m×n matrix {@code a}, which is overwritten and owned by the result.
     *
     * <p>Entries must be finite and below 2⁵⁰⁰ in absolute value, so that no column's norm overflows.
     */
    public static HouseholderQr factor(int m, int n, double[] a) {
        HouseholderQr qr = new HouseholderQr(m, n, a);
        for (int j = 0; j < qr.rank; j += BLOCK) {
            qr.factorBlock(j, Math.min(BLOCK, qr.rank - j));
        }
        return qr;
    }

    /** Returns R, min(m, n)×n, upper triangular with a non-negative diagonal. */
    public double[] r() {
        double[] result = r.clone();
        for (int i = 0; i < rank; i++) {
            if (negative(i)) {
                for (int j = i; j < n; j++) {
                    result[i * n + j] = 0 - result[i * n + j]; // 0 - x, since -x would make zeros negative
                }
            }
        }
        return result;
    }

    /** Returns the first {@code columns} columns of Q, m×columns; at least min(m, n), at most m. */
    public double[] q(int columns) {
        double[] q = new double[m * columns];
        for (int i = rank; i < columns; i++) {
            q[i * columns + i] = 1;
        }
        int most = m > TALL ? Math.max(columns, 1) : COLUMNS_AT_ONCE;
        Workers.run((columns + most - 1) / most, chunk -> expand(chunk * most, Math.min(columns, (chunk + 1) * most), q,
                columns));
        return q;
    }

    /** Columns [from, to) of Q, which reflectors beyond them leave as they are; from is a multiple of the block's width. */
    private void expand(int from, int to, double[] q, int columns) {
        for (int j = (Math.min(to, rank) - 1) / BLOCK * BLOCK; j >= 0 && rank > 0; j -= BLOCK) {
            if (j >= from) {
                block(j).expand(to - j, q, j * columns + j, columns);
            } else {
                block(j).applyToLower(to - from, q, j * columns + from, columns);
            }
        }
        for (int i = 0; i < m; i++) {
            for (int j = from; j < Math.min(to, rank); j++) {
                if (negative(j)) {
                    q[i * columns + j] = 0 - q[i * columns + j];
                }
            }
        }
    }

    /** Replaces the m×k matrix {@code b} by QᵀB, with the full m×m Q. */
    public void applyTransposed(int k, double[] b) {
        for (int j = 0; j < rank; j += BLOCK) {
            block(j).applyLeft(true, k, b, j * k, k);
        }
        for (int i = 0; i < rank; i++) {
            if (negative(i)) {
                Vectors.scale(k, -1, b, i * k);
            }
        }
    }

    /** Replaces the m×k matrix {@code b} by QB, with the full m×m Q. */
    public void apply(int k, double[] b) {
        for (int i = 0; i < rank; i++) {
            if (negative(i)) {
                Vectors.scale(k, -1, b, i * k);
            }
        }
        for (int j = (rank - 1) / BLOCK * BLOCK; j >= 0 && rank > 0; j -= BLOCK) {
            block(j).applyLeft(false, k, b, j * k, k);
        }
    }

    private boolean negative(int i) {
        return r[i * n + i] < 0;
    }

    private BlockReflector block(int j) {
        int width = Math.min(BLOCK, rank - j);
        return reflectors(j, j, width);
    }

    /** The reflectors of columns [j, j + width), whose triangle starts at column {@code j − blockStart} of its block. */
    private BlockReflector reflectors(int blockStart, int j, int width) {
        int tRow = tRow();
        return new BlockReflector(m - j, width, a, j * n + j, n, 1, t, j * tRow + j - blockStart, tRow);
    }

    private int tRow() {
        return Math.min(BLOCK, rank);
    }

    private void factorBlock(int j, int width) {
        factorPanel(j, j, width);
        int right = j + width;
        block(j).applyLeft(true, n - right, a, j * n + right, n);
        for (int i = j; i < right; i++) {
            System.arraycopy(a, i * n + right, r, i * n + right, n - right);
        }
    }

    /** Factors columns [j, j + width) from row j on; leaves V in {@code a}, R's block in {@code r}, T in {@code t}. */
    private void factorPanel(int blockStart, int j, int width) {
        if (width <= LEAF) {
            factorLeaf(blockStart, j, width);
            return;
        }
        int left = width / 2;
        int right = width - left;
        int middle = j + left;
        factorPanel(blockStart, j, left);
        reflectors(blockStart, j, left).applyLeft(true, right, a, j * n + middle, n);
        for (int i = j; i < middle; i++) {
            System.arraycopy(a, i * n + middle, r, i * n + middle, right);
            Arrays.fill(a, i * n + middle, i * n + middle + right, 0);
        }
        factorPanel(blockStart, middle, right);
        joinTriangles(blockStart, j, left, right);
    }

    /** T₁₂ = −T₁ (V₁ᵀV₂) T₂. */
    private void joinTriangles(int blockStart, int j, int left, int right) {
        int tRow = tRow();
        int middle = j + left;
        int t1 = j * tRow + j - blockStart;
        int t2 = middle * tRow + middle - blockStart;
        double[] gram = new double[left * right];
        double[] scaled = new double[left * right];
        Gemm.dgemm(left, right, m - middle, 1, a, middle * n + j, 1, n, a, middle * n + middle, n, 1, 0, gram, 0,
                right);
        Gemm.dgemm(left, right, left, -1, t, t1, tRow, 1, gram, 0, right, 1, 0, scaled, 0, right);
        Gemm.dgemm(left, right, right, 1, scaled, 0, right, 1, t, t2, tRow, 1, 0, t, t1 + left, tRow);
    }

    private void factorLeaf(int blockStart, int j, int width) {
        int rows = m - j;
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < width; c++) {
                leaf[c * rows + i] = a[(j + i) * n + j + c];
            }
        }
        for (int c = 0; c < width; c++) {
            int head = c * rows + c;
            int length = rows - c;
            double tau = Reflector.generate(length, leaf, head, r, (j + c) * n + j + c);
            int others = width - c - 1;
            int next = head + rows;
            Gemm.dgemm(1, others, length, tau, leaf, head, length, 1, leaf, next, 1, rows, 0, overlaps, 0, LEAF);
            for (int k = 0; k < others; k++) {
                int other = next + k * rows;
                Vectors.axpy(length, -overlaps[k], leaf, head, leaf, other);
                r[(j + c) * n + j + c + 1 + k] = leaf[other];
                leaf[other] = 0;
            }
            extendTriangle(blockStart, j, c, tau, rows);
        }
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < width; c++) {
                a[(j + i) * n + j + c] = leaf[c * rows + i];
            }
        }
    }

    private void extendTriangle(int blockStart, int j, int c, double tau, int rows) {
        int tRow = tRow();
        int corner = j * tRow + j - blockStart;
        int length = rows - c;
        Gemm.dgemm(1, c, length, 1, leaf, c * rows + c, length, 1, leaf, c, 1, rows, 0, overlaps, 0, LEAF);
        for (int i = 0; i < c; i++) {
            double sum = 0;
            for (int p = i; p < c; p++) {
                sum += t[corner + i * tRow + p] * overlaps[p];
            }
            t[corner + i * tRow + c] = -tau * sum;
        }
        t[corner + c * tRow + c] = tau;
    }
}
