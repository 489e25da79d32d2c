package cotangent.linalg;

/** Why an iterative solver stopped. */
public enum StopReason {
    /** The measured residual ‖b − Ax‖ is within the tolerance times ‖b‖. */
    CONVERGED("converged"),
    /** No solution in reach, and x is a least-squares one: by the recurrence ‖Aᵀr‖ is within the tolerance times ‖A‖‖r‖. */
    LEAST_SQUARES("converged to a least-squares solution"),
    /** The products allowed are spent; more may help. */
    MAX_MATVECS("products spent"),
    /** The recurrence's residual went on falling, the measured one did not: rounding; try float64 or a looser tolerance. */
    STAGNATED("stagnated at rounding"),
    /** A direction p with pᵀAp ≤ 0 turned up: the operator is not positive definite; try {@link Minres}. */
    NOT_POSITIVE_DEFINITE("operator not positive definite"),
    /** A vector r with rᵀMr ≤ 0 turned up: the preconditioner M is not positive definite. */
    PRECONDITIONER_NOT_POSITIVE_DEFINITE("preconditioner not positive definite");

    private final String label;

    StopReason(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
