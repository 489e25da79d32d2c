package cotangent.dsl.kernel;

import cotangent.dsl.CotangentException;

/** The calling thread was interrupted during {@link Workers#run}; its interrupt flag is set again, results are incomplete. */
public final class WorkInterruptedException extends CotangentException {
    private static final long serialVersionUID = 1L;

    WorkInterruptedException() {
        super("the calling thread was interrupted during a parallel computation, and its results are incomplete");
    }
}
