package cotangent.linalg.operator;

import cotangent.dsl.Fn;
import cotangent.dsl.Tree;

/**
 * The Hessian H of a scalar function with respect to its first input, flattened leaf by leaf: symmetric, [n, n].
 *
 * <p>A product is the gradient's jvp over a kept forward and backward pass: one jvp and one vjp (B. A. Pearlmutter, Fast
 * exact multiplication by the Hessian, Neural Computation 6, 1994).
 */
public final class HessianOperator {
    private HessianOperator() {}

    /**
     * The Hessian of a scalar function at its inputs.
     *
     * @throws cotangent.dsl.ShapeException if the function's value is not a scalar
     */
    public static LinearOperator of(Fn loss, Tree... inputs) {
        return ProgramOperator.symmetric(loss.grad().linearize(inputs).forward(), new DerivativeCost(1, 1));
    }
}
