package cotangent.dsl;

import java.io.Serial;

/** The common supertype of every error this toolkit raises on purpose: what was expected, what came, what to do. */
public class CotangentException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Makes an error whose message is one sentence in the user's language. */
    public CotangentException(String message) {
        super(message);
    }

    /** Makes an error whose message is one sentence in the user's language, with the failure that led to it. */
    public CotangentException(String message, Throwable cause) {
        super(message, cause);
    }
}
