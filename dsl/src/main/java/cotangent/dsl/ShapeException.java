package cotangent.dsl;

/** Shapes, ranks, dtypes or tree structures that do not fit the operation they were given to. */
public final class ShapeException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** Creates the error; the message names the operation and what came. */
    public ShapeException(String message) {
        super(message);
    }
}
