package cotangent.linalg;

import cotangent.dsl.ShapeException;
import cotangent.linalg.operator.LinearOperator;

/** The check that a preconditioner fits an operator. */
final class Preconditioning {
    private Preconditioning() {}

    static void requireFit(String solver, LinearOperator operator, LinearOperator preconditioner) {
        if (preconditioner.rows() != operator.rows() || preconditioner.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s[%d, %d], its preconditioner %s[%d, %d]; both must be alike"
                    .formatted(solver, operator.dtype(), operator.rows(), operator.columns(), preconditioner.dtype(),
                            preconditioner.rows(), preconditioner.columns()));
        }
    }
}
