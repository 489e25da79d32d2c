package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.function.UnaryOperator;

/**
 * A matrix A of shape [rows, columns] that is known by its products with vectors.
 *
 * <p>An implementation supplies its size, its dtype and the products with a block of vectors, which are the columns of a
 * matrix [n, k]. Sums, products and adjoints are lazy. The tags {@link #symmetric} and {@link #positiveSemidefinite} say
 * what is known, not what is: they are true only where the operator's construction or its user guarantees it, and travel
 * through the algebra. Operators are immutable and safe to use from many threads.
 */
public interface LinearOperator {
    /** Number of rows: the length of a product's result. */
    int rows();

    /** Number of columns: the length of the vectors it is applied to. */
    int columns();

    /** Element type of the vectors it takes and gives: F32 or F64. */
    DType dtype();

    /**
     * The product A·V with a block of vectors.
     *
     * @param block [columns, k], of this operator's dtype
     * @return [rows, k]
     * @throws ShapeException if the block's shape or dtype does not fit
     */
    Tensor matmat(Tensor block);

    /**
     * The product Aᵀ·U with a block of vectors.
     *
     * @param block [rows, k], of this operator's dtype
     * @return [columns, k]
     * @throws ShapeException if the block's shape or dtype does not fit
     */
    Tensor rmatmat(Tensor block);

    /**
     * The product A·v.
     *
     * @param vector [columns]
     * @return [rows]
     * @throws ShapeException if the vector's shape or dtype does not fit
     */
    default Tensor matvec(Tensor vector) {
        OperatorShapes.requireVector("matvec", this, columns(), vector);
        return matmat(vector.reshape(columns(), 1)).reshape(rows());
    }

    /**
     * The product Aᵀ·u.
     *
     * @param vector [rows]
     * @return [columns]
     * @throws ShapeException if the vector's shape or dtype does not fit
     */
    default Tensor rmatvec(Tensor vector) {
        OperatorShapes.requireVector("rmatvec", this, rows(), vector);
        return rmatmat(vector.reshape(rows(), 1)).reshape(columns());
    }

    /** Whether A is known to be its own transpose. */
    default boolean symmetric() {
        return false;
    }

    /** Whether A is known to be symmetric with no negative eigenvalue. */
    default boolean positiveSemidefinite() {
        return false;
    }

    /** Derivative passes that one {@link #matvec} takes. */
    default DerivativeCost matvecCost() {
        return DerivativeCost.NONE;
    }

    /** Derivative passes that one {@link #rmatvec} takes. */
    default DerivativeCost rmatvecCost() {
        return DerivativeCost.NONE;
    }

    /** The transpose Aᵀ; of an operator known to be symmetric, itself. */
    default LinearOperator adjoint() {
        return symmetric() ? this : new AdjointOperator(this);
    }

    /**
     * The sum A + B.
     *
     * @throws ShapeException if the sizes or dtypes differ
     */
    default LinearOperator plus(LinearOperator other) {
        return SumOperator.of(this, other);
    }

    /**
     * The difference A − B.
     *
     * @throws ShapeException if the sizes or dtypes differ
     */
    default LinearOperator minus(LinearOperator other) {
        return plus(other.scale(-1));
    }

    /**
     * The matrix product A·B: B is applied first. A palindrome such as A·Aᵀ or A·S·Aᵀ is known to be symmetric.
     *
     * @throws ShapeException if this operator's columns are not the other's rows, or the dtypes differ
     */
    default LinearOperator times(LinearOperator other) {
        return ProductOperator.of(this, other);
    }

    /**
     * The composition B·A: this operator is applied first.
     *
     * @throws ShapeException if this operator's rows are not the other's columns, or the dtypes differ
     */
    default LinearOperator then(LinearOperator next) {
        return next.times(this);
    }

    /** The multiple c·A. */
    default LinearOperator scale(double factor) {
        return ScaledOperator.of(this, factor);
    }

    /**
     * The shifted operator A + c·I.
     *
     * @throws ShapeException if the operator is not square
     */
    default LinearOperator shift(double amount) {
        OperatorShapes.requireSquare("shift", this);
        return plus(identity(rows(), dtype()).scale(amount));
    }

    /** The same operator with the user's word that it is symmetric. */
    default LinearOperator asSymmetric() {
        return symmetric() ? this : TaggedOperator.symmetric(this);
    }

    /** The same operator with the user's word that it is symmetric and positive semidefinite. */
    default LinearOperator asPositiveSemidefinite() {
        return positiveSemidefinite() ? this : TaggedOperator.positiveSemidefinite(this);
    }

    /**
     * The matrix itself, from products with the identity: {@code min(rows, columns)} of them.
     *
     * @return [rows, columns]
     */
    default Tensor toDense() {
        return DenseForm.of(this);
    }

    /**
     * The operator of a matrix, which is kept, not copied; symmetric if max|A − Aᵀ| ≤ 8 n ε max|A|.
     *
     * @throws ShapeException                      if it is not a matrix of F32 or F64
     * @throws cotangent.dsl.InvalidDataException if an element is NaN or infinite
     */
    static LinearOperator of(Tensor matrix) {
        return new MatrixOperator(matrix);
    }

    /**
     * An operator from two functions of blocks.
     *
     * @param matmat  maps [columns, k] to [rows, k]
     * @param rmatmat maps [rows, k] to [columns, k]
     */
    static LinearOperator of(int rows, int columns, DType dtype, UnaryOperator<Tensor> matmat,
            UnaryOperator<Tensor> rmatmat) {
        return new FunctionOperator(rows, columns, dtype, matmat, rmatmat);
    }

    /**
     * A symmetric operator from one function of blocks.
     *
     * @param matmat maps [n, k] to [n, k]
     */
    static LinearOperator symmetric(int n, DType dtype, UnaryOperator<Tensor> matmat) {
        return of(n, n, dtype, matmat, matmat).asSymmetric();
    }

    /** The identity of size n. */
    static LinearOperator identity(int n, DType dtype) {
        return new DiagonalOperator(Tensor.full(Shape.of(n), 1, dtype));
    }

    /**
     * The diagonal matrix with the given entries.
     *
     * @throws ShapeException                      if it is not a vector of F32 or F64
     * @throws cotangent.dsl.InvalidDataException if an entry is NaN or infinite
     */
    static LinearOperator diagonal(Tensor entries) {
        return new DiagonalOperator(entries);
    }
}
