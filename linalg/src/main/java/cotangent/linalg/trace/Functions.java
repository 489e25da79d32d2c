package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import java.util.function.DoubleUnaryOperator;

/** Functions of eigenvalues at an estimator's door. */
final class Functions {
    private Functions() {}

    /**
     * The function, refused where it has no finite value; where no eigenvalue is negative, nodes that rounding made so count
     * as 0.
     */
    static DoubleUnaryOperator checked(String name, DoubleUnaryOperator f, boolean positiveSemidefinite) {
        return x -> {
            double node = positiveSemidefinite ? Math.max(0, x) : x;
            double value = f.applyAsDouble(node);
            if (!Double.isFinite(value)) {
                throw new InvalidDataException(
                        "%s: the function is %s at %.6g, which is in the range of the spectrum; shift the operator, or take a function that is finite there"
                                .formatted(name, value, node));
            }
            return value;
        };
    }
}
