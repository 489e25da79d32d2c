package cotangent.dsl;

/** The root of every error that Cotangent raises on purpose; its message is one sentence a user can act on. */
public class CotangentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the error with a message that states what was expected, what came, and what to do. */
    public CotangentException(String message) {
        super(message);
    }

    /** Creates the error with a message and the exception that led to it. */
    public CotangentException(String message, Throwable cause) {
        super(message, cause);
    }
}
