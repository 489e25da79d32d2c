package cotangent.linalg.operator;

import cotangent.dsl.Tensor;

/** An operator that checks blocks at its door, so that its products may trust them. */
abstract class CheckedOperator implements LinearOperator {
    @Override
    public final Tensor matmat(Tensor block) {
        OperatorShapes.requireBlock("matmat", this, columns(), block);
        return apply(block);
    }

    @Override
    public final Tensor rmatmat(Tensor block) {
        OperatorShapes.requireBlock("rmatmat", this, rows(), block);
        return applyTransposed(block);
    }

    /** A·V for a block that fits. */
    abstract Tensor apply(Tensor block);

    /** Aᵀ·U for a block that fits. */
    abstract Tensor applyTransposed(Tensor block);

    @Override
    public String toString() {
        String tag = positiveSemidefinite() ? " positive semidefinite" : symmetric() ? " symmetric" : "";
        return getClass().getSimpleName() + " " + OperatorShapes.describe(this) + tag;
    }
}
