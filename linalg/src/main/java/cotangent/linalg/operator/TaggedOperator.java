package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;

/**
 * An operator that its user declared symmetric, or more.
 *
 * @param operator             what it is
 * @param positiveSemidefinite whether it was declared so, and not only symmetric
 */
record TaggedOperator(LinearOperator operator, boolean positiveSemidefinite) implements LinearOperator {
    static LinearOperator symmetric(LinearOperator operator) {
        OperatorShapes.requireSquare("asSymmetric", operator);
        return new TaggedOperator(operator, false);
    }

    static LinearOperator positiveSemidefinite(LinearOperator operator) {
        OperatorShapes.requireSquare("asPositiveSemidefinite", operator);
        return new TaggedOperator(operator, true);
    }

    @Override
    public int rows() {
        return operator.rows();
    }

    @Override
    public int columns() {
        return operator.columns();
    }

    @Override
    public DType dtype() {
        return operator.dtype();
    }

    @Override
    public Tensor matmat(Tensor block) {
        return operator.matmat(block);
    }

    @Override
    public Tensor rmatmat(Tensor block) {
        return operator.rmatmat(block);
    }

    @Override
    public Tensor matvec(Tensor vector) {
        return operator.matvec(vector);
    }

    @Override
    public Tensor rmatvec(Tensor vector) {
        return operator.rmatvec(vector);
    }

    @Override
    public boolean symmetric() {
        return true;
    }

    @Override
    public DerivativeCost matvecCost() {
        return operator.matvecCost();
    }

    @Override
    public DerivativeCost rmatvecCost() {
        return operator.rmatvecCost();
    }

    @Override
    public Tensor toDense() {
        return operator.toDense();
    }

    @Override
    public String toString() {
        return operator + " declared " + (positiveSemidefinite ? "positive semidefinite" : "symmetric");
    }
}
