package cotangent.dsl.reference;

import cotangent.dsl.CotangentException;

/**
 * The oracle cannot tell what a correct implementation would do, since an index or a divisor hangs on a comparison closer
 * than rounding; try other inputs.
 */
public final class UndecidedException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** Creates the error with what cannot be decided. */
    public UndecidedException(String message) {
        super(message);
    }
}
