package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** A matrix given to Cholesky's factorization whose elimination met a pivot that is not positive, or, with pivoting, negative. */
public final class NotPositiveDefiniteException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** Index of the pivot; the leading minor of order index + 1 is not positive definite. */
    private final int index;
    /** The pivot as computed. */
    private final double pivot;

    /** An exception for the pivot with the given index and value. */
    public NotPositiveDefiniteException(int index, double pivot) {
        this("cholesky: expected a positive definite matrix, got pivot %d = %.6g; add a multiple of the identity, or use Eigh or Lu, which need no definiteness"
                .formatted(index, pivot), index, pivot);
    }

    /** An exception for the pivot with the given index and value, and a message that names the operation and what to do. */
    public NotPositiveDefiniteException(String message, int index, double pivot) {
        super(message);
        this.index = index;
        this.pivot = pivot;
    }

    /** Index of the pivot, from 0: without pivoting, the leading minor of order index + 1 is not positive definite. */
    public int index() {
        return index;
    }

    /** The pivot as computed: what was left of the diagonal entry after elimination. */
    public double pivot() {
        return pivot;
    }
}
