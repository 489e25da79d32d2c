package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;

/**
 * The transpose of an operator.
 *
 * @param operator whose products it exchanges
 */
record AdjointOperator(LinearOperator operator) implements LinearOperator {
    @Override
    public int rows() {
        return operator.columns();
    }

    @Override
    public int columns() {
        return operator.rows();
    }

    @Override
    public DType dtype() {
        return operator.dtype();
    }

    @Override
    public Tensor matmat(Tensor block) {
        OperatorShapes.requireBlock("matmat", this, columns(), block);
        return operator.rmatmat(block);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        OperatorShapes.requireBlock("rmatmat", this, rows(), block);
        return operator.matmat(block);
    }

    @Override
    public Tensor matvec(Tensor vector) {
        OperatorShapes.requireVector("matvec", this, columns(), vector);
        return operator.rmatvec(vector);
    }

    @Override
    public Tensor rmatvec(Tensor vector) {
        OperatorShapes.requireVector("rmatvec", this, rows(), vector);
        return operator.matvec(vector);
    }

    @Override
    public DerivativeCost matvecCost() {
        return operator.rmatvecCost();
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return operator.matvecCost();
    }

    @Override
    public LinearOperator adjoint() {
        return operator;
    }

    @Override
    public String toString() {
        return "adjoint of " + operator;
    }
}
