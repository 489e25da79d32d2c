package cotangent.linalg;

import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Approximate leading singular values and vectors of an operator, each with its residual.
 *
 * <p>Within {@code residuals[i]} of {@code values[i]} there is a singular value of the operator, but for the rounding of
 * the products: Weyl's bound for the symmetric matrix [[0, A], [Aᵀ, 0]], whose residual this is.
 *
 * @param u             [m, k] in the operator's dtype: left singular vectors as columns
 * @param values        F64 [k], descending
 * @param vt            [k, n] in the operator's dtype: right singular vectors as rows
 * @param residuals     F64 [k]: √((‖Av − σu‖² + ‖Aᵀu − σv‖²)/2) of each triplet
 * @param tolerance     what was asked for: of each residual, or where the rank was found from an accuracy, of the error estimate;
 *                      ∞ where nothing was
 * @param errorEstimate a bound of ‖A − U diag(σ) Vᵀ‖₂ that fails with a small stated probability; NaN where none was
 *                      asked for
 * @param numMatvecs    products with the operator and its transpose spent
 * @param jvps          forward-mode passes that these took
 * @param vjps          reverse-mode passes
 * @param seed          of the random vectors
 * @param route         how they were found, in words
 * @param elapsed       time taken
 */
public record SingularTriplets(Tensor u, Tensor values, Tensor vt, Tensor residuals, double tolerance,
        double errorEstimate, long numMatvecs, long jvps, long vjps, long seed, String route, Duration elapsed) {
    static SingularTriplets of(Tensor u, Tensor values, Tensor vt, Tensor residuals, double tolerance, double error,
            CountingOperator counted, long seed, String route, long started) {
        return new SingularTriplets(u, values, vt, residuals, tolerance, error, counted.products(), counted.jvps(),
                counted.vjps(), seed, route, Duration.ofNanos(System.nanoTime() - started));
    }

    /** Number of triplets. */
    public int size() {
        return values.shape().extent(0);
    }

    /** Whether the accuracy asked for was reached. */
    public boolean converged() {
        return Double.isNaN(errorEstimate)
                ? IntStream.range(0, size()).allMatch(i -> residuals.get(i) <= tolerance)
                : errorEstimate <= tolerance;
    }

    /**
     * How far all values together are from singular values at most: k of them match one to one within √2 times the root of the
     * sum of squared residuals (W. Kahan; see {@link Eigenpairs#weylBound}, for the matrix [[0, A], [Aᵀ, 0]]).
     */
    public double weylBound() {
        return Math.sqrt(2) * Separation.frobenius(residuals.toDoubles());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "singular values %s, residuals %s, u %s, vt %s; %s, %d matvecs%s", Summary
                .ofVector(values), Summary.ofVector(residuals), u.type(), vt.type(), route, numMatvecs,
                converged()
                        ? ""
                        : ", not converged");
    }
}
