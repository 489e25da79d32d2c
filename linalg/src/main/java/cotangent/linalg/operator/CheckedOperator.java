package cotangent.linalg.operator;

import cotangent.dsl.Tensor;

/**
 * An operator that checks vectors and blocks at its door, so that its products may trust them.
 *
 * <p>A vector goes through as a vector where an operator has a form for it: a program for one vector is faster than that for a
 * block of one.
 */
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

    @Override
    public final Tensor matvec(Tensor vector) {
        OperatorShapes.requireVector("matvec", this, columns(), vector);
        return applyToVector(vector);
    }

    @Override
    public final Tensor rmatvec(Tensor vector) {
        OperatorShapes.requireVector("rmatvec", this, rows(), vector);
        return applyTransposedToVector(vector);
    }

    /** A·v for a vector that fits. */
    Tensor applyToVector(Tensor vector) {
        return apply(vector.reshape(columns(), 1)).reshape(rows());
    }

    /** Aᵀ·u for a vector that fits. */
    Tensor applyTransposedToVector(Tensor vector) {
        return applyTransposed(vector.reshape(rows(), 1)).reshape(columns());
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
