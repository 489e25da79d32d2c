package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** An iteration that ran out of its budget before it reached its tolerance. */
public final class NotConvergedException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message that names the operation, what came, and what to do. */
    public NotConvergedException(String message) {
        super(message);
    }
}
