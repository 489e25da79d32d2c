package cotangent.linalg;

import cotangent.dsl.CotangentException;

/** A matrix with an eigenvalue at which the function asked for has no finite real value. */
public final class FunctionDomainException extends CotangentException {
    private static final long serialVersionUID = 1L;

    /** The eigenvalue. */
    private final double eigenvalue;

    /** An exception with a message that names the function, what came and what to do, and the eigenvalue. */
    public FunctionDomainException(String message, double eigenvalue) {
        super(message);
        this.eigenvalue = eigenvalue;
    }

    /** The eigenvalue outside the function's domain, as computed. */
    public double eigenvalue() {
        return eigenvalue;
    }
}
