package cotangent.linalg.dynamics;

import cotangent.dsl.Tensor;
import cotangent.linalg.Figures;
import java.time.Duration;

/**
 * The training loss at some times.
 *
 * @param times      F64 [t]: times of a flow, or numbers of steps
 * @param values     F64 [t]: the losses; the middle of the bounds
 * @param low        F64 [t]: not above the true losses, but for rounding
 * @param high       F64 [t]: not below them
 * @param bounded    whether that is proven; otherwise the ends are as far away as two rules differ, or as
 *                   the values moved when the Krylov spaces last grew
 * @param converged  whether the ends came within the tolerance of each other
 * @param numMatvecs products with the kernel so far, those of earlier questions included
 * @param route      how they were found, in words
 * @param elapsed    time taken
 */
public record LossCurve(Tensor times, Tensor values, Tensor low, Tensor high, boolean bounded, boolean converged,
        long numMatvecs, String route, Duration elapsed) {
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("losses");
        int size = times.shape().extent(0);
        for (int i = 0; i < size && i < 12; i++) {
            text.append(i == 0 ? " " : ", ")
                    .append(Figures.number(values.get(i), 6))
                    .append(" at ")
                    .append(Figures.number(times.get(i), 4));
        }
        return text.append(size > 12 ? ", ..." : "")
                .append("; ")
                .append(route)
                .append(", ")
                .append(numMatvecs)
                .append(" matvecs")
                .append(converged ? "" : ", not converged")
                .toString();
    }
}
