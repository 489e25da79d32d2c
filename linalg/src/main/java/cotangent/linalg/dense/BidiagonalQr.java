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
    private final int off;
    private final Rows left;
    private final Rows right;
    private final PlaneRotation rotation = new PlaneRotation();

    /** Rows that take part in the rotations: row i starts at {@code off + i·row}. */
    record Rows(double[] z, int off, int row, int length) {

        /** No vectors wanted. */
        static final Rows NONE = new Rows(new double[0], 0, 0, 0);

        void rotate(int i, int j, double c, double s) {
            Vectors.rotate(length, z, off + i * row, z, off + j * row, c, s);
        }

        void swap(int i, int j) {
            Vectors.swap(length, z, off + i * row, z, off + j * row);
        }

        void negate(int i) {
            Vectors.scale(length, -1, z, off + i * row);
        }

        void reverse(int n) {
            for (int i = 0, j = n - 1; i < j; i++, j--) {
                swap(i, j);
            }
        }
    }

    private BidiagonalQr(double[] d, double[] e, int off, Rows left, Rows right) {
        this.d = d;
        this.e = e;
        this.off = off;
        this.left = left;
        this.right = right;
    }

    /**
     * Overwrites n entries of {@code d} from {@code off} on with the singular values, descending, and applies the left
     * rotations to the rows of {@code left}, the right ones to those of {@code right}.
     *
     * @param e the entries above the diagonal, n − 1 of them from {@code off} on; destroyed
     * @return false where a singular value did not converge
     */
    static boolean solve(int n, double[] d, double[] e, int off, Rows left, Rows right) {
        if (n > 0 && Math.abs(d[off]) < Math.abs(d[off + n - 1])) {
            // the chase runs best from large to small: with J the reversal, JBᵀJ is upper bidiagonal too
            reverse(n, d, off);
            reverse(n - 1, e, off);
            left.reverse(n);
            right.reverse(n);
            return new BidiagonalQr(d, e, off, right, left).iterate(n);
        }
        return new BidiagonalQr(d, e, off, left, right).iterate(n);
    }

    /**
     * As {@link #solve} for an n×(n + 1) matrix, whose last column holds e's entry n − 1: rotations from the right make it
     * lower bidiagonal and square, rotations from the left upper bidiagonal again. Row n of {@code right} ends as the
     * null vector.
     */
    static boolean solveWide(int n, double[] d, double[] e, int off, Rows left, Rows right) {
        for (int i = 0; i < n; i++) {
            turn(d, e, off + i, i < n - 1, right, i);
        }
        for (int i = 0; i < n - 1; i++) {
            turn(d, e, off + i, true, left, i);
        }
        return solve(n, d, e, off, left, right);
    }

    /** Rotates eᵢ into dᵢ, which brings a part of dᵢ₊₁, where there is one, to eᵢ's place across the diagonal. */
    private static void turn(double[] d, double[] e, int at, boolean next, Rows rows, int i) {
        PlaneRotation rotation = new PlaneRotation();
        rotation.eliminate(d[at], e[at]);
        d[at] = rotation.r;
        e[at] = 0;
        if (next) {
            e[at] = rotation.s * d[at + 1];
            d[at + 1] *= rotation.c;
        }
        rows.rotate(i, i + 1, rotation.c, rotation.s);
    }

    private boolean iterate(int n) {
        long budget = (long) SWEEPS * n;
        int high = off + n - 1;
        while (high > off) {
            if (negligible(high - 1)) {
                high--;
                continue;
            }
            int low = high - 1;
            while (low > off && !negligible(low - 1)) {
                low--;
            }
            if (budget-- == 0) {
                return false;
            }
            double shift = smallSingularValue(d[high - 1], e[high - 1], d[high]);
            double ratio = d[low] == 0 ? 0 : shift / d[low];
            if (ratio * ratio < EPSILON || nearlySingular(low, high)) {
                zeroShiftSweep(low, high);
            } else {
                sweep(low, high, shift);
            }
        }
        for (int i = 0; i < n; i++) {
            if (d[off + i] < 0) {
                d[off + i] = -d[off + i];
                right.negate(i);
            }
            d[off + i] += 0.0; // no negative zero
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

    /**
     * Whether the block's smallest singular value is lost in its rounding, by Demmel and Kahan's recurrence for ‖B⁻¹‖. A
     * shifted sweep could not pass a diagonal entry near zero; one without a shift moves it to the end.
     */
    private boolean nearlySingular(int low, int high) {
        double largest = Math.abs(d[low]);
        double bound = largest;
        double smallest = bound;
        for (int i = low; i < high; i++) {
            double coupling = Math.abs(e[i]);
            double next = Math.abs(d[i + 1]);
            bound = next * (bound / (bound + coupling)); // a coupling is never zero inside a block
            smallest = Math.min(smallest, bound);
            largest = Math.max(largest, Math.max(coupling, next));
        }
        return smallest <= EPSILON * largest;
    }

    private void sweep(int low, int high, double shift) {
        // (d² − σ², d·e) up to a factor that keeps both in range
        double head = Math.abs(d[low]);
        double size = Math.max(head, shift);
        double f = (head - shift) / size * (head + shift);
        double g = d[low] / size * e[low];
        for (int k = low; k < high; k++) {
            rotation.eliminate(f, g);
            double c = rotation.c;
            double s = rotation.s;
            if (k > low) {
                e[k - 1] = rotation.r;
            }
            f = c * d[k] + s * e[k];
            e[k] = c * e[k] - s * d[k];
            g = s * d[k + 1];
            d[k + 1] *= c;
            right.rotate(k - off, k + 1 - off, c, s);
            rotation.eliminate(f, g);
            c = rotation.c;
            s = rotation.s;
            d[k] = rotation.r;
            f = c * e[k] + s * d[k + 1];
            d[k + 1] = c * d[k + 1] - s * e[k];
            if (k < high - 1) {
                g = s * e[k + 1];
                e[k + 1] *= c;
            }
            left.rotate(k - off, k + 1 - off, c, s);
        }
        e[high - 1] = f;
    }

    private void zeroShiftSweep(int low, int high) {
        double c = 1;
        double oldC = 1;
        double oldS = 0;
        for (int k = low; k < high; k++) {
            rotation.eliminate(d[k] * c, e[k]);
            c = rotation.c;
            double s = rotation.s;
            double r = rotation.r;
            if (k > low) {
                e[k - 1] = oldS * r;
            }
            right.rotate(k - off, k + 1 - off, c, s);
            rotation.eliminate(oldC * r, d[k + 1] * s);
            d[k] = rotation.r;
            oldC = rotation.c;
            oldS = rotation.s;
            left.rotate(k - off, k + 1 - off, oldC, oldS);
        }
        double last = d[high] * c;
        d[high] = last * oldC;
        e[high - 1] = last * oldS;
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
                if (d[off + j] > d[off + largest]) {
                    largest = j;
                }
            }
            if (largest != i) {
                double held = d[off + i];
                d[off + i] = d[off + largest];
                d[off + largest] = held;
                left.swap(i, largest);
                right.swap(i, largest);
            }
        }
    }

    private static void reverse(int n, double[] x, int off) {
        for (int i = off, j = off + n - 1; i < j; i++, j--) {
            double held = x[i];
            x[i] = x[j];
            x[j] = held;
        }
    }
}
