package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;
import java.util.Locale;

/**
 * A positive semidefinite approximation Â = U diag(λ) Uᵀ of a positive semidefinite operator A.
 *
 * <p>But for rounding Â ≤ A in the order of positive semidefinite matrices: each λ is at most A's eigenvalue of the same
 * rank, and at most {@code rest} less where the error estimate holds.
 *
 * @param vectors       U, [n, k] in the operator's dtype: orthonormal columns, the entry of largest magnitude of each positive
 * @param values        λ, F64 [k], descending, not negative
 * @param rest          λ of rank k + 1 of the sketch, 0 where there is none: what cutting off to rank k gave up in ‖·‖₂
 * @param errorEstimate an estimate of ‖A − Â‖_F before cutting off, by leaving out one random vector in turn: it is the root
 *                      mean square error of one vector fewer (E. N. Epperly and J. A. Tropp, Efficient error and variance estimation
 *                      for randomized matrix computations, SIAM J. Sci. Comput. 46, 2024); 0 where the sketch is the whole
 *                      space
 * @param shift         what was added to A's diagonal against rounding and taken from λ
 * @param numMatvecs    products spent
 * @param jvps          forward-mode passes that these took
 * @param vjps          reverse-mode passes
 * @param seed          of the random vectors
 * @param route         how it was found, in words
 * @param elapsed       time taken
 */
public record NystromApproximation(Tensor vectors, Tensor values, double rest, double errorEstimate, double shift,
        long numMatvecs, long jvps, long vjps, long seed, String route, Duration elapsed) {
    /** Number of eigenvalues kept. */
    public int rank() {
        return values.shape().extent(0);
    }

    /** Â's trace, Σλ. */
    public double trace() {
        double sum = 0;
        for (double value : values.toDoubles()) {
            sum += value;
        }
        return sum;
    }

    /** Â as an operator, positive semidefinite; 4·n·k flops a product. */
    public LinearOperator operator() {
        int n = vectors.shape().extent(0);
        int k = rank();
        Tensor u = Columns.wide(vectors);
        Tensor transposed = Columns.transposed(u);
        double[] lambda = values.toDoubles();
        DType dtype = vectors.dtype();
        return LinearOperator.symmetric(n, dtype, block -> {
            int p = block.shape().extent(1);
            double[] along = Columns.widened(Columns.multiply(transposed, Columns.wide(block)));
            for (int i = 0; i < along.length; i++) {
                along[i] *= lambda[i / p];
            }
            Tensor image = Columns.multiply(u, Tensor.wrap(Shape.of(k, p), along));
            return Columns.narrowed(dtype, n, p, Columns.widened(image));
        }).asPositiveSemidefinite();
    }

    /**
     * A's eigenpairs in the span of U, by k products: the Rayleigh-Ritz pairs, with their residuals. How far away the rest of
     * the spectrum is, the gaps take from {@code rest} and {@code errorEstimate}, which is no proof.
     *
     * @param operator A itself
     * @throws ShapeException                     if it is not of the size and dtype of the one approximated
     * @throws cotangent.dsl.InvalidDataException if a product is NaN or infinite
     */
    public Eigenpairs eigenpairs(LinearOperator operator) {
        int n = vectors.shape().extent(0);
        if (!operator.symmetric() || operator.rows() != n || operator.dtype() != vectors.dtype()) {
            throw new ShapeException("Nystrom: expected the symmetric operator %s[%d, %d] that was approximated, got %s"
                    .formatted(vectors.dtype(), n, n, operator));
        }
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        Tensor images = BlockProducts.matmat(counted, vectors, () -> {});
        RitzPairs pairs = RitzPairs.of(vectors, images);
        int k = rank();
        Separation others = k == n
                ? Separation.COMPLETE
                : new Separation(Double.NEGATIVE_INFINITY, rest + errorEstimate + shift);
        int[] order = SpectrumEnd.LARGEST.order(pairs.values());
        return pairs.eigenpairs(order, k, others, Double.POSITIVE_INFINITY, new RitzPairs.Account(numMatvecs
                + counted.products(), jvps + counted.jvps(), vjps + counted.vjps(), seed, route,
                started - elapsed
                        .toNanos()));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "Nystrom approximation: eigenvalues %s, error in the Frobenius norm about %.2e; %s, %d matvecs",
                Summary.ofVector(values), errorEstimate, route, numMatvecs);
    }
}
