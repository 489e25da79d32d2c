package cotangent.linalg.dense;

import org.jspecify.annotations.Nullable;

/** Eigenvectors of a symmetric tridiagonal matrix. */
final class TridiagonalEigen {

    private TridiagonalEigen() {}

    /**
     * Overwrites {@code d} with the eigenvalues, ascending, and returns the eigenvectors as rows; {@code e} is destroyed.
     *
     * @return null where the iteration did not converge
     */
    static double @Nullable [] vectors(int n, double[] d, double[] e) {
        double[] z = new double[n * n];
        for (int i = 0; i < n; i++) {
            z[i * n + i] = 1;
        }
        return TridiagonalQr.solve(n, d, e, 0, z, 0, n, n) ? z : null;
    }
}
