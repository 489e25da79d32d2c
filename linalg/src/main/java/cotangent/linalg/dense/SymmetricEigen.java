package cotangent.linalg.dense;

import org.jspecify.annotations.Nullable;

/**
 * The eigenvalues, ascending, and orthonormal eigenvectors of a real symmetric matrix.
 *
 * <p>Scale by a power of two, reduce to tridiagonal form, solve, transform back.
 *
 * <p>The entry of largest magnitude in each eigenvector is positive, so signs do not depend on the route taken.
 *
 * @param values  n eigenvalues, ascending
 * @param vectors n×n row-major, column i belongs to value i; null where only values were asked for
 */
public record SymmetricEigen(double[] values, double @Nullable [] vectors) {

    /** Entries up to this power of two, or down to its inverse, can be squared in the reduction. */
    private static final int SAFE = 300;

    /**
     * Decomposes a symmetric matrix, given in full or as an {@link UpperTriangle}; {@code a} is overwritten.
     *
     * @return null where the iteration did not converge
     */
    public static @Nullable SymmetricEigen decompose(int n, double[] a) {
        int outer = scale(n, a);
        TridiagonalReduction reduction = TridiagonalReduction.reduce(n, a);
        int inner = scale(n, reduction);
        double[] vectors = TridiagonalEigen.vectors(n, reduction.diagonal, reduction.offDiagonal);
        if (vectors == null) {
            return null;
        }
        reduction.applyToColumns(n, vectors);
        normalizeSigns(n, vectors);
        PowerOfTwo.scale(n, reduction.diagonal, -outer - inner);
        return new SymmetricEigen(reduction.diagonal, vectors);
    }

    /** As {@link #decompose}, values only: about a fifth of the work. */
    public static @Nullable SymmetricEigen values(int n, double[] a) {
        int outer = scale(n, a);
        TridiagonalReduction reduction = TridiagonalReduction.reduce(n, a);
        int inner = scale(n, reduction);
        if (!TridiagonalValues.solve(n, reduction.diagonal, reduction.offDiagonal)) {
            return null;
        }
        PowerOfTwo.scale(n, reduction.diagonal, -outer - inner);
        return new SymmetricEigen(reduction.diagonal, null);
    }

    private static int scale(int n, double[] a) {
        int exponent = PowerOfTwo.exponentFor(Vectors.maxAbs(n * n, a, 0), SAFE);
        PowerOfTwo.scale(n * n, a, exponent);
        return exponent;
    }

    /** Brings the tridiagonal matrix to order 1, as its solvers need it: cheaper than all of A. */
    private static int scale(int n, TridiagonalReduction tridiagonal) {
        double onDiagonal = Vectors.maxAbs(n, tridiagonal.diagonal, 0);
        double beside = Vectors.maxAbs(n, tridiagonal.offDiagonal, 0);
        int exponent = PowerOfTwo.exponentFor(Math.max(onDiagonal, beside), 0);
        PowerOfTwo.scale(n, tridiagonal.diagonal, exponent);
        PowerOfTwo.scale(n, tridiagonal.offDiagonal, exponent);
        return exponent;
    }

    private static void normalizeSigns(int n, double[] columns) {
        double[] highest = new double[n];
        double[] lowest = new double[n];
        for (int i = 0; i < n; i++) {
            widen(n, columns, i * n, highest, lowest);
        }
        double[] signs = new double[n];
        for (int j = 0; j < n; j++) {
            boolean negative = highest[j] == -lowest[j]
                    ? firstIsNegative(n, columns, j, highest[j])
                    : highest[j] < -lowest[j];
            signs[j] = negative ? -1 : 1;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                columns[i * n + j] *= signs[j];
            }
        }
    }

    private static void widen(int n, double[] row, int off, double[] highest, double[] lowest) {
        for (int j = 0; j < n; j++) {
            highest[j] = Math.max(highest[j], row[off + j]);
            lowest[j] = Math.min(lowest[j], row[off + j]);
        }
    }

    /** Whether the first of the entries of this magnitude in a column is negative. */
    private static boolean firstIsNegative(int n, double[] columns, int j, double magnitude) {
        int i = 0;
        while (Math.abs(columns[i * n + j]) != magnitude) {
            i++;
        }
        return columns[i * n + j] < 0;
    }

    /** Transposes a square matrix in place, by tiles that stay in the first-level cache. */
    static void transpose(int n, double[] a) {
        int tile = 16;
        for (int i0 = 0; i0 < n; i0 += tile) {
            int i1 = Math.min(n, i0 + tile);
            for (int j0 = i0; j0 < n; j0 += tile) {
                int j1 = Math.min(n, j0 + tile);
                for (int i = i0; i < i1; i++) {
                    for (int j = Math.max(j0, i + 1); j < j1; j++) {
                        double held = a[i * n + j];
                        a[i * n + j] = a[j * n + i];
                        a[j * n + i] = held;
                    }
                }
            }
        }
    }
}
