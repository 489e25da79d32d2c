package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;

/** A multiple of an operator. */
final class ScaledOperator extends CheckedOperator {
    private final LinearOperator operator;
    private final double factor;

    private ScaledOperator(LinearOperator operator, double factor) {
        this.operator = operator;
        this.factor = factor;
    }

    static LinearOperator of(LinearOperator operator, double factor) {
        if (!Double.isFinite(factor)) {
            throw new InvalidDataException("scale: expected a finite factor, got " + factor);
        }
        if (factor == 1) {
            return operator;
        }
        return operator instanceof ScaledOperator inner
                ? new ScaledOperator(inner.operator, inner.factor * factor)
                : new ScaledOperator(operator, factor);
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
    public boolean symmetric() {
        return operator.symmetric();
    }

    @Override
    public boolean positiveSemidefinite() {
        return operator.positiveSemidefinite() && factor >= 0;
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
    public LinearOperator adjoint() {
        return symmetric() ? this : of(operator.adjoint(), factor);
    }

    @Override
    Tensor apply(Tensor block) {
        return Blocks.scale(factor, operator.matmat(block));
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        return Blocks.scale(factor, operator.rmatmat(block));
    }

    @Override
    Tensor applyToVector(Tensor vector) {
        return Blocks.scale(factor, operator.matvec(vector));
    }

    @Override
    Tensor applyTransposedToVector(Tensor vector) {
        return Blocks.scale(factor, operator.rmatvec(vector));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ScaledOperator that && factor == that.factor && operator.equals(that.operator);
    }

    @Override
    public int hashCode() {
        return 31 * operator.hashCode() + Double.hashCode(factor);
    }
}
