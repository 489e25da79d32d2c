package cotangent.linalg;

import cotangent.dsl.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Approximate eigenvalues and eigenvectors of a symmetric operator, largest magnitude first, each with its residual.
 *
 * <p>Within {@code residuals[i]} of {@code values[i]} there is an eigenvalue of the operator (B. N. Parlett, The Symmetric
 * Eigenvalue Problem, theorem 4.5.1), but for the rounding of the products.
 *
 * @param values     F64 [k], |values| descending
 * @param vectors    [n, k] in the operator's dtype; orthonormal columns, the entry of largest magnitude of each positive
 * @param residuals  F64 [k]: ‖A v − λ v‖ of each pair
 * @param numMatvecs products spent
 * @param jvps       forward-mode passes that these took
 * @param vjps       reverse-mode passes
 * @param seed       of the random vectors
 * @param route      how they were found, in words
 * @param elapsed    time taken
 */
public record Eigenpairs(Tensor values, Tensor vectors, Tensor residuals, long numMatvecs, long jvps, long vjps,
        long seed, String route, Duration elapsed) {
    /** Number of pairs. */
    public int size() {
        return values.shape().extent(0);
    }

    /** The eigenvalue at a position as an estimate, bounded by its residual; its cost is that of all pairs together. */
    public Estimate estimate(int position) {
        return Estimate.bounded("eigenvalue " + (position + 1), values.get(position), residuals.get(position), this);
    }

    /** All eigenvalues as estimates, in order. */
    public List<Estimate> estimates() {
        return IntStream.range(0, size()).mapToObj(this::estimate).toList();
    }

    @Override
    public String toString() {
        return "eigenvalues %s, residuals %s, vectors %s; %s, %d matvecs".formatted(Summary.ofVector(values),
                Summary.ofVector(
                        residuals),
                vectors.type(), route, numMatvecs);
    }
}
