package cotangent.linalg.ntk;

import cotangent.dsl.Fn;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.Linearization;
import cotangent.linalg.operator.JacobianOperator;
import cotangent.linalg.operator.LinearOperator;
import org.jspecify.annotations.Nullable;

/** A model at its arguments, linearized when first asked, and the operators over that one linearization. */
final class Kernel {
    private final Fn model;
    private final Tree[] arguments;
    private @Nullable Linearized linearized;

    private record Linearized(Linearization linearization, LinearOperator jacobian, LinearOperator operator) {}

    Kernel(Fn model, Tree[] arguments) {
        this.model = model;
        this.arguments = arguments;
    }

    private synchronized Linearized linearized() {
        if (linearized == null) {
            Linearization linearization = model.linearize(arguments);
            LinearOperator jacobian = JacobianOperator.of(linearization);
            linearized = new Linearized(linearization, jacobian, jacobian.times(jacobian.adjoint()));
        }
        return linearized;
    }

    Linearization linearization() {
        return linearized().linearization();
    }

    LinearOperator jacobian() {
        return linearized().jacobian();
    }

    /** J·Jᵀ as one program. */
    LinearOperator operator() {
        return linearized().operator();
    }
}
