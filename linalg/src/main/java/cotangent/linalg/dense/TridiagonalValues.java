package cotangent.linalg.dense;

import java.util.Arrays;

/**
 * The eigenvalues of a symmetric tridiagonal matrix, by QR iteration on its diagonal and the squares of its couplings.
 *
 * <p>A sweep in the square-root-free form of Pal, Walker and Kahan (Parlett, <i>The Symmetric Eigenvalue Problem</i>, section
 * 8.15) is one long chain of divisions, each of which waits for the last. So long blocks are swept four times at once, each
 * sweep a row behind the one before it, with the eigenvalues of the last four rows as shifts: the divider works on one sweep
 * while the others wait. (Bai and Demmel, <i>On a block implementation of Hessenberg multishift QR iteration</i>, Int. J. High
 * Speed Comput. 1, 1989, take shifts in the same way.) Short blocks take one sweep at a time with Wilkinson's shift.
 *
 * <p>Stopping and grading as in {@link TridiagonalQr}. The matrix must be scaled so that its largest entry is of order 1.
 */
final class TridiagonalValues {

    private static final int SHIFTS = 4;
    /** Rows from which a block is swept {@value #SHIFTS} times at once. */
    private static final int LONG = 16;
    /** Turns without an eigenvalue found after which one is taken with Wilkinson's shift, whose convergence is proven. */
    private static final int STALLED = 10;

    private final double[] d;
    private final double[] square;

    private TridiagonalValues(double[] d, double[] square) {
        this.d = d;
        this.square = square;
    }

    /**
     * Overwrites {@code d} with the eigenvalues, ascending.
     *
     * @param d the diagonal, n entries
     * @param e the couplings, n − 1 entries; only read
     * @return false where an eigenvalue did not converge
     */
    static boolean solve(int n, double[] d, double[] e) {
        double[] square = new double[n];
        for (int i = 0; i < n - 1; i++) {
            square[i] = e[i] * e[i];
        }
        boolean converged = new TridiagonalValues(d, square).iterate(n);
        Arrays.sort(d, 0, n);
        return converged;
    }

    private boolean iterate(int n) {
        long budget = (long) TridiagonalQr.SWEEPS * n;
        int high = n - 1;
        int knownTop = -1;
        int turns = 0;
        while (high > 0) {
            if (negligible(high - 1)) {
                high--;
                turns = 0;
                continue;
            }
            int low = high - 1;
            while (low > 0 && !negligible(low - 1)) {
                low--;
            }
            if (low != knownTop) {
                knownTop = low;
                if (Math.abs(d[high]) > TridiagonalQr.GRADING * Math.abs(d[low])) {
                    TridiagonalQr.reverse(low, high, d, square, square, 0, 0, 0);
                }
            }
            turns++;
            boolean together = high - low >= LONG && turns % STALLED != 0;
            budget -= together ? SHIFTS : 1;
            if (budget < 0) {
                return false;
            }
            if (together) {
                sweepTogether(low, high);
            } else {
                sweep(low, high);
            }
        }
        return true;
    }

    private boolean negligible(int i) {
        double scale = TridiagonalQr.EPSILON * (Math.abs(d[i]) + Math.abs(d[i + 1]));
        if (square[i] <= scale * scale || square[i] <= TridiagonalQr.TINY * TridiagonalQr.TINY) {
            square[i] = 0;
            return true;
        }
        return false;
    }

    private void sweep(int low, int high) {
        Chase chase = new Chase(TridiagonalQr.wilkinsonShift(d[high - 1], d[high], Math.sqrt(square[high - 1])));
        chase.begin(low, d, square);
        for (int i = low + 1; i < high; i++) {
            chase.step(i, d, square);
        }
        chase.end(high, d, square);
    }

    /** Four sweeps; what one leaves of rows i and i + 1 the next one takes up a turn later. */
    private void sweepTogether(int low, int high) {
        double[] shifts = lastEigenvalues(high);
        Chase first = new Chase(shifts[0]);
        Chase second = new Chase(shifts[1]);
        Chase third = new Chase(shifts[2]);
        Chase fourth = new Chase(shifts[3]);
        first.begin(low, d, square);
        first.step(low + 1, d, square);
        second.begin(low, d, square);
        first.step(low + 2, d, square);
        second.step(low + 1, d, square);
        third.begin(low, d, square);
        first.step(low + 3, d, square);
        second.step(low + 2, d, square);
        third.step(low + 1, d, square);
        fourth.begin(low, d, square);
        for (int i = low + SHIFTS; i < high; i++) {
            first.step(i, d, square);
            second.step(i - 1, d, square);
            third.step(i - 2, d, square);
            fourth.step(i - 3, d, square);
        }
        first.end(high, d, square);
        second.step(high - 1, d, square);
        third.step(high - 2, d, square);
        fourth.step(high - 3, d, square);
        second.end(high, d, square);
        third.step(high - 1, d, square);
        fourth.step(high - 2, d, square);
        third.end(high, d, square);
        fourth.step(high - 1, d, square);
        fourth.end(high, d, square);
    }

    /** Of the block of the last {@value #SHIFTS} rows; what of them the iteration has found after its budget, if it fails. */
    private double[] lastEigenvalues(int high) {
        int from = high - SHIFTS + 1;
        double[] block = Arrays.copyOfRange(d, from, high + 1);
        double[] couplings = Arrays.copyOfRange(square, from, high + 1);
        couplings[SHIFTS - 1] = 0;
        new TridiagonalValues(block, couplings).iterate(SHIFTS);
        return block;
    }

    /** One sweep on d and e²: γ carries the chased diagonal, p its square over c². */
    private static final class Chase {
        private final double shift;
        private double c;
        private double s;
        private double gamma;
        private double p;

        Chase(double shift) {
            this.shift = shift;
        }

        void begin(int low, double[] d, double[] square) {
            c = 1;
            s = 0;
            gamma = d[low] - shift;
            p = gamma * gamma;
            advance(low, p + square[low], d, square);
        }

        void step(int i, double[] d, double[] square) {
            double r = p + square[i];
            square[i - 1] = s * r;
            advance(i, r, d, square);
        }

        /** r is zero where the shift meets an eigenvalue that an earlier sweep has uncoupled. */
        private void advance(int i, double r, double[] d, double[] square) {
            double b = square[i];
            double oldC = c;
            c = r == 0 ? 1 : p / r;
            s = r == 0 ? 0 : b / r;
            double oldGamma = gamma;
            double next = d[i + 1];
            gamma = c * (next - shift) - s * oldGamma;
            d[i] = oldGamma + (next - gamma);
            p = c != 0 ? gamma * gamma / c : oldC * b;
        }

        void end(int high, double[] d, double[] square) {
            square[high - 1] = s * p;
            d[high] = shift + gamma;
        }
    }
}
