package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** A system that has no unique solution because elimination met a pivot that is zero, or zero to working precision. */
public final class SingularMatrixException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** Index of the pivot. */
    private final int index;

    /** An exception with a message that names the operation, what came, and what to do, and the pivot's index from 0. */
    public SingularMatrixException(String message, int index) {
        super(message);
        this.index = index;
    }

    /** Index of the pivot, from 0: row and column index of the triangular factor, counted after any pivoting. */
    public int index() {
        return index;
    }
}
