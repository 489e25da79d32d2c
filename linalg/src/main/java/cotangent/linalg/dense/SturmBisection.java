package cotangent.linalg.dense;

/**
 * Single eigenvalues of a symmetric tridiagonal matrix T, by bisection.
 *
 * <p>The number of eigenvalues below x is the number of negative pivots of T − xI = L D Lᵀ. Givens 1954; Barth, Martin
 * and Wilkinson, <i>Calculation of the eigenvalues of a symmetric tridiagonal matrix by the method of bisection</i>, Numer.
 * Math. 9 (1967). Counts are monotonic in x even in floating point (Demmel, Dhillon and Ren, 1995), and each eigenvalue is
 * accurate to a small multiple of ε‖T‖. Cost: about 55·3n flops for each eigenvalue, one division in three.
 *
 * <p>The matrix must be scaled so that its largest entry is of order 1.
 */
final class SturmBisection {

    /** Instead of a zero pivot; its square's reciprocal is a double. */
    private static final double SMALLEST_PIVOT = 0x1p-500;

    private final int n;
    private final double[] d;
    private final double[] squares;
    private final double norm;

    SturmBisection(int n, double[] d, double[] e) {
        this.n = n;
        this.d = d;
        this.squares = new double[n];
        double largest = 0;
        for (int i = 0; i < n; i++) {
            squares[i] = i == 0 ? 0 : e[i - 1] * e[i - 1];
            double sides = (i == 0 ? 0 : Math.abs(e[i - 1])) + (i < n - 1 ? Math.abs(e[i]) : 0);
            largest = Math.max(largest, Math.abs(d[i]) + sides);
        }
        this.norm = largest;
    }

    /** ‖T‖ in the maximum norm, which no eigenvalue exceeds. */
    double norm() {
        return norm;
    }

    /** Returns how many eigenvalues lie below x. */
    int below(double x) {
        int count = 0;
        double pivot = 1;
        for (int i = 0; i < n; i++) {
            pivot = d[i] - x - squares[i] / pivot;
            if (Math.abs(pivot) < SMALLEST_PIVOT) {
                pivot = -SMALLEST_PIVOT;
            }
            if (pivot < 0) {
                count++;
            }
        }
        return count;
    }

    /** Returns eigenvalues {@code from, …, to − 1} in ascending order, counted from 0. */
    double[] values(int from, int to) {
        double[] low = new double[to - from];
        double[] high = new double[to - from];
        double reach = norm * (1 + 4 * n * TridiagonalQr.EPSILON) + SMALLEST_PIVOT;
        java.util.Arrays.fill(low, -reach);
        java.util.Arrays.fill(high, reach);
        double[] values = new double[to - from];
        for (int i = 0; i < values.length; i++) {
            while (high[i] - low[i] > TridiagonalQr.EPSILON * norm) {
                double middle = low[i] + 0.5 * (high[i] - low[i]);
                if (middle <= low[i] || middle >= high[i]) {
                    break;
                }
                int count = below(middle);
                // what a count says about one eigenvalue it says about all
                for (int j = i; j < values.length; j++) {
                    if (from + j < count) {
                        high[j] = Math.min(high[j], middle);
                    } else {
                        low[j] = Math.max(low[j], middle);
                    }
                }
            }
            values[i] = low[i] + 0.5 * (high[i] - low[i]);
        }
        return values;
    }
}
