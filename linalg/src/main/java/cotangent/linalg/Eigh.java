package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.SymmetricEigen;
import java.util.Objects;

/**
 * The eigendecomposition A = V Λ Vᵀ of a real symmetric matrix.
 *
 * <p>Eigenvalues ascend; eigenvectors are orthonormal, the entry of largest magnitude of each positive. By reduction to
 * tridiagonal form and divide and conquer (Gu and Eisenstat, <i>A divide-and-conquer algorithm for the symmetric
 * tridiagonal eigenproblem</i>, SIAM J. Matrix Anal. Appl. 16, 1995). Every finite symmetric matrix is scaled first, so that
 * tiny and huge entries are safe; eigenvalues are exact for a matrix within a small multiple of n·ε·‖A‖ of A, so those
 * below that size carry no relative accuracy. Float32 input is decomposed in float64 and the result rounded. Cost: about
 * 4/3·n³ flops for the values, 10/3·n³ more at most for the vectors.
 *
 * @param values  [n], ascending
 * @param vectors [n, n]; column i belongs to value i
 */
public record Eigh(Tensor values, Tensor vectors) {

    /**
     * Eigenvalues and eigenvectors.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws ResultOverflowException if an eigenvalue exceeds the range of the dtype
     */
    public static Eigh of(Tensor a) {
        MatrixArgument matrix = MatrixArgument.symmetric("eigh", a);
        int n = matrix.rows();
        SymmetricEigen eigen = SymmetricEigen.decompose(n, matrix.entries());
        if (eigen == null) {
            throw matrix.notConverged();
        }
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        return new Eigh(matrix.result(Shape.of(n), eigen.values()), matrix.result(Shape.of(n, n), vectors));
    }

    /**
     * Eigenvalues only, [n], ascending; several times cheaper than {@link #of}.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws ResultOverflowException if an eigenvalue exceeds the range of the dtype
     */
    public static Tensor values(Tensor a) {
        MatrixArgument matrix = MatrixArgument.symmetric("eigh", a);
        SymmetricEigen eigen = SymmetricEigen.values(matrix.rows(), matrix.entries());
        if (eigen == null) {
            throw matrix.notConverged();
        }
        return matrix.result(Shape.of(matrix.rows()), eigen.values());
    }

    @Override
    public String toString() {
        return "eigenvalues " + Summary.ofVector(values) + ", vectors " + Summary.of(vectors);
    }
}
