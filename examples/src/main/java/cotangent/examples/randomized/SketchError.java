package cotangent.examples.randomized;

import cotangent.dsl.Tensor;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.Svd;
import cotangent.linalg.operator.LinearOperator;

/**
 * What the range of a random sketch leaves of a symmetric matrix, ‖A − QQᵀA‖, for a basis Q of the range of A^m·Ω with k + p
 * columns; measured, and bounded in the mean.
 *
 * <p>The bounds are those of N. Halko, P.-G. Martinsson and J. A. Tropp, Finding structure with randomness, SIAM Review 53 (2011):
 * theorem 10.5 for the Frobenius norm, theorem 10.6 for the spectral one, and its corollary 10.10 for powers, here of a positive
 * semidefinite A, where ‖(I − QQᵀ)A‖^m ≤ ‖(I − QQᵀ)A^m‖ (their proposition 8.6).
 *
 * @param frobenius in the Frobenius norm
 * @param spectral  in the spectral norm
 */
record SketchError(double frobenius, double spectral) {
    /**
     * Measures one sketch.
     *
     * @param columns of the sketch
     * @param powers  m
     */
    static SketchError of(Tensor matrix, int columns, int powers, long seed) {
        Tensor q = RandomizedEigh.rank(columns)
                .oversampling(0)
                .powerIterations(powers - 1)
                .seed(seed)
                .decompose(LinearOperator.of(matrix))
                .vectors();
        Tensor left = matrix.minus(q.matmul(q.transpose().matmul(matrix)));
        return new SketchError(Math.sqrt(left.square().sum().item()), Svd.values(left).get(0));
    }

    /** Theorem 10.5: the mean is at most √(1 + k/(p − 1)) times the tail of the singular values. */
    static double frobeniusBound(double[] values, int k, int p) {
        return Math.sqrt(1 + k / (p - 1.0)) * Decay.tail(values, k);
    }

    /** Corollary 10.10: the mean is at most the m-th root of theorem 10.6's bound for A^m; for m = 1 that theorem itself. */
    static double spectralBound(double[] values, int k, int p, int m) {
        double[] powers = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            powers[i] = Math.pow(values[i], m);
        }
        double bound = (1 + Math.sqrt(k / (p - 1.0))) * powers[k] + Math.E * Math.sqrt((double) k + p) / p
                * Decay.tail(powers, k);
        return Math.pow(bound, 1.0 / m);
    }
}
