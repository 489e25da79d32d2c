package cotangent.linalg;

import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import java.time.Duration;
import java.util.Locale;

/**
 * A product f(A)b of a function of a symmetric operator with a vector, with an estimate of its error.
 *
 * @param value         [n] in the operator's dtype
 * @param errorEstimate of ‖value − f(A)b‖, rounding aside: an estimate, no bound; ∞ where nothing can be told
 * @param converged     whether it reached the tolerance, relative to ‖value‖
 * @param degree        of the polynomial p with value = p(A)b
 * @param numMatvecs    products spent
 * @param jvps          forward-mode passes that these took
 * @param vjps          reverse-mode passes
 * @param route         how it was found, in words
 * @param elapsed       time taken
 */
public record FunctionProduct(Tensor value, double errorEstimate, boolean converged, int degree, long numMatvecs,
        long jvps, long vjps, String route, Duration elapsed) {
    static FunctionProduct of(Tensor value, double error, boolean converged, int degree, CountingOperator counted,
            String route, long started) {
        return new FunctionProduct(value, error, converged, degree, counted.products(), counted.jvps(), counted.vjps(),
                route, Duration.ofNanos(System.nanoTime() - started));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "f(A)b = %s, error about %.1e; %s, %d matvecs%s", Summary.ofVector(value),
                errorEstimate, route, numMatvecs, converged ? "" : ", not converged");
    }
}
