package cotangent.linalg.dense;

import static cotangent.linalg.dense.SplitRows.BOTH;
import static cotangent.linalg.dense.SplitRows.BOTTOM;
import static cotangent.linalg.dense.SplitRows.TOP;

/**
 * One merge of divide and conquer: from the eigenpairs of two halves to those of the whole, T = diag(T₁, T₂) + ρ u uᵀ.
 *
 * <p>In the halves' eigenbasis this is D + ρ z zᵀ. Components that do not couple, because zⱼ is negligible or two dⱼ agree
 * (then a rotation moves the coupling into one of them), are deflated: their eigenpairs are final. The rest is the secular
 * equation; z is then recomputed from the computed roots, so that they are the exact eigenvalues of a nearby problem and
 * its eigenvectors, taken by formula, are orthogonal to working precision however close the roots lie. Gu and Eisenstat,
 * SIAM J. Matrix Anal. Appl. 16 (1995), sections 2-4. Eigenvectors are rows; those of the two halves fill one half of their
 * row each, which the final products exploit.
 */
final class RankOneMerge {

    private static final double EPSILON = 0x1p-53;

    private final int n;
    private final int n1;
    private final double[] d;
    private final int off;
    private final SplitRows vectors;
    private final double[] z;
    private final int[] kind;
    /** Rows that take part in the secular equation, ascending by d, and those that do not. */
    private final int[] active;
    private final int[] deflated;
    private int activeCount;
    private int deflatedCount;
    private double rho;

    /**
     * A merge of the eigenpairs in {@code d} and {@code rows}: n of them, the first n1 from the first half.
     *
     * @param off the index of the first eigenvalue in {@code d}, and of the block's first row and column in {@code rows}
     */
    private RankOneMerge(int n, int n1, double[] d, int off, double[] rows, int row) {
        this.n = n;
        this.n1 = n1;
        this.d = d;
        this.off = off;
        this.vectors = new SplitRows(rows, off * row + off, row, n1, n - n1);
        this.z = new double[n];
        this.kind = new int[n];
        this.active = new int[n];
        this.deflated = new int[n];
    }

    /**
     * Overwrites eigenvalues and eigenvector rows of the halves by those of the whole, in no particular order.
     *
     * @param coupling what couples the halves, T's entry (n1 − 1, n1)
     */
    static void merge(int n, int n1, double[] d, int off, double coupling, double[] rows, int row,
            double[][] workspace) {
        RankOneMerge merge = new RankOneMerge(n, n1, d, off, rows, row);
        merge.formUpdate(coupling);
        merge.deflate();
        merge.solve(workspace[0], workspace[1], workspace[2]);
    }

    /** z, of unit length, from the last components of the first half's vectors and the first of the second's. */
    private void formUpdate(double coupling) {
        double root = Math.sqrt(0.5);
        for (int i = 0; i < n1; i++) {
            z[i] = root * vectors.at(i, n1 - 1);
            kind[i] = TOP;
        }
        for (int i = n1; i < n; i++) {
            z[i] = Math.copySign(root, coupling) * vectors.at(i, n1);
            kind[i] = BOTTOM;
        }
        rho = 2 * Math.abs(coupling);
    }

    private void deflate() {
        int[] order = Ordering.ascending(n, d, off);
        double size = Math.max(Math.abs(d[off + order[0]]), Math.abs(d[off + order[n - 1]]));
        double tolerance = 8 * EPSILON * Math.max(size, Vectors.maxAbs(n, z, 0));
        int pending = -1;
        for (int next : order) {
            if (rho * Math.abs(z[next]) <= tolerance) {
                deflated[deflatedCount++] = next;
            } else if (pending < 0) {
                pending = next;
            } else if (agree(pending, next, tolerance)) {
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
    private boolean agree(int i, int j, double tolerance) {
        double length = Vectors.hypotenuse(z[i], z[j]);
        double c = z[j] / length;
        double s = -z[i] / length;
        double gap = d[off + j] - d[off + i];
        if (Math.abs(gap * c * s) > tolerance) {
            return false;
        }
        z[j] = length;
        z[i] = 0;
        vectors.rotate(i, j, c, s);
        if (kind[i] != kind[j]) {
            kind[i] = BOTH;
            kind[j] = BOTH;
        }
        double di = d[off + i];
        double dj = d[off + j];
        d[off + i] = di * c * c + dj * s * s;
        d[off + j] = di * s * s + dj * c * c;
        return true;
    }

    private void solve(double[] packed, double[] secular, double[] kept) {
        int k = activeCount;
        double[] values = new double[n];
        int[] count = new int[3];
        int[] byKind = SplitRows.groupByKind(k, active, kind, count);
        if (k > 0) {
            solveSecular(k, byKind, secular, values);
        }
        for (int i = 0; i < deflatedCount; i++) {
            values[k + i] = d[off + deflated[i]];
            vectors.save(deflated[i], kept, i * n);
        }
        int[] members = new int[k];
        for (int i = 0; i < k; i++) {
            members[i] = active[byKind[i]];
        }
        vectors.combine(k, members, count, secular, packed);
        for (int i = 0; i < deflatedCount; i++) {
            vectors.restore(k + i, kept, i * n);
        }
        System.arraycopy(values, 0, d, off, n);
    }

    /** Leaves the roots in {@code values} and their eigenvectors as rows of {@code s}, entries in the order byKind. */
    private void solveSecular(int k, int[] byKind, double[] s, double[] values) {
        double[] poles = new double[k];
        double[] weights = new double[k];
        for (int j = 0; j < k; j++) {
            poles[j] = d[off + active[j]];
            weights[j] = z[active[j]];
        }
        SecularEquation equation = new SecularEquation(k, poles, weights, rho);
        for (int i = 0; i < k; i++) {
            values[i] = equation.solve(i, s, i * k);
        }
        double[] exact = recomputeWeights(k, poles, weights, s);
        double[] vector = new double[k];
        for (int i = 0; i < k; i++) {
            int at = i * k;
            for (int j = 0; j < k; j++) {
                vector[j] = exact[j] / s[at + j];
            }
            double scale = 1 / Vectors.norm(k, vector, 0);
            for (int j = 0; j < k; j++) {
                s[at + j] = scale * vector[byKind[j]];
            }
        }
    }

    /** The z whose secular equation has exactly the computed roots, up to a common factor (Löwner's formula). */
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
            product[j] *= differences[at + j] / (poles[j] - pole);
        }
    }
}
