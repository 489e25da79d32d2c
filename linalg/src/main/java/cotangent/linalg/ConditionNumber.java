package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;

/**
 * How much a matrix can magnify relative errors: κ₂(A) = σ₁/σₖ with k = min(m, n), from all singular values.
 *
 * <p>Singular values carry an absolute error of a small multiple of max(m, n)·ε·σ₁, so a condition above 1/(max(m, n)·ε)
 * only says that A is singular to working precision. Estimates in the 1-norm for far less work: {@link Lu#conditionEstimate},
 * {@link Cholesky#conditionEstimate}, {@link TriangularSolve#conditionEstimate}. In float64 whatever the dtype. Cost:
 * 4mnk − 4/3·k³ flops.
 */
public final class ConditionNumber {

    private ConditionNumber() {}

    /**
     * The condition in the spectral norm, at least 1: infinite where the smallest singular value is zero (of a matrix of
     * zeros too), 1 for an empty matrix.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a singular value exceeds the range of float64
     */
    public static double of(Tensor a) {
        double[] values = SingularValues.of("condition number", a);
        return values.length == 0 ? 1 : ratio(values[0], values[values.length - 1]);
    }

    static double ratio(double largest, double smallest) {
        return smallest == 0 ? Double.POSITIVE_INFINITY : largest / smallest;
    }
}
