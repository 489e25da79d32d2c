package cotangent.linalg.trace;

import cotangent.dsl.ShapeException;
import cotangent.linalg.operator.LinearOperator;

/** The check at a trace estimator's door. */
final class Traces {
    private Traces() {}

    static void requireSquare(String estimator, LinearOperator operator) {
        if (operator.rows() != operator.columns()) {
            throw new ShapeException("%s: expected a square operator, got %s[%d, %d]".formatted(estimator, operator
                    .dtype(), operator.rows(), operator.columns()));
        }
    }
}
