package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;

/**
 * Gaussian elimination with partial pivoting, P A = L U, for a square matrix.
 *
 * <p>Columns are halved (left half, triangular solve and update of the right half, right half) down to panels of a few
 * columns. Toledo, <i>Locality of reference in LU decomposition with partial pivoting</i>, SIAM J. Matrix Anal. Appl. 18
 * (1997). ‖PA − LU‖ is bounded by nε times ‖|L||U|‖, which partial pivoting keeps near ‖A‖ in all but contrived cases.
 * Cost: 2/3·n³ flops.
 */
public final class LuFactorization {

    private static final int LEAF = 8;

    private final int n;
    private final double[] a;
    private final int[] pivots;
    private final double[] leaf;

    private LuFactorization(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.pivots = new int[n];
        this.leaf = new double[n * Math.min(LEAF, n)];
    }

    /** Factors the row-major n×n matrix {@code a}, which is overwritten by U and, below the diagonal, L. */
    public static LuFactorization factor(int n, double[] a) {
        LuFactorization lu = new LuFactorization(n, a);
        if (n > 0) {
            lu.factorColumns(0, n);
        }
        return lu;
    }

    /** Returns the index of the first zero pivot, or −1 where U is invertible. */
    public int firstZeroPivot() {
        for (int i = 0; i < n; i++) {
            if (a[i * n + i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Returns entry i of U's diagonal. */
    public double pivot(int i) {
        return a[i * n + i];
    }

    /** Returns whether the row exchanges form an odd permutation. */
    public boolean oddPermutation() {
        boolean odd = false;
        for (int i = 0; i < n; i++) {
            odd ^= pivots[i] != i;
        }
        return odd;
    }

    /** Returns the order of A's rows in PA: row i of PA is row {@code result[i]} of A. */
    public int[] permutation() {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = 0; i < n; i++) {
            int held = order[i];
            order[i] = order[pivots[i]];
            order[pivots[i]] = held;
        }
        return order;
    }

    /** Returns L and U in one n×n matrix: U on and above the diagonal, L below it, its unit diagonal left out. */
    public double[] packed() {
        return a;
    }

    /** Overwrites the n×k matrix {@code b} with A⁻¹B; U must have no zero pivot. */
    public void solve(int k, double[] b) {
        for (int i = 0; i < n; i++) {
            if (pivots[i] != i) {
                Vectors.swap(k, b, i * k, b, pivots[i] * k);
            }
        }
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.UNIT, n, k, 1, a, 0, n, 1, b, 0, k);
        Trsm.dtrsm(Side.LEFT, Triangle.UPPER, Diagonal.GENERAL, n, k, 1, a, 0, n, 1, b, 0, k);
    }

    /** Overwrites the n×k matrix {@code b} with A⁻ᵀB; U must have no zero pivot. */
    public void solveTransposed(int k, double[] b) {
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.GENERAL, n, k, 1, a, 0, 1, n, b, 0, k);
        Trsm.dtrsm(Side.LEFT, Triangle.UPPER, Diagonal.UNIT, n, k, 1, a, 0, 1, n, b, 0, k);
        for (int i = n - 1; i >= 0; i--) {
            if (pivots[i] != i) {
                Vectors.swap(k, b, i * k, b, pivots[i] * k);
            }
        }
    }

    /** Factors columns [j, j + width) from row j on; row exchanges reach over the whole matrix at once. */
    private void factorColumns(int j, int width) {
        if (width <= LEAF) {
            factorLeaf(j, width);
            return;
        }
        int left = width / 2;
        int right = width - left;
        int middle = j + left;
        factorColumns(j, left);
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.UNIT, left, right, 1, a, j * n + j, n, 1, a, j * n + middle, n);
        Gemm.dgemm(n - middle, right, left, -1, a, middle * n + j, n, 1, a, j * n + middle, n, 1, 1, a,
                middle * n + middle, n);
        factorColumns(middle, right);
    }

    private void factorLeaf(int j, int width) {
        int rows = n - j;
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < width; c++) {
                leaf[c * rows + i] = a[(j + i) * n + j + c];
            }
        }
        for (int c = 0; c < width; c++) {
            int column = c * rows;
            int pivot = largest(leaf, column, c, rows);
            pivots[j + c] = j + pivot;
            if (pivot != c) {
                for (int k = 0; k < width; k++) {
                    double held = leaf[k * rows + c];
                    leaf[k * rows + c] = leaf[k * rows + pivot];
                    leaf[k * rows + pivot] = held;
                }
                Vectors.swap(n, a, (j + c) * n, a, (j + pivot) * n);
            }
            eliminate(c, width, rows);
        }
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < width; c++) {
                a[(j + i) * n + j + c] = leaf[c * rows + i];
            }
        }
    }

    private void eliminate(int c, int width, int rows) {
        int column = c * rows;
        double value = leaf[column + c];
        if (value == 0) {
            return; // the column is zero from here on: nothing to eliminate
        }
        for (int i = c + 1; i < rows; i++) {
            leaf[column + i] /= value;
        }
        for (int k = c + 1; k < width; k++) {
            Vectors.axpy(rows - c - 1, -leaf[k * rows + c], leaf, column + c + 1, leaf, k * rows + c + 1);
        }
    }

    private static int largest(double[] x, int off, int from, int to) {
        int best = from;
        double max = Math.abs(x[off + from]);
        for (int i = from + 1; i < to; i++) {
            double value = Math.abs(x[off + i]);
            if (value > max) {
                max = value;
                best = i;
            }
        }
        return best;
    }
}
