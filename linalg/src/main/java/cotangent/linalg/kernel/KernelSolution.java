package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;
import cotangent.linalg.StopReason;
import java.time.Duration;
import java.util.Locale;

/**
 * The solution X of (K + μI) X = B and how it was found.
 *
 * @param weights          X, of B's shape and dtype
 * @param relativeResidual ‖b − (K + μ)x‖/‖b‖, the largest of all columns, measured by a product
 * @param reason           why it stopped
 * @param iterations       of the column that took most; 0 where it was factored
 * @param numMatvecs       products with K, those of the preconditioner and of measuring included
 * @param route            how it was found, in words
 * @param elapsed          time taken
 */
public record KernelSolution(Tensor weights, double relativeResidual, StopReason reason, int iterations,
        long numMatvecs, String route, Duration elapsed) {
    /** Whether it solves the system to the tolerance; a factorization always does. */
    public boolean converged() {
        return reason == StopReason.CONVERGED;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %s, relative residual %.2e, %d iterations, %d matvecs, %.1f ms", route,
                reason, relativeResidual, iterations, numMatvecs, elapsed.toNanos() * 1e-6);
    }
}
