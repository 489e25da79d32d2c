package cotangent.dsl.io;

import cotangent.dsl.CotangentException;

/** A file could not be written; what stood there before is untouched. */
public final class WriteFailedException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** Creates the error; the message names the file. */
    public WriteFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
