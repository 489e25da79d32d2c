package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.PivotedHouseholderQr;
import cotangent.linalg.dense.PowerOfTwo;

/**
 * The rank-revealing factorization A P = Q R with column pivoting, Q with orthonormal columns, R upper triangular with a
 * non-negative, descending diagonal.
 *
 * <p>Each step takes the column farthest from the span of those before (Businger and Golub, <i>Linear least squares solutions by
 * Householder transformations</i>, Numer. Math. 7, 1965), with blocked updates and safe norms; see Quintana-Ortí, Sun and
 * Bischof (SIAM J. Sci. Comput. 19, 1998) and LAPACK Working Note 176. The rank is the number of rᵢᵢ above tolerance·r₀₀. The
 * singular value σᵢ₊₁ is at most √(min(m, n) − i)·√(n − i) times rᵢᵢ, so a small diagonal proves a small singular value; the reverse fails for contrived matrices
 * such as Kahan's, where {@link Svd} tells. Backward stable: ‖AP − QR‖ ≤ c·max(m, n)·ε·‖A‖. Float32 input is factored in
 * float64 and the factors are rounded: more accurate than float32 arithmetic, at the speed of float64. Cost:
 * 4mnk − 2(m + n)k² + 4/3·k³ flops with k = min(m, n), half of them at the speed of memory, and 4mk² − 4/3·k³ for Q.
 *
 * @param q           [m, k]
 * @param r           [k, n]
 * @param permutation [n] of I32: column j of AP is column {@code permutation[j]} of A
 * @param rank        how many entries of R's diagonal exceed the tolerance times the first
 * @param tolerance   relative to r₀₀
 */
public record PivotedQr(Tensor q, Tensor r, Tensor permutation, int rank, double tolerance) {

    private static final int SAFE_EXPONENT = 450;

    /**
     * The factorization with the rank at tolerance max(m, n)·ε, ε the distance from 1 to the next number of A's dtype.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a column's norm exceeds the range of the dtype
     */
    public static PivotedQr of(Tensor a) {
        MatrixArgument matrix = MatrixArgument.of("pivoted qr", a);
        return factor(matrix, matrix.roundingTolerance());
    }

    /**
     * The factorization with the rank at a tolerance.
     *
     * @param a         an F32 or F64 matrix of any shape, finite
     * @param tolerance from 0, relative to the largest column norm
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite, or the tolerance is negative or NaN
     * @throws ResultOverflowException if a column's norm exceeds the range of the dtype
     */
    public static PivotedQr of(Tensor a, double tolerance) {
        return factor(MatrixArgument.of("pivoted qr", a), MatrixArgument.requireTolerance("pivoted qr", tolerance));
    }

    private static PivotedQr factor(MatrixArgument a, double tolerance) {
        int m = a.rows();
        int n = a.columns();
        int k = Math.min(m, n);
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(a.entries()), SAFE_EXPONENT);
        PowerOfTwo.scale(m * n, a.entries(), exponent);
        PivotedHouseholderQr qr = PivotedHouseholderQr.factor(m, n, a.entries());
        int rank = qr.rank(tolerance);
        Tensor q = a.result(Shape.of(m, k), qr.q(k));
        double[] r = qr.r();
        PowerOfTwo.scale(r.length, r, -exponent);
        return new PivotedQr(q, a.result(Shape.of(k, n), r), Tensor.wrap(Shape.of(n), qr.permutation()), rank,
                tolerance);
    }

    @Override
    public String toString() {
        return "pivoted QR: rank %d at tolerance %.2g, q = ".formatted(rank, tolerance) + Summary.of(q) + ", r = "
                + Summary.of(r);
    }
}
