package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** A system that has no unique solution because elimination met a zero pivot. */
public final class SingularMatrixException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** An exception with a message that names the operation, what came, and what to do. */
    public SingularMatrixException(String message) {
        super(message);
    }
}
