package cotangent.linalg.dense;

/**
 * A diagonal similarity D⁻¹ A D by powers of two that brings rows and columns of a square matrix to like size, without
 * rounding.
 *
 * <p>Parlett and Reinsch, <i>Balancing a matrix for calculation of eigenvalues and eigenvectors</i>, Numer. Math. 13
 * (1969). A row or column that is zero off the diagonal lets its counterpart be made as small as wished; it is brought to
 * order 1. Cost: 4n² flops a sweep, a few sweeps.
 */
final class Balancing {

    private static final int MOST_SWEEPS = 100;
    /** A step that gains less than this is not worth taking. */
    private static final double GAIN = 0.95;

    private Balancing() {}

    /** Overwrites the row-major n×n matrix {@code a} by D⁻¹AD and returns the exponents of D's diagonal. */
    static int[] balance(int n, double[] a) {
        int[] exponents = new int[n];
        boolean changed = true;
        for (int sweep = 0; changed && sweep < MOST_SWEEPS; sweep++) {
            changed = false;
            for (int i = 0; i < n; i++) {
                int step = step(n, a, i);
                if (step != 0) {
                    changed = true;
                    exponents[i] += step;
                    for (int j = 0; j < n; j++) {
                        if (j != i) {
                            a[i * n + j] = Math.scalb(a[i * n + j], -step);
                            a[j * n + i] = Math.scalb(a[j * n + i], step);
                        }
                    }
                }
            }
        }
        return exponents;
    }

    /** Overwrites X by D X D⁻¹. */
    static void undo(int n, int[] exponents, double[] x) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                x[i * n + j] = Math.scalb(x[i * n + j], exponents[i] - exponents[j]);
            }
        }
    }

    /** The power of two to take out of row i and into column i. */
    private static int step(int n, double[] a, int i) {
        double row = 0;
        double column = 0;
        for (int j = 0; j < n; j++) {
            if (j != i) {
                row = Math.max(row, Math.abs(a[i * n + j]));
                column = Math.max(column, Math.abs(a[j * n + i]));
            }
        }
        if (row == 0 || column == 0) {
            int excess = PowerOfTwo.exponentOf(Math.max(row, column));
            return excess <= 0 ? 0 : row > 0 ? excess : -excess;
        }
        int step = Math.floorDiv(PowerOfTwo.exponentOf(row) - PowerOfTwo.exponentOf(column), 2);
        double balanced = Math.max(Math.scalb(row, -step), Math.scalb(column, step));
        return balanced < GAIN * Math.max(row, column) ? step : 0;
    }
}
