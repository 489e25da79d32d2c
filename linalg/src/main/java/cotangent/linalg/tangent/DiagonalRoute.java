package cotangent.linalg.tangent;

import cotangent.linalg.probe.ProgressListener;

/** A way to the exact diagonal of a tangent kernel: the squared norm of every output's gradient. */
public sealed interface DiagonalRoute permits GradientNorms, JacobianRowNorms, CausalNorms {
    /** What it takes, known before it starts. */
    KernelCost cost();

    /** Reverse passes that takes, each for one output of every sample or for one row of the Jacobian. */
    int passes();

    /** The way in words. */
    String route();

    /**
     * The squared norms by parameter: what each adds to the diagonal.
     *
     * @param listener told, after each block of reverse passes, how many of them are done
     * @return [parameters][outputs], float64
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted
     */
    double[][] squares(ProgressListener listener);

    /** The diagonal, in the time that takes. */
    default KernelDiagonal diagonal(ProgressListener listener) {
        long started = System.nanoTime();
        double[][] squares = squares(listener);
        return new KernelDiagonal(squares, passes(), route(), java.time.Duration.ofNanos(System.nanoTime()
                - started));
    }
}
