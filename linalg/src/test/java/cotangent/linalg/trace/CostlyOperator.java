package cotangent.linalg.trace;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;

/** A matrix that claims the cost of a Jacobian. */
record CostlyOperator(LinearOperator matrix) implements LinearOperator {
    @Override
    public int rows() {
        return matrix.rows();
    }

    @Override
    public int columns() {
        return matrix.columns();
    }

    @Override
    public DType dtype() {
        return matrix.dtype();
    }

    @Override
    public Tensor matmat(Tensor block) {
        return matrix.matmat(block);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        return matrix.rmatmat(block);
    }

    @Override
    public DerivativeCost matvecCost() {
        return DerivativeCost.JVP;
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return DerivativeCost.VJP;
    }
}
