package cotangent.linalg.dense;

import static cotangent.linalg.dense.SplitRows.BOTH;
import static cotangent.linalg.dense.SplitRows.BOTTOM;
import static cotangent.linalg.dense.SplitRows.TOP;

/**
 * One merge of divide and conquer for the singular values of an upper bidiagonal matrix with n rows: the upper part has
 * {@code middle} rows and one column more, row {@code middle} couples the parts by α and β, the lower part follows.
 *
 * <p>In the parts' singular bases the matrix is diag(d) + e₀zᵀ, an arrow. It is deflated as in {@link RankOneMerge}, its
 * singular values are the roots of a secular equation, and z is recomputed from them before the singular vectors are
 * taken by formula. Gu and Eisenstat, <i>A divide-and-conquer algorithm for the bidiagonal SVD</i>, SIAM J. Matrix Anal. Appl.
 * 16 (1995). Singular vectors are rows; the item of the row {@code middle} is the arrow's shaft, with d = 0.
 */
final class ArrowMerge {

    private static final double EPSILON = 0x1p-53;
    /** Couplings below this are nothing against a matrix of order 1; above it, their squares and quotients are safe. */
    private static final double TINY = 0x1p-300;

    private final int n;
    private final int middle;
    private final boolean wide;
    private final double[] d;
    private final int off;
    private final SplitRows left;
    private final SplitRows right;
    private final double[] z;
    private final int[] kind;
    private final int[] active;
    private final int[] deflated;
    private int activeCount;
    private int deflatedCount;
    private double tolerance;

    /**
     * @param d    the parts' singular values from {@code off} on, with a gap at {@code middle}
     * @param wide whether the matrix has a column more than rows; then row n of {@code right} is a null vector
     */
    private ArrowMerge(int n, int middle, boolean wide, double[] d, int off, double[] ut, double[] vt, int row) {
        this.n = n;
        this.middle = middle;
        this.wide = wide;
        this.d = d;
        this.off = off;
        int corner = off * row + off;
        this.left = new SplitRows(ut, corner, row, middle + 1, n - middle - 1);
        this.right = new SplitRows(vt, corner, row, middle + 1, n - middle - (wide ? 0 : 1));
        this.z = new double[n];
        this.kind = new int[n];
        this.active = new int[n];
        this.deflated = new int[n];
    }

    /** Overwrites singular values and vector rows of the parts by those of the whole, in no particular order. */
    static void merge(int n, int middle, boolean wide, double[] d, int off, double alpha, double beta, double[] ut,
            double[] vt, int row, double[][] workspace) {
        ArrowMerge merge = new ArrowMerge(n, middle, wide, d, off, ut, vt, row);
        merge.formArrow(alpha, beta);
        merge.deflate(Math.max(Math.abs(alpha), Math.abs(beta)));
        merge.solve(workspace);
    }

    /** z from the last entries of the upper part's right vectors and the first of the lower part's. */
    private void formArrow(double alpha, double beta) {
        for (int i = 0; i < n; i++) {
            kind[i] = i < middle ? TOP : BOTTOM;
            z[i] = i < middle ? alpha * right.at(i, middle) : beta * right.at(i, middle + 1);
        }
        kind[middle] = TOP;
        z[middle] = alpha * right.at(middle, middle);
        d[off + middle] = 0;
        if (wide) {
            // both parts have a null vector: one combination takes all of the coupling, the other stays null
            PlaneRotation rotation = new PlaneRotation();
            rotation.eliminate(z[middle], beta * right.at(n, middle + 1));
            right.rotate(middle, n, rotation.c, rotation.s);
            kind[middle] = BOTH;
            z[middle] = rotation.r;
        }
    }

    private void deflate(double coupling) {
        int[] order = Ordering.ascending(n, d, off);
        tolerance = Math.max(TINY, 8 * EPSILON * Math.max(d[off + order[n - 1]], coupling));
        active[activeCount++] = middle;
        int pending = -1;
        for (int next : order) {
            if (next == middle) {
                continue;
            }
            if (Math.abs(z[next]) <= tolerance) {
                deflated[deflatedCount++] = next;
            } else if (pending < 0) {
                pending = next;
            } else if (agree(pending, next)) {
                deflated[deflatedCount++] = pending;
                pending = next;
            } else {
                active[activeCount++] = pending;
                pending = next;
            }
        }
        if (pending >= 0) {
            active[activeCount++] = pending;
        }
    }

    /** Whether dᵢ and dⱼ are so close that a rotation can put all of their coupling into j; if so, rotates. */
    private boolean agree(int i, int j) {
        double length = Vectors.hypotenuse(z[i], z[j]);
        double c = z[j] / length;
        double s = -z[i] / length;
        double di = d[off + i];
        double dj = d[off + j];
        if (Math.abs((dj - di) * c * s) > tolerance) {
            return false;
        }
        z[j] = length;
        z[i] = 0;
        left.rotate(i, j, c, s);
        right.rotate(i, j, c, s);
        if (kind[i] != kind[j]) {
            kind[i] = BOTH;
            kind[j] = BOTH;
        }
        d[off + i] = di * c * c + dj * s * s;
        d[off + j] = di * s * s + dj * c * c;
        return true;
    }

    private void solve(double[][] workspace) {
        int k = activeCount;
        double[] packed = workspace[0];
        double[] u = workspace[1];
        double[] v = workspace[2];
        double[] kept = workspace[3];
        double[] values = new double[n];
        int[] count = new int[3];
        int[] byKind = SplitRows.groupByKind(k, active, kind, count);
        if (k == 1) {
            values[0] = Math.abs(z[middle]);
            u[0] = 1;
            v[0] = Math.copySign(1, z[middle]);
        } else {
            solveSecular(k, byKind, u, v, values);
        }
        int width = n + (wide ? 1 : 0);
        for (int i = 0; i < deflatedCount; i++) {
            values[k + i] = d[off + deflated[i]];
        }
        int[] members = new int[k];
        for (int i = 0; i < k; i++) {
            members[i] = active[byKind[i]];
        }
        replace(left, n, k, members, count, u, packed, kept);
        replace(right, width, k, members, count, v, packed, kept);
        System.arraycopy(values, 0, d, off, n);
    }

    private void replace(SplitRows rows, int width, int k, int[] members, int[] count, double[] s, double[] packed,
            double[] kept) {
        for (int i = 0; i < deflatedCount; i++) {
            rows.save(deflated[i], kept, i * width);
        }
        rows.combine(k, members, count, s, packed);
        for (int i = 0; i < deflatedCount; i++) {
            rows.restore(k + i, kept, i * width);
        }
    }

    /** Leaves the roots in {@code values} and their singular vectors as rows of u and v, entries in the order byKind. */
    private void solveSecular(int k, int[] byKind, double[] u, double[] v, double[] values) {
        double[] poles = new double[k];
        double[] weights = new double[k];
        for (int j = 0; j < k; j++) {
            poles[j] = d[off + active[j]];
            weights[j] = z[active[j]];
        }
        // changes within rounding of the matrix keep the shaft from decoupling and its pole at 0 from meeting the next
        if (Math.abs(weights[0]) <= tolerance) {
            weights[0] = tolerance;
        }
        poles[1] = Math.max(poles[1], 0.5 * tolerance);
        SingularSecularEquation equation = new SingularSecularEquation(k, poles, weights);
        for (int i = 0; i < k; i++) {
            values[i] = equation.solve(i, v, i * k);
        }
        double[] exact = recomputeWeights(k, poles, weights, v);
        double[] rightVector = new double[k];
        double[] leftVector = new double[k];
        for (int i = 0; i < k; i++) {
            int at = i * k;
            for (int j = 0; j < k; j++) {
                rightVector[j] = exact[j] / v[at + j];
                leftVector[j] = poles[j] * rightVector[j];
            }
            leftVector[0] = -1;
            double rightScale = 1 / Vectors.norm(k, rightVector, 0);
            double leftScale = 1 / Vectors.norm(k, leftVector, 0);
            for (int j = 0; j < k; j++) {
                v[at + j] = rightScale * rightVector[byKind[j]];
                u[at + j] = leftScale * leftVector[byKind[j]];
            }
        }
    }

    /** The z whose secular equation has exactly the computed roots (Löwner's formula). */
    private static double[] recomputeWeights(int k, double[] poles, double[] weights, double[] differences) {
        double[] exact = new double[k];
        for (int j = 0; j < k; j++) {
            exact[j] = -differences[j * k + j];
        }
        for (int i = 0; i < k; i++) {
            multiplyRatios(0, i, exact, differences, i * k, poles, poles[i]);
            multiplyRatios(i + 1, k, exact, differences, i * k, poles, poles[i]);
        }
        for (int j = 0; j < k; j++) {
            exact[j] = Math.copySign(Math.sqrt(exact[j]), weights[j]);
        }
        return exact;
    }

    private static void multiplyRatios(int from, int to, double[] product, double[] differences, int at,
            double[] poles, double pole) {
        for (int j = from; j < to; j++) {
            product[j] *= differences[at + j] / ((poles[j] - pole) * (poles[j] + pole));
        }
    }
}
