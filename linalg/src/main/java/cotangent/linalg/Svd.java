package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import java.util.Objects;

/**
 * The singular value decomposition A = U Σ Vᵀ of an [m, n] matrix.
 *
 * <p>Singular values descend; the entry of largest magnitude of each right singular vector is positive. By QR where the
 * matrix is not square, reduction to bidiagonal form and divide and conquer (Gu and Eisenstat, <i>A divide-and-conquer
 * algorithm for the bidiagonal SVD</i>, SIAM J. Matrix Anal. Appl. 16, 1995; values only by implicit QR iteration, Demmel
 * and Kahan 1990), after scaling by a power of two. Singular values are exact for a matrix within a small multiple of
 * max(m, n)·ε·‖A‖ of A, so those below that size carry no relative accuracy. Float32 input is decomposed in float64 and
 * the result rounded: more accurate than float32
 * arithmetic, at the speed of float64. Cost: about 8/3·n³ flops for the values of a square matrix, 20/3·n³ more at most for the vectors.
 *
 * @param u  [m, k] with k = min(m, n), or [m, m] from {@link #full}; columns are the left singular vectors
 * @param s  [k], descending, not negative
 * @param vt [k, n], or [n, n] from {@link #full}; rows are the right singular vectors
 */
public record Svd(Tensor u, Tensor s, Tensor vt) {

    /** Of the largest entry, up to which a tall matrix is decomposed as it is: squares of its columns' norms are safe. */
    private static final int SAFE_EXPONENT = 450;

    /**
     * The thin decomposition, the first k = min(m, n) singular vectors on either side.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a singular value exceeds the range of the dtype
     */
    public static Svd of(Tensor a) {
        return decompose(a, Extent.THIN);
    }

    /**
     * The full decomposition, U and V square and orthogonal.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a singular value exceeds the range of the dtype
     */
    public static Svd full(Tensor a) {
        return decompose(a, Extent.FULL);
    }

    /**
     * Singular values only, [min(m, n)], descending.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a singular value exceeds the range of the dtype
     */
    public static Tensor values(Tensor a) {
        MatrixArgument matrix = MatrixArgument.shared("svd", a);
        double[] values = solve(matrix, Extent.VALUES).values();
        return matrix.result(Shape.of(values.length), values);
    }

    private static Svd decompose(Tensor a, Extent extent) {
        MatrixArgument matrix = MatrixArgument.shared("svd", a);
        int m = matrix.rows();
        int n = matrix.columns();
        int k = Math.min(m, n);
        SingularValueDecomposition svd = solve(matrix, extent);
        double[] u = Objects.requireNonNull(svd.u());
        double[] vt = Objects.requireNonNull(svd.vt());
        boolean full = extent == Extent.FULL;
        return new Svd(matrix.result(Shape.of(m, full ? m : k), u), matrix.result(Shape.of(k), svd.values()), matrix
                .result(Shape.of(full ? n : k, n), vt));
    }

    /** Copies the matrix only where what is tried first, without writing to it, does not suit it. */
    private static SingularValueDecomposition solve(MatrixArgument a, Extent extent) {
        int m = a.rows();
        int n = a.columns();
        boolean safe = PowerOfTwo.exponentFor(a.largest(), SAFE_EXPONENT) == 0;
        SingularValueDecomposition svd = safe ? SingularValueDecomposition.ofTall(m, n, a.entries(), extent) : null;
        if (svd == null) {
            svd = SingularValueDecomposition.decompose(m, n, a.entries().clone(), extent);
        }
        if (svd == null) {
            throw a.notConverged();
        }
        return svd;
    }

    @Override
    public String toString() {
        return "singular values " + Summary.ofVector(s) + ", u " + Summary.of(u) + ", vt " + Summary.of(vt);
    }
}
