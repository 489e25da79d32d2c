package cotangent.linalg.dense;

import org.jspecify.annotations.Nullable;

/**
 * The Gauss quadrature of a Jacobi matrix: its eigenvalues as nodes, the squares of its eigenvectors' first entries as
 * weights, which sum to 1.
 *
 * <p>G. H. Golub and J. H. Welsch, Calculation of Gauss quadrature rules, Mathematics of Computation 23 (1969). Only the first
 * entries are carried through the QR iteration: O(k²) flops.
 *
 * @param nodes   in no particular order
 * @param weights one per node
 */
public record GaussQuadrature(double[] nodes, double[] weights) {
    /**
     * The quadrature of a symmetric tridiagonal matrix.
     *
     * @param k           its size, at least 1
     * @param diagonal    k entries from 0
     * @param offDiagonal k − 1 entries from 0
     * @return null where the iteration did not converge
     */
    public static @Nullable GaussQuadrature of(int k, double[] diagonal, double[] offDiagonal) {
        double[] d = new double[k];
        double[] e = new double[k];
        System.arraycopy(diagonal, 0, d, 0, k);
        System.arraycopy(offDiagonal, 0, e, 0, k - 1);
        int exponent = PowerOfTwo.exponentFor(Math.max(Vectors.maxAbs(k, d, 0), Vectors.maxAbs(k, e, 0)), 0);
        PowerOfTwo.scale(k, d, exponent);
        PowerOfTwo.scale(k, e, exponent);
        double[] first = new double[k];
        first[0] = 1;
        if (!TridiagonalQr.solve(k, d, e, 0, first, 0, 1, 1)) {
            return null;
        }
        PowerOfTwo.scale(k, d, -exponent);
        for (int i = 0; i < k; i++) {
            first[i] *= first[i];
        }
        return new GaussQuadrature(d, first);
    }
}
