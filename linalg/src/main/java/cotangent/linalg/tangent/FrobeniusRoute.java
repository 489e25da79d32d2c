package cotangent.linalg.tangent;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;

/** A way to the exact Frobenius norm of a tangent kernel, which says what it takes before it starts. */
public sealed interface FrobeniusRoute permits ParameterGram, KernelTiles {
    /** What it takes. */
    KernelCost cost();

    /** The way in words. */
    String route();

    /**
     * ‖K‖_F².
     *
     * @param listener told, after each block, how much of the work is done
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted
     */
    double squaredNorm(ProgressListener listener);

    /**
     * ‖K‖_F, exact to rounding.
     *
     * @throws InvalidDataException if it is NaN or infinite
     */
    default Estimate norm(ProgressListener listener) {
        long started = System.nanoTime();
        double squares = squaredNorm(listener);
        if (!Double.isFinite(squares)) {
            throw new InvalidDataException(
                    "ntk: the Jacobian holds NaN or infinity; check parameters and inputs");
        }
        return new Estimate("Frobenius norm", Math.sqrt(squares), 0, ErrorBar.EXACT, 0, 0, 0, 0, cost().passes(), 0, 0,
                route(), Duration.ofNanos(System.nanoTime() - started), true);
    }
}
