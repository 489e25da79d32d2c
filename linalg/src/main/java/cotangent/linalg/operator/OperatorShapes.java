package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;

/** The checks at an operator's doors; each message names both operands. */
final class OperatorShapes {
    private OperatorShapes() {}

    static String describe(LinearOperator operator) {
        return "%s[%d, %d]".formatted(operator.dtype(), operator.rows(), operator.columns());
    }

    static void requireVector(String operation, LinearOperator operator, int length, Tensor vector) {
        if (vector.rank() != 1 || vector.shape().extent(0) != length || vector.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s, vector is %s; expected %s[%d]".formatted(operation, describe(
                    operator), vector.type(), operator.dtype(), length));
        }
    }

    static void requireBlock(String operation, LinearOperator operator, int length, Tensor block) {
        if (block.rank() != 2 || block.shape().extent(0) != length || block.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s, block is %s; expected %s[%d, k], one column per vector"
                    .formatted(operation, describe(operator), block.type(), operator.dtype(), length));
        }
    }

    static void requireResult(String operation, LinearOperator operator, int length, Tensor block, Tensor result) {
        int columns = block.shape().extent(1);
        if (result.rank() != 2 || result.shape().extent(0) != length || result.shape().extent(1) != columns
                || result.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s, its function made %s of %s; expected %s[%d, %d]".formatted(
                    operation, describe(operator), result.type(), block.type(), operator.dtype(), length, columns));
        }
    }

    static void requireSameSize(String operation, LinearOperator left, LinearOperator right) {
        if (left.rows() != right.rows() || left.columns() != right.columns() || left.dtype() != right.dtype()) {
            throw new ShapeException("%s: operators differ: left is %s, right is %s".formatted(operation, describe(
                    left), describe(right)));
        }
    }

    static void requireInner(String operation, LinearOperator left, LinearOperator right) {
        if (left.columns() != right.rows() || left.dtype() != right.dtype()) {
            throw new ShapeException("%s: inner dimensions or dtypes differ: left is %s, right is %s".formatted(
                    operation, describe(left), describe(right)));
        }
    }

    static void requireSquare(String operation, LinearOperator operator) {
        if (operator.rows() != operator.columns()) {
            throw new ShapeException("%s: expected a square operator, got %s".formatted(operation, describe(operator)));
        }
    }

    static void requireFloating(String operation, int rank, Tensor tensor) {
        if (tensor.rank() != rank || !tensor.dtype().isFloating()) {
            throw new ShapeException("%s: expected a tensor of rank %d of f32 or f64, got %s".formatted(operation, rank,
                    tensor.type()));
        }
    }

    static void requireFinite(String operation, Tensor tensor) {
        if (tensor.dtype() == DType.F64) {
            double[] elements = Storage.doubles(tensor);
            for (int i = 0; i < elements.length; i++) {
                if (!Double.isFinite(elements[i])) {
                    throw notFinite(operation, tensor, i, elements[i]);
                }
            }
        } else {
            float[] elements = Storage.floats(tensor);
            for (int i = 0; i < elements.length; i++) {
                if (!Float.isFinite(elements[i])) {
                    throw notFinite(operation, tensor, i, elements[i]);
                }
            }
        }
    }

    private static InvalidDataException notFinite(String operation, Tensor tensor, int offset, double value) {
        return new InvalidDataException("%s: expected finite elements, element %d (row-major) of %s is %s".formatted(
                operation, offset, tensor.type(), value));
    }
}
