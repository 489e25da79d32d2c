package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.dense.SymmetricSubset;
import java.util.Objects;

/**
 * The eigendecomposition A = V Λ Vᵀ of a real symmetric matrix.
 *
 * <p>Eigenvalues ascend; eigenvectors are orthonormal, the entry of largest magnitude of each positive. By reduction to
 * tridiagonal form and divide and conquer (Gu and Eisenstat, <i>A divide-and-conquer algorithm for the symmetric
 * tridiagonal eigenproblem</i>, SIAM J. Matrix Anal. Appl. 16, 1995). Every finite symmetric matrix is scaled first, so that
 * tiny and huge entries are safe; eigenvalues are exact for a matrix within a small multiple of n·ε·‖A‖ of A, so those
 * below that size carry no relative accuracy. Float32 input is decomposed in float64 and the result rounded: more accurate than float32
 * arithmetic, at the speed of float64. Cost: about
 * 4/3·n³ flops for the values, 10/3·n³ more at most for the vectors.
 *
 * @param values  [n], ascending; [k] from {@link #largest} and {@link #smallest}
 * @param vectors [n, n], or [n, k]; column i belongs to value i
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
        MatrixArgument matrix = MatrixArgument.upperTriangle("eigh", a);
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
        MatrixArgument matrix = MatrixArgument.upperTriangle("eigh", a);
        SymmetricEigen eigen = SymmetricEigen.values(matrix.rows(), matrix.entries());
        if (eigen == null) {
            throw matrix.notConverged();
        }
        return matrix.result(Shape.of(matrix.rows()), eigen.values());
    }

    /**
     * The k largest eigenvalues, ascending as always, and their eigenvectors.
     *
     * <p>For few of them, by bisection and inverse iteration with full orthogonalisation after the reduction to tridiagonal
     * form (Barth, Martin and Wilkinson, Numer. Math. 9, 1967; Ipsen, SIAM Review 39, 1997), so that clusters too come out
     * orthogonal; {@link Lanczos} finds them from products alone. Cost: 4/3·n³ + 4n²k + O(nk²) flops for k up to n/12,
     * else that of {@link #of}.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @param k from 0 to n
     * @return values [k], vectors [n, k]
     * @throws ShapeException          if {@code a} is no square floating-point matrix, or k is out of range
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws ResultOverflowException if an eigenvalue exceeds the range of the dtype
     */
    public static Eigh largest(Tensor a, int k) {
        MatrixArgument matrix = MatrixArgument.upperTriangle("eigh", a);
        requireCount(matrix, k);
        return subset(matrix, matrix.rows() - k, matrix.rows());
    }

    /**
     * The k smallest eigenvalues, ascending, and their eigenvectors; as {@link #largest} in all else.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @param k from 0 to n
     * @return values [k], vectors [n, k]
     * @throws ShapeException          if {@code a} is no square floating-point matrix, or k is out of range
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws ResultOverflowException if an eigenvalue exceeds the range of the dtype
     */
    public static Eigh smallest(Tensor a, int k) {
        MatrixArgument matrix = MatrixArgument.upperTriangle("eigh", a);
        requireCount(matrix, k);
        return subset(matrix, 0, k);
    }

    private static void requireCount(MatrixArgument a, int k) {
        if (k < 0 || k > a.rows()) {
            throw new ShapeException(
                    "eigh: expected a number of eigenpairs from 0 to %d, got %d".formatted(a.rows(), k));
        }
    }

    private static Eigh subset(MatrixArgument a, int from, int to) {
        SymmetricSubset subset = SymmetricSubset.decompose(a.rows(), a.entries(), from, to);
        if (subset == null) {
            throw a.notConverged();
        }
        int k = to - from;
        return new Eigh(a.result(Shape.of(k), subset.values()), a.result(Shape.of(a.rows(), k), subset.vectors()));
    }

    @Override
    public String toString() {
        return "eigenvalues " + Summary.ofVector(values) + ", vectors " + Summary.of(vectors);
    }
}
