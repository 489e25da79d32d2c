package cotangent.dsl;

/** Data refused at a door: NaN or infinity, an empty set, a malformed, truncated or hostile file. */
public final class InvalidDataException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** Creates the error; the message names the data and what is wrong with it. */
    public InvalidDataException(String message) {
        super(message);
    }

    /** Creates the error with the exception that led to it. */
    public InvalidDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
