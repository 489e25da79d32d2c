package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** A result too large for its dtype, though the input was not. */
public final class ResultOverflowException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message that names the operation, what came, and what to do. */
    public ResultOverflowException(String message) {
        super(message);
    }
}
