package cotangent.dsl.kernel;

import cotangent.dsl.CotangentException;

/** A task of {@link Workers#run} threw; the cause is what it threw, and its results are incomplete. */
public final class WorkerFailedException extends CotangentException {
    private static final long serialVersionUID = 1L;

    WorkerFailedException(Throwable cause) {
        super("a parallel task failed and its results are incomplete: " + cause, cause);
    }
}
