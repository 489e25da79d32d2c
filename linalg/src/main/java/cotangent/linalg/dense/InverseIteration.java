package cotangent.linalg.dense;

import cotangent.dsl.ir.Distribution;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Philox;
import org.jspecify.annotations.Nullable;

/**
 * Eigenvectors of a symmetric tridiagonal matrix T for a few eigenvalues that are known, by inverse iteration.
 *
 * <p>Each vector starts at random and is multiplied by (T − λI)⁻¹ and made orthogonal to all vectors before it, twice over,
 * until its residual is of rounding size: usually two steps. Since eigenvectors of distant eigenvalues are orthogonal
 * already, this costs them nothing but work, and clusters come out orthogonal, whatever their size (Wilkinson, <i>The
 * Algebraic Eigenvalue Problem</i>, 1965, section 5.53; Ipsen, <i>Computing an eigenvector with inverse iteration</i>, SIAM
 * Review 39, 1997). Cost: 8nk² flops for k vectors for each step.
 *
 * <p>The matrix must be scaled so that its largest entry is of order 1.
 */
final class InverseIteration {

    private static final int MOST_STEPS = 8;
    /** Residuals up to this times √n·ε‖T‖ are rounding; an eigenvalue's own error is about one ε‖T‖. */
    private static final double RESIDUAL = 8;
    /** Of a matrix of zeros. */
    private static final double SMALLEST_PIVOT = 0x1p-500;
    private static final long SEED = 0x1e1e;

    private final int n;
    private final double[] d;
    private final double[] e;
    private final double norm;

    /** T − λI = P L U: U's three diagonals, L's multipliers, and whether row i changed places with the next. */
    private final double[] u0;
    private final double[] u1;
    private final double[] u2;
    private final double[] multipliers;
    private final boolean[] exchanged;

    private InverseIteration(int n, double[] d, double[] e, double norm) {
        this.n = n;
        this.d = d;
        this.e = e;
        this.norm = norm;
        this.u0 = new double[n];
        this.u1 = new double[n];
        this.u2 = new double[n];
        this.multipliers = new double[n];
        this.exchanged = new boolean[n];
    }

    /**
     * Returns orthonormal eigenvectors as rows, k×n.
     *
     * @param values k eigenvalues, each within a few ε‖T‖ of one of T's, as often as it occurs
     * @param norm   ‖T‖
     * @return null where a residual stayed too large
     */
    static double @Nullable [] vectors(int n, double[] d, double[] e, double norm, double[] values) {
        InverseIteration iteration = new InverseIteration(n, d, e, norm);
        double[] rows = new double[values.length * n];
        for (int i = 0; i < values.length; i++) {
            if (!iteration.find(values[i], rows, i)) {
                return null;
            }
        }
        return rows;
    }

    private boolean find(double value, double[] rows, int index) {
        int at = index * n;
        factor(value);
        Philox.fill(Distribution.NORMAL, SEED, 0, index, rows, at, 1, n, 0);
        if (!normalize(rows, index)) {
            return false;
        }
        double allowed = RESIDUAL * Math.sqrt(n) * Math.max(2 * TridiagonalQr.EPSILON * norm, SMALLEST_PIVOT);
        for (int step = 0; step < MOST_STEPS; step++) {
            solve(rows, at);
            if (!normalize(rows, index)) {
                return false;
            }
            // one step more than the residual needs: it lets what is left of far eigenvectors die out
            if (step > 0 && residual(value, rows, at) <= allowed) {
                return true;
            }
        }
        return false;
    }

    /** Gaussian elimination with partial pivoting; a pivot of rounding size is taken for ε‖T‖. */
    private void factor(double value) {
        double smallest = Math.max(TridiagonalQr.EPSILON * norm, SMALLEST_PIVOT);
        double diagonal = d[0] - value;
        double right = n > 1 ? e[0] : 0;
        for (int i = 0; i < n - 1; i++) {
            double below = e[i];
            double nextDiagonal = d[i + 1] - value;
            double nextRight = i + 2 < n ? e[i + 1] : 0;
            exchanged[i] = Math.abs(below) > Math.abs(diagonal);
            if (exchanged[i]) {
                u0[i] = below;
                u1[i] = nextDiagonal;
                u2[i] = nextRight;
                multipliers[i] = diagonal / below;
                diagonal = right - multipliers[i] * nextDiagonal;
                right = -multipliers[i] * nextRight;
            } else {
                u0[i] = diagonal;
                u1[i] = right;
                u2[i] = 0;
                multipliers[i] = diagonal == 0 ? 0 : below / diagonal;
                diagonal = nextDiagonal - multipliers[i] * right;
                right = nextRight;
            }
        }
        u0[n - 1] = diagonal;
        for (int i = 0; i < n; i++) {
            if (Math.abs(u0[i]) < smallest) {
                u0[i] = Math.copySign(smallest, u0[i]);
            }
        }
    }

    /** Overwrites x by (T − λI)⁻¹x. */
    private void solve(double[] x, int at) {
        for (int i = 0; i < n - 1; i++) {
            if (exchanged[i]) {
                double held = x[at + i];
                x[at + i] = x[at + i + 1];
                x[at + i + 1] = held;
            }
            x[at + i + 1] -= multipliers[i] * x[at + i];
        }
        for (int i = n - 1; i >= 0; i--) {
            double sum = x[at + i];
            if (i + 1 < n) {
                sum -= u1[i] * x[at + i + 1];
            }
            if (i + 2 < n) {
                sum -= u2[i] * x[at + i + 2];
            }
            x[at + i] = sum / u0[i];
        }
    }

    /** Takes the parts along earlier vectors out, twice, and scales to length 1; false where nothing is left. */
    private boolean normalize(double[] rows, int index) {
        int at = index * n;
        if (!unit(rows, at)) {
            return false;
        }
        double[] overlaps = new double[index];
        for (int round = 0; round < 2 && index > 0; round++) {
            Gemm.dgemm(index, 1, n, 1, rows, 0, n, 1, rows, at, 1, 1, 0, overlaps, 0, 1);
            Gemm.dgemm(1, n, index, -1, overlaps, 0, index, 1, rows, 0, n, 1, 1, rows, at, n);
            if (!unit(rows, at)) {
                return false;
            }
        }
        return true;
    }

    private boolean unit(double[] rows, int at) {
        double length = Vectors.norm(n, rows, at);
        if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
            return false;
        }
        int exponent = PowerOfTwo.exponentOf(length); // 1/length may be out of range
        for (int i = at; i < at + n; i++) {
            rows[i] = Math.scalb(rows[i], -exponent);
        }
        Vectors.scale(n, 1 / Math.scalb(length, -exponent), rows, at);
        return true;
    }

    private double residual(double value, double[] x, int at) {
        double square = 0;
        for (int i = 0; i < n; i++) {
            double sum = (d[i] - value) * x[at + i];
            if (i > 0) {
                sum += e[i - 1] * x[at + i - 1];
            }
            if (i < n - 1) {
                sum += e[i] * x[at + i + 1];
            }
            square += sum * sum;
        }
        return Math.sqrt(square);
    }
}
