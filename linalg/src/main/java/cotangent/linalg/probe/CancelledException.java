package cotangent.linalg.probe;

import cotangent.dsl.CotangentException;

/** The calling thread was interrupted between two blocks of products; its interrupt flag stays set, and there is no result. */
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
}
