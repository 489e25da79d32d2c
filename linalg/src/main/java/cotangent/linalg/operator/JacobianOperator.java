package cotangent.linalg.operator;

import cotangent.dsl.Fn;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;

/**
 * The Jacobian J of a function with respect to its first input, [outputs, parameters], both flattened leaf by leaf.
 *
 * <p>A product with J is one forward-mode pass (jvp), one with Jᵀ one reverse-mode pass (vjp), over the same kept forward
 * pass. A product with another derivative operator, such as J·Jᵀ, becomes one program.
 */
public final class JacobianOperator {
    private JacobianOperator() {}

    /** The Jacobian at the point of a linearization. */
    public static LinearOperator of(Linearization linearization) {
        return ProgramOperator.of(linearization.forward(), DerivativeCost.JVP, DerivativeCost.VJP);
    }

    /**
     * The Jacobian of a function at its inputs.
     *
     * @throws cotangent.dsl.ShapeException if the first input and the output are not of one floating-point dtype
     */
    public static LinearOperator of(Fn function, Tree... inputs) {
        return of(function.linearize(inputs));
    }
}
