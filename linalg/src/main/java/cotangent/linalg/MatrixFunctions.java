package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;

/** What the products f(A)b share: the checks at the door and the product. */
final class MatrixFunctions {
    private MatrixFunctions() {}

    /** The elements of b in a fresh array. */
    static double[] requireVector(String name, LinearOperator operator, Tensor b) {
        if (!operator.symmetric()) {
            throw new ShapeException(
                    "%s: expected a symmetric operator, got %s; use asSymmetric() if it is symmetric nevertheless"
                            .formatted(name, operator));
        }
        int n = operator.rows();
        if (b.rank() != 1 || b.shape().extent(0) != n || b.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s[%d, %d], b is %s; expected %s[%d]".formatted(name, operator
                    .dtype(), n, n, b.type(), operator.dtype(), n));
        }
        return finite(name, b.toDoubles(), "b");
    }

    static double[] product(String name, LinearOperator operator, double[] vector) {
        Tensor column = Columns.narrowed(operator.dtype(), vector.length, 1, vector.clone());
        return finite(name, operator.matmat(column).toDoubles(), "the operator's product");
    }

    private static double[] finite(String name, double[] elements, String what) {
        for (double element : elements) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException("%s: %s is NaN or infinite; check parameters and inputs".formatted(name,
                        what));
            }
        }
        return elements;
    }
}
