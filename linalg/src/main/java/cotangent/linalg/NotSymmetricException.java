package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** A matrix given to a symmetric solver that is not symmetric to within rounding. */
public final class NotSymmetricException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** The largest |A − Aᵀ| found. */
    private final double asymmetry;
    /** The largest |A − Aᵀ| that counts as rounding: 8·n·ε·max|A|. */
    private final double allowed;

    /** An exception for the given operation and figures. */
    public NotSymmetricException(String operation, double asymmetry, double allowed) {
        super("%s: expected a symmetric matrix, got max|A - At| = %.3g where rounding explains at most %.3g (8 n eps max|A|); pass (A + At)/2 if the symmetric part is meant"
                .formatted(operation, asymmetry, allowed));
        this.asymmetry = asymmetry;
        this.allowed = allowed;
    }

    /** The largest |A − Aᵀ| found. */
    public double asymmetry() {
        return asymmetry;
    }

    /** The largest |A − Aᵀ| that counts as rounding: 8·n·ε·max|A|. */
    public double allowed() {
        return allowed;
    }
}
