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

    /**
     * Decomposes a symmetric matrix, given in full; {@code a} is overwritten.
     *
     * @return null where the iteration did not converge
     */
    public static @Nullable SymmetricEigen decompose(int n, double[] a) {
        int exponent = scale(n, a);
        TridiagonalReduction reduction = TridiagonalReduction.reduce(n, a);
        double[] vectors = TridiagonalEigen.vectors(n, reduction.diagonal, reduction.offDiagonal);
        if (vectors == null) {
            return null;
        }
        reduction.applyToColumns(n, vectors);
        normalizeSigns(n, vectors);
        PowerOfTwo.scale(n, reduction.diagonal, -exponent);
        return new SymmetricEigen(reduction.diagonal, vectors);
    }

    /** As {@link #decompose}, values only: about a fifth of the work. */
    public static @Nullable SymmetricEigen values(int n, double[] a) {
        int exponent = scale(n, a);
        TridiagonalReduction reduction = TridiagonalReduction.reduce(n, a);
        if (!TridiagonalQr.values(n, reduction.diagonal, reduction.offDiagonal)) {
            return null;
        }
        PowerOfTwo.scale(n, reduction.diagonal, -exponent);
        return new SymmetricEigen(reduction.diagonal, null);
    }

    private static int scale(int n, double[] a) {
        int exponent = PowerOfTwo.exponentFor(Vectors.maxAbs(n * n, a, 0), 0);
        PowerOfTwo.scale(n * n, a, exponent);
        return exponent;
    }

    private static void normalizeSigns(int n, double[] columns) {
        double[] largest = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double entry = columns[i * n + j];
                if (Math.abs(entry) > Math.abs(largest[j])) {
                    largest[j] = entry;
                }
            }
        }
        for (int j = 0; j < n; j++) {
            largest[j] = Math.copySign(1, largest[j]);
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                columns[i * n + j] *= largest[j];
            }
        }
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
