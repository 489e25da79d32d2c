package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.randomized.NystromFactor;

/** The checks at a trace estimator's door, and what several of them begin with. */
final class Traces {
    private Traces() {}

    static void requireSquare(String estimator, LinearOperator operator) {
        if (operator.rows() != operator.columns()) {
            throw new ShapeException("%s: expected a square operator, got %s[%d, %d]".formatted(estimator, operator
                    .dtype(), operator.rows(), operator.columns()));
        }
    }

    static void requirePositiveSemidefinite(String estimator, LinearOperator operator) {
        if (!operator.positiveSemidefinite()) {
            throw new InvalidDataException("%s: expected an operator known to be positive semidefinite, got %s; "
                    .formatted(estimator, operator)
                    + "asPositiveSemidefinite() if it is so nevertheless, or use XTrace");
        }
    }

    static void requireSymmetric(String estimator, LinearOperator operator) {
        requireSquare(estimator, operator);
        if (!operator.symmetric()) {
            throw new InvalidDataException(
                    "%s: expected an operator known to be symmetric, got %s; asSymmetric() if it "
                            .formatted(estimator, operator) + "is symmetric nevertheless");
        }
    }

    /** Nyström's factor from probes and their images, for an estimator of positive semidefinite operators. */
    static NystromFactor nystrom(String estimator, Tensor probes, Tensor images) {
        return NystromFactor.of(estimator, "XTrace or HutchPlusPlus", probes.shape().extent(0),
                probes.shape().extent(1),
                Columns.widened(probes), Columns.widened(images), images.dtype().unitRoundoff());
    }
}
