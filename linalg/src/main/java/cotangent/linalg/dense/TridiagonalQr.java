package cotangent.linalg.dense;

/**
 * Implicit QR iteration for the symmetric tridiagonal eigenproblem, with Wilkinson's shift.
 *
 * <p>Each sweep chases a bulge down an unreduced block by plane rotations; the block's last coupling converges cubically.
 * An iteration is one sweep; a coupling counts as zero once |eᵢ| ≤ ε(|dᵢ| + |dᵢ₊₁|), a perturbation within rounding of the
 * matrix. Blocks graded upwards (small entries first) are turned round beforehand, since the chase runs from large to
 * small. Golub and Van Loan, <i>Matrix Computations</i>, 4th ed., section 8.3.
 *
 * <p>The matrix must be scaled so that its largest entry is of order 1.
 */
final class TridiagonalQr {

    static final double EPSILON = 0x1p-53;
    /** A coupling this small against a matrix of order 1 is nothing, whatever its neighbours. */
    static final double TINY = 0x1p-500;
    /** Sweeps allowed per eigenvalue; Wilkinson's shift needs fewer than 3 on the average. */
    static final int SWEEPS = 40;
    static final double GRADING = 1024;

    private TridiagonalQr() {}

    /**
     * Overwrites {@code d} with the eigenvalues, ascending, and applies every rotation to the rows of {@code z}: rows
     * that start as the unit vectors end as eigenvectors.
     *
     * @param d  the diagonal, n entries from {@code dOff}
     * @param e  the couplings, n − 1 entries from {@code dOff}; destroyed
     * @param z  n rows of {@code length} entries
     * @return false where an eigenvalue did not converge
     */
    static boolean solve(int n, double[] d, double[] e, int dOff, double[] z, int zOff, int zRow, int length) {
        int first = dOff;
        int low = first;
        int high = first + n - 1;
        long budget = (long) SWEEPS * n;
        int knownTop = -1;
        while (high > first) {
            if (negligible(d, e, high - 1)) {
                high--;
                continue;
            }
            low = high - 1;
            while (low > first && !negligible(d, e, low - 1)) {
                low--;
            }
            if (low != knownTop) {
                knownTop = low;
                if (Math.abs(d[high]) > GRADING * Math.abs(d[low])) {
                    reverse(low, high, d, e, z, zOff - first * zRow, zRow, length);
                }
            }
            if (budget-- == 0) {
                return false;
            }
            sweep(low, high, d, e, z, zOff - first * zRow, zRow, length);
        }
        sort(n, d, first, z, zOff, zRow, length);
        return true;
    }

    private static boolean negligible(double[] d, double[] e, int i) {
        double coupling = Math.abs(e[i]);
        if (coupling <= EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1])) || coupling <= TINY) {
            e[i] = 0;
            return true;
        }
        return false;
    }

    private static void sweep(int low, int high, double[] d, double[] e, double[] z, int zOff, int zRow, int length) {
        double x = d[low] - wilkinsonShift(d[high - 1], d[high], e[high - 1]);
        double y = e[low];
        PlaneRotation rotation = new PlaneRotation();
        for (int k = low; k < high; k++) {
            rotation.eliminate(x, y);
            double c = rotation.c;
            double s = rotation.s;
            if (k > low) {
                e[k - 1] = rotation.r;
            }
            double p = d[k];
            double q = e[k];
            double w = d[k + 1];
            double twist = 2 * c * s * q;
            d[k] = c * c * p + twist + s * s * w;
            d[k + 1] = s * s * p - twist + c * c * w;
            e[k] = c * s * (w - p) + (c - s) * (c + s) * q;
            if (k < high - 1) {
                x = e[k];
                y = s * e[k + 1];
                e[k + 1] *= c;
            }
            Vectors.rotate(length, z, zOff + k * zRow, z, zOff + (k + 1) * zRow, c, s);
        }
    }

    /** The eigenvalue of [[p, e], [e, q]] nearer to q. */
    static double wilkinsonShift(double p, double q, double e) {
        double half = 0.5 * (p - q);
        double root = Vectors.hypotenuse(half, e);
        return q - e * (e / (half + Math.copySign(root, half)));
    }

    static void reverse(int low, int high, double[] d, double[] e, double[] z, int zOff, int zRow, int length) {
        for (int i = low, j = high; i < j; i++, j--) {
            swap(d, i, j);
            Vectors.swap(length, z, zOff + i * zRow, z, zOff + j * zRow);
        }
        for (int i = low, j = high - 1; i < j; i++, j--) {
            swap(e, i, j);
        }
    }

    private static void sort(int n, double[] d, int dOff, double[] z, int zOff, int zRow, int length) {
        for (int i = 0; i < n - 1; i++) {
            int least = i;
            for (int j = i + 1; j < n; j++) {
                if (d[dOff + j] < d[dOff + least]) {
                    least = j;
                }
            }
            if (least != i) {
                swap(d, dOff + i, dOff + least);
                Vectors.swap(length, z, zOff + i * zRow, z, zOff + least * zRow);
            }
        }
    }

    private static void swap(double[] x, int i, int j) {
        double held = x[i];
        x[i] = x[j];
        x[j] = held;
    }
}
