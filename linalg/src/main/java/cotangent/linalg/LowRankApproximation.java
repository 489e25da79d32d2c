package cotangent.linalg;

import cotangent.dsl.Tensor;
import java.time.Duration;
import java.util.Locale;

/**
 * An approximation Â = U diag(σ) Vᵀ of low rank.
 *
 * @param u             [m, k] in the operator's dtype, orthonormal columns
 * @param values        F64 [k], descending, not negative
 * @param vt            [k, n] in the operator's dtype, orthonormal rows
 * @param errorEstimate an unbiased estimate's root, of ‖A − Â‖_F
 * @param numMatvecs    products with A and Aᵀ spent
 * @param jvps          forward-mode passes that these took
 * @param vjps          reverse-mode passes
 * @param seed          of the random vectors
 * @param route         how it was found, in words
 * @param elapsed       time taken
 */
public record LowRankApproximation(Tensor u, Tensor values, Tensor vt, double errorEstimate, long numMatvecs,
        long jvps, long vjps, long seed, String route, Duration elapsed) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "singular values %s, u %s, vt %s, error in the Frobenius norm about %.2e; %s, %d matvecs",
                Summary.ofVector(values), u.type(), vt.type(), errorEstimate, route, numMatvecs);
    }
}
