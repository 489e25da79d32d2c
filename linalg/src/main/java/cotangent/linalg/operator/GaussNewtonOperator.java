package cotangent.linalg.operator;

import cotangent.dsl.Fn;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;

/**
 * The generalised Gauss-Newton matrix G = Jᵀ·H·J of a loss over a model's output: J is the model's Jacobian, H the loss's
 * Hessian with respect to the output (N. N. Schraudolph, Fast curvature matrix-vector products for second-order gradient
 * descent, Neural Computation 14, 2002). Symmetric; positive semidefinite where H is known to be.
 */
public final class GaussNewtonOperator {
    private GaussNewtonOperator() {}

    /**
     * The product Jᵀ·H·J of operators.
     *
     * @param jacobian      [outputs, parameters]
     * @param outputHessian symmetric, [outputs, outputs]
     * @throws cotangent.dsl.ShapeException if the sizes do not fit
     */
    public static LinearOperator of(LinearOperator jacobian, LinearOperator outputHessian) {
        return jacobian.adjoint().times(outputHessian).times(jacobian);
    }

    /**
     * The Gauss-Newton matrix of a linearized model under a loss.
     *
     * @param model   the model at a point
     * @param loss    a scalar function whose first input is the model's output
     * @param targets the loss's further inputs
     */
    public static LinearOperator of(Linearization model, Fn loss, Tree... targets) {
        Tree[] inputs = new Tree[targets.length + 1];
        inputs[0] = model.output();
        System.arraycopy(targets, 0, inputs, 1, targets.length);
        return of(JacobianOperator.of(model), HessianOperator.of(loss, inputs));
    }
}
