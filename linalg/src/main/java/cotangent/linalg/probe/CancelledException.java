package cotangent.linalg.probe;

import cotangent.dsl.CotangentException;
import cotangent.dsl.kernel.WorkInterruptedException;
import java.util.function.Supplier;

/**
 * The calling thread was interrupted, between two blocks of products or within a kernel; its interrupt flag stays set, and
 * there is no result.
 */
public final class CancelledException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message that names the computation and how far it had come. */
    public CancelledException(String message) {
        super(message);
    }

    /**
     * Ends a computation whose thread was interrupted.
     *
     * @param computation for the message
     * @param done        products so far
     * @param total       products in all
     * @throws CancelledException if the interrupt flag is set, which it leaves so
     */
    public static void throwIfInterrupted(String computation, long done, long total) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancelledException("%s: interrupted after %d of at most %d products; start again for a result"
                    .formatted(computation, done, total));
        }
    }

    /**
     * The result of a computation, the one place where a kernel's {@link WorkInterruptedException} becomes a cancellation: every
     * iterative method and every estimator enters through it, since an interrupt may hit between products or within one.
     *
     * @param computation for the message
     * @throws CancelledException if the thread is interrupted within a kernel; the interrupt flag stays set
     */
    public static <R> R unlessInterrupted(String computation, Supplier<R> run) {
        try {
            return run.get();
        } catch (WorkInterruptedException interrupted) {
            CancelledException cancelled = new CancelledException(computation
                    + ": interrupted within a kernel; start again for a result");
            cancelled.initCause(interrupted);
            throw cancelled;
        }
    }
}
