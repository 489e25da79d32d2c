package cotangent.linalg.dense;

/**
 * Implicit QR iteration for the singular values and vectors of an upper bidiagonal matrix.
 *
 * <p>Golub and Kahan's bulge chase, with the zero-shift sweep of Demmel and Kahan (<i>Accurate singular values of
 * bidiagonal matrices</i>, SIAM J. Sci. Stat. Comput. 11, 1990) where the shift would be lost in rounding or a diagonal
 * entry is zero. An iteration is one sweep; a coupling counts as zero once |eᵢ| ≤ ε(|dᵢ| + |dᵢ₊₁|).
 *
 * <p>The matrix must be scaled so that its largest entry is of order 1.
 */
final class BidiagonalQr {

    private static final double EPSILON = 0x1p-53;
    private static final double TINY = 0x1p-500;
    private static final int SWEEPS = 60;

    private final double[] d;
    private final double[] e;
    private final double[] ut;
    private final double[] vt;
    private final int length;

    private BidiagonalQr(double[] d, double[] e, double[] ut, double[] vt, int length) {
        this.d = d;
        this.e = e;
        this.ut = ut;
        this.vt = vt;
        this.length = length;
    }

    /**
     * Overwrites {@code d} with the singular values, descending, and applies the left rotations to the rows of
     * {@code ut}, the right ones to those of {@code vt}.
     *
     * @param e      the entries above the diagonal, n − 1 of them; destroyed
     * @param length the length of a row of {@code ut} and of {@code vt}; 0 for values only
     * @return false where a singular value did not converge
     */
    static boolean solve(int n, double[] d, double[] e, double[] ut, double[] vt, int length) {
        if (n > 0 && Math.abs(d[0]) < Math.abs(d[n - 1])) {
            // the chase runs best from large to small: with J the reversal, JBᵀJ is upper bidiagonal too
            reverse(n, d);
            reverse(n - 1, e);
            reverseRows(n, ut, length);
            reverseRows(n, vt, length);
            return new BidiagonalQr(d, e, vt, ut, length).iterate(n);
        }
        return new BidiagonalQr(d, e, ut, vt, length).iterate(n);
    }

    private boolean iterate(int n) {
        long budget = (long) SWEEPS * n;
        int high = n - 1;
        while (high > 0) {
            if (negligible(high - 1)) {
                high--;
                continue;
            }
            int low = high - 1;
            while (low > 0 && !negligible(low - 1)) {
                low--;
            }
            if (budget-- == 0) {
                return false;
            }
            double shift = smallSingularValue(d[high - 1], e[high - 1], d[high]);
            double ratio = d[low] == 0 ? 0 : shift / d[low];
            if (ratio * ratio < EPSILON) {
                zeroShiftSweep(low, high);
            } else {
                sweep(low, high, shift);
            }
        }
        for (int i = 0; i < n; i++) {
            if (d[i] < 0) {
                d[i] = -d[i];
                Vectors.scale(length, -1, vt, i * length);
            }
            d[i] += 0.0; // no negative zero
        }
        sort(n);
        return true;
    }

    private boolean negligible(int i) {
        double coupling = Math.abs(e[i]);
        if (coupling <= EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1])) || coupling <= TINY) {
            e[i] = 0;
            return true;
        }
        return false;
    }

    private void sweep(int low, int high, double shift) {
        // (d² − σ², d·e) up to a factor that keeps both in range
        double head = Math.abs(d[low]);
        double size = Math.max(head, shift);
        double f = (head - shift) / size * (head + shift);
        double g = d[low] / size * e[low];
        for (int k = low; k < high; k++) {
            double r = Vectors.hypotenuse(f, g);
            double c = r == 0 ? 1 : f / r;
            double s = r == 0 ? 0 : g / r;
            if (k > low) {
                e[k - 1] = r;
            }
            f = c * d[k] + s * e[k];
            e[k] = c * e[k] - s * d[k];
            g = s * d[k + 1];
            d[k + 1] *= c;
            rotateRows(vt, k, c, s);
            r = Vectors.hypotenuse(f, g);
            c = r == 0 ? 1 : f / r;
            s = r == 0 ? 0 : g / r;
            d[k] = r;
            f = c * e[k] + s * d[k + 1];
            d[k + 1] = c * d[k + 1] - s * e[k];
            if (k < high - 1) {
                g = s * e[k + 1];
                e[k + 1] *= c;
            }
            rotateRows(ut, k, c, s);
        }
        e[high - 1] = f;
    }

    private void zeroShiftSweep(int low, int high) {
        double c = 1;
        double oldC = 1;
        double oldS = 0;
        for (int k = low; k < high; k++) {
            double f = d[k] * c;
            double r = Vectors.hypotenuse(f, e[k]);
            c = r == 0 ? 1 : f / r;
            double s = r == 0 ? 0 : e[k] / r;
            if (k > low) {
                e[k - 1] = oldS * r;
            }
            rotateRows(vt, k, c, s);
            double p = oldC * r;
            double q = d[k + 1] * s;
            d[k] = Vectors.hypotenuse(p, q);
            oldC = d[k] == 0 ? 1 : p / d[k];
            oldS = d[k] == 0 ? 0 : q / d[k];
            rotateRows(ut, k, oldC, oldS);
        }
        double last = d[high] * c;
        d[high] = last * oldC;
        e[high - 1] = last * oldS;
    }

    private void rotateRows(double[] z, int k, double c, double s) {
        Vectors.rotate(length, z, k * length, z, (k + 1) * length, c, s);
    }

    /** The smaller singular value of [[f, g], [0, h]]. */
    private static double smallSingularValue(double f, double g, double h) {
        double large = Math.max(Math.abs(f), Math.abs(h));
        double small = Math.min(Math.abs(f), Math.abs(h));
        if (small == 0) {
            return 0;
        }
        // σ₁ ± σ₂ are the hypotenuses of g with |f| ± |h|; σ₁σ₂ = |f h|
        double sum = Vectors.hypotenuse(large + small, g);
        double difference = Vectors.hypotenuse(large - small, g);
        return large * (small / (0.5 * (sum + difference)));
    }

    private void sort(int n) {
        for (int i = 0; i < n - 1; i++) {
            int largest = i;
            for (int j = i + 1; j < n; j++) {
                if (d[j] > d[largest]) {
                    largest = j;
                }
            }
            if (largest != i) {
                double held = d[i];
                d[i] = d[largest];
                d[largest] = held;
                Vectors.swap(length, ut, i * length, ut, largest * length);
                Vectors.swap(length, vt, i * length, vt, largest * length);
            }
        }
    }

    private static void reverse(int n, double[] x) {
        for (int i = 0, j = n - 1; i < j; i++, j--) {
            double held = x[i];
            x[i] = x[j];
            x[j] = held;
        }
    }

    private static void reverseRows(int n, double[] z, int length) {
        for (int i = 0, j = n - 1; i < j; i++, j--) {
            Vectors.swap(length, z, i * length, z, j * length);
        }
    }
}
