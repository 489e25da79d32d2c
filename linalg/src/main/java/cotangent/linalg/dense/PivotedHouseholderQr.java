package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Transposition;
import java.util.Arrays;

/**
 * Householder factorization with column pivoting, A P = Q R: every step takes the column with the largest part outside the
 * span of those taken before, so that R's diagonal descends and shows the numerical rank.
 *
 * <p>Columns are stored as rows. Inside a block the trailing matrix keeps its old values and the reflectors' effect on it
 * is carried in F, with A := A − V Fᵀ at the block's end; only the pivot row, which the norms need, is updated at once.
 * Quintana-Ortí, Sun and Bischof, <i>A BLAS-3 version of the QR factorization with column pivoting</i>, SIAM J. Sci.
 * Comput. 19 (1998). Half of the work is products of the trailing matrix with a vector. The column norms are downdated, and a
 * block ends early where cancellation has made one untrustworthy: Drmač and Bujanović, <i>On the failure of rank-revealing
 * QR factorization software</i>, LAPACK Working Note 176 (2006).
 *
 * <p>R's diagonal is made non-negative by moving signs into Q. Cost: 4mnk − 2(m + n)k² + 4/3·k³ flops for k = min(m, n).
 */
public final class PivotedHouseholderQr {

    private static final int BLOCK = 32;
    /** What may be left of a squared norm, relative to when it was last computed, before half its digits are gone. */
    private static final double CANCELLATION = 0x1p-26;

    private final int m;
    private final int n;
    private final int rank;
    /** n rows of m entries: column j of AP, at the end the reflector j from entry j on. */
    private final double[] columns;
    private final double[] tau;
    private final double[] diagonal;
    private final int[] permutation;
    private final double[] r;

    /** Norms of what is left of each column, and what they were when last computed afresh. */
    private final double[] norms;

    private final double[] references;
    /** F, a row of n entries per reflector of the block. */
    private final double[] f;

    private PivotedHouseholderQr(int m, int n) {
        this.m = m;
        this.n = n;
        this.rank = Math.min(m, n);
        this.columns = new double[m * n];
        this.tau = new double[rank];
        this.diagonal = new double[rank];
        this.permutation = new int[n];
        this.r = new double[rank * n];
        this.norms = new double[n];
        this.references = new double[n];
        this.f = new double[Math.min(BLOCK, rank) * n];
    }

    /** Factors the row-major m×n matrix {@code a}, which is left as it is; its entries must be below 2⁴⁵⁰. */
    public static PivotedHouseholderQr factor(int m, int n, double[] a) {
        PivotedHouseholderQr qr = new PivotedHouseholderQr(m, n);
        Transposition.dcopy(n, m, a, 0, 1, n, qr.columns, 0, m);
        for (int j = 0; j < n; j++) {
            qr.permutation[j] = j;
            qr.computeNorm(j, 0);
        }
        int done = 0;
        while (done < qr.rank) {
            done += qr.factorBlock(done, Math.min(BLOCK, qr.rank - done));
        }
        qr.takeTriangle();
        return qr;
    }

    /** Returns R, min(m, n)×n, its diagonal non-negative and descending up to rounding. */
    public double[] r() {
        return r;
    }

    /** Returns the columns' order: column j of AP is column {@code result[j]} of A. */
    public int[] permutation() {
        return permutation;
    }

    /** Returns how many entries of R's diagonal exceed {@code tolerance} times the first. */
    public int rank(double tolerance) {
        int count = 0;
        while (count < rank && r[count * n + count] > tolerance * r[0]) {
            count++;
        }
        return count;
    }

    /** Returns the first {@code width} columns of Q, m×width; at least min(m, n), at most m. */
    public double[] q(int width) {
        double[] q = new double[m * width];
        for (int i = rank; i < width; i++) {
            q[i * width + i] = 1;
        }
        for (int j = (rank - 1) / BLOCK * BLOCK; j >= 0 && rank > 0; j -= BLOCK) {
            block(j).expand(width - j, q, j * width + j, width);
        }
        for (int j = 0; j < rank; j++) {
            if (diagonal[j] < 0) {
                for (int i = 0; i < m; i++) {
                    q[i * width + j] = 0 - q[i * width + j]; // 0 - x, since -x would make zeros negative
                }
            }
        }
        return q;
    }

    /** Replaces the m×k matrix {@code b} by QᵀB, with the full m×m Q. */
    public void applyTransposed(int k, double[] b) {
        for (int j = 0; j < rank; j += BLOCK) {
            block(j).applyLeft(true, k, b, j * k, k);
        }
        for (int i = 0; i < rank; i++) {
            if (diagonal[i] < 0) {
                Vectors.scale(k, -1, b, i * k);
            }
        }
    }

    private BlockReflector block(int j) {
        int width = Math.min(BLOCK, rank - j);
        double[] t = new double[width * width];
        BlockReflector block = new BlockReflector(m - j, width, columns, j * m + j, 1, m, t, 0, width);
        block.formTriangle(tau, j);
        return block;
    }

    private void computeNorm(int j, int from) {
        norms[j] = Vectors.norm(m - from, columns, j * m + from);
        references[j] = norms[j];
    }

    /** Takes up to {@code width} columns and updates the rest; returns how many it took. */
    private int factorBlock(int start, int width) {
        boolean[] stale = new boolean[n];
        boolean anyStale = false;
        int taken = 0;
        while (taken < width && !anyStale) {
            int k = start + taken;
            exchange(k, largest(k), taken);
            updatePivotColumn(start, taken);
            tau[k] = Reflector.generate(m - k, columns, k * m + k, diagonal, k);
            extendF(start, taken);
            double[] row = updatePivotRow(start, taken);
            for (int j = k + 1; j < n; j++) {
                if (!downdate(j, row[j - k - 1])) {
                    stale[j] = true;
                    anyStale = true;
                }
            }
            taken++;
        }
        int next = start + taken;
        Gemm.dgemm(n - next, m - next, taken, -1, f, next, 1, n, columns, start * m + next, m, 1, 1, columns,
                next * m + next, m);
        for (int j = next; j < n; j++) {
            if (stale[j]) {
                computeNorm(j, next);
            }
        }
        return taken;
    }

    private int largest(int from) {
        int best = from;
        for (int j = from + 1; j < n; j++) {
            if (norms[j] > norms[best]) {
                best = j;
            }
        }
        return best;
    }

    private void exchange(int k, int p, int reflectors) {
        if (p == k) {
            return;
        }
        Vectors.swap(m, columns, k * m, columns, p * m);
        for (int l = 0; l < reflectors; l++) {
            Vectors.swap(1, f, l * n + k, f, l * n + p);
        }
        int held = permutation[k];
        permutation[k] = permutation[p];
        permutation[p] = held;
        norms[p] = norms[k]; // those of column k are not needed any more
        references[p] = references[k];
    }

    /** What the block's earlier reflectors do to the column that is next. */
    private void updatePivotColumn(int start, int taken) {
        int k = start + taken;
        Gemm.dgemm(1, m - k, taken, -1, f, k, n, n, columns, start * m + k, m, 1, 1, columns, k * m + k, m);
    }

    /** F's newest row: τ(Aᵀv − F Vᵀv), with A as it was when the block began. */
    private void extendF(int start, int taken) {
        int k = start + taken;
        int head = k * m + k;
        int others = n - k - 1;
        int to = taken * n + k + 1;
        Gemm.dgemm(others, 1, m - k, tau[k], columns, head + m, m, 1, columns, head, 1, 1, 0, f, to, 1);
        if (taken > 0) {
            double[] overlaps = new double[taken];
            Gemm.dgemm(taken, 1, m - k, 1, columns, start * m + k, m, 1, columns, head, 1, 1, 0, overlaps, 0, 1);
            Gemm.dgemm(1, others, taken, -tau[k], overlaps, 0, taken, 1, f, k + 1, n, 1, 1, f, to, n);
        }
    }

    /** Makes row k of R right of the diagonal, which no later reflector touches, and returns it. */
    private double[] updatePivotRow(int start, int taken) {
        int k = start + taken;
        double[] row = new double[n - k - 1];
        for (int j = k + 1; j < n; j++) {
            row[j - k - 1] = columns[j * m + k];
        }
        Gemm.dgemm(1, row.length, taken + 1, -1, columns, start * m + k, m, m, f, k + 1, n, 1, 1, row, 0, row.length);
        for (int j = k + 1; j < n; j++) {
            columns[j * m + k] = row[j - k - 1];
        }
        return row;
    }

    /** Takes entry {@code gone} out of the norm of column j; false where too few digits would be left. */
    private boolean downdate(int j, double gone) {
        if (norms[j] == 0) {
            return true;
        }
        double share = Math.abs(gone) / norms[j];
        double left = Math.max(0, (1 + share) * (1 - share));
        double ratio = norms[j] / references[j];
        if (left * ratio * ratio <= CANCELLATION) {
            return false;
        }
        norms[j] *= Math.sqrt(left);
        return true;
    }

    /** Moves R out of the reflectors' storage, which keeps V with its zeros. */
    private void takeTriangle() {
        for (int i = 0; i < rank; i++) {
            double sign = diagonal[i] < 0 ? -1 : 1;
            r[i * n + i] = sign * diagonal[i];
            for (int j = i + 1; j < n; j++) {
                r[i * n + j] = sign * columns[j * m + i];
            }
        }
        for (int j = 0; j < rank; j++) {
            Arrays.fill(columns, j * m, j * m + j, 0);
        }
    }
}
