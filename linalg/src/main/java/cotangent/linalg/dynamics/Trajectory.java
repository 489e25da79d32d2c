package cotangent.linalg.dynamics;

import cotangent.dsl.Axes;
import cotangent.dsl.Tensor;
import java.time.Duration;

/**
 * A model's outputs at some times of its training.
 *
 * @param times          F64 [t]: times of a flow, or numbers of steps
 * @param outputs        [t, ...] in the kernel's dtype: the outputs at each, in the shape they came in
 * @param errorEstimates F64 [t]: estimated norm of the outputs' error, rounding aside; 0 through eigenvectors. At test points
 *                       it is about the vector that the cross kernel is applied to
 * @param converged      whether all errors are within the tolerance
 * @param numMatvecs     products with the kernel so far, those of earlier questions included
 * @param jvps           forward-mode passes that these took
 * @param vjps           reverse-mode passes
 * @param route          how they were found, in words
 * @param elapsed        time taken
 */
public record Trajectory(Tensor times, Tensor outputs, Tensor errorEstimates, boolean converged, long numMatvecs,
        long jvps, long vjps, String route, Duration elapsed) {
    /** Number of times. */
    public int size() {
        return times.shape().extent(0);
    }

    /** The outputs at the time of an index, in the shape they came in. */
    public Tensor outputs(int index) {
        Tensor slice = outputs.slice(0, index, index + 1);
        return slice.reshape(slice.shape().without(Axes.of(0)));
    }

    static Trajectory of(double[] times, Tensor outputs, Propagator.Applied applied, Propagator propagator,
            long started) {
        return new Trajectory(Tensor.of(times), outputs, Tensor.of(applied.errors()), applied.converged(), propagator
                .counted()
                .products(), propagator.counted().jvps(), propagator.counted().vjps(), propagator.route(),
                Duration
                        .ofNanos(System.nanoTime() - started));
    }

    @Override
    public String toString() {
        return "outputs %s at %d times; %s, %d matvecs%s".formatted(outputs.type(), size(), route, numMatvecs, converged
                ? ""
                : ", not converged");
    }
}
