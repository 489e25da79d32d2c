package cotangent.linalg;

import cotangent.dsl.Tensor;
import java.time.Duration;
import java.util.Locale;

/**
 * What an iterative solver made of A x = b.
 *
 * @param solution         x, in the operator's dtype
 * @param residualNorm     ‖b − Ax‖, measured with a product, not taken from a recurrence
 * @param relativeResidual the same divided by ‖b‖; 0 where b is zero
 * @param reason           why it stopped
 * @param iterations       steps of the recurrence
 * @param numMatvecs       products with A and its transpose, those that measured residuals included
 * @param jvps             forward-mode passes that these took
 * @param vjps             reverse-mode passes
 * @param elapsed          time taken
 */
public record LinearSolution(Tensor solution, double residualNorm, double relativeResidual, StopReason reason,
        int iterations, long numMatvecs, long jvps, long vjps, Duration elapsed) {
    /** Whether x solves the system, or its least-squares problem, to the tolerance. */
    public boolean converged() {
        return reason == StopReason.CONVERGED || reason == StopReason.LEAST_SQUARES;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s after %d iterations, relative residual %.2e, %d matvecs; x = %s", reason,
                iterations, relativeResidual, numMatvecs, Summary.ofVector(solution));
    }
}
