package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.Locale;

/**
 * The solution of min ‖AX − B‖ with the smallest ‖X‖, column by column, and what is known about it.
 *
 * <p>Over- and underdetermined systems, of any rank. Three routes: {@link #of} by a complete orthogonal decomposition after
 * pivoted QR, which finds the rank at little cost; {@link #bySvd}, which decides it best and costs several times more;
 * {@link #byQr} for matrices of full rank, the fastest. Each is backward stable: X solves the problem for matrices within
 * c·max(m, n)·ε·‖A‖ of A, cut to its rank (Golub and Van Loan, <i>Matrix Computations</i>, 4th ed., chapter 5). Float32
 * input is solved in float64 and the solution rounded: more accurate than float32 arithmetic, at the speed of float64.
 *
 * @param solution      X, [n] or [n, k] as B was given
 * @param residualNorms [k] of F64, ‖AX − B‖ of each column, from the products themselves, before X is rounded to F32
 * @param rank          the numerical rank that was used
 * @param condition     of A cut to that rank: σ₁/σ_rank by {@link #bySvd}, else an estimate of κ₁ of its triangular factor,
 *                      never too large but for rounding and mostly within a factor of 3; 1 where the rank is 0. Relative
 *                      errors of A and B are magnified by up to the condition, and by its square times ‖AX − B‖/(‖A‖‖X‖)
 */
public record LeastSquares(Tensor solution, Tensor residualNorms, int rank, double condition) {

    /**
     * By complete orthogonal decomposition, with the rank at tolerance max(m, n)·ε of A's dtype.
     *
     * @param a an F32 or F64 matrix [m, n], finite
     * @param b [m] or [m, k], of A's dtype, finite
     * @throws ShapeException          if the shapes or dtypes do not fit
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public static LeastSquares of(Tensor a, Tensor b) {
        LeastSquaresProblem problem = LeastSquaresProblem.of(a, b);
        return problem.result(problem.byOrthogonalDecomposition(problem.roundingTolerance()));
    }

    /**
     * By complete orthogonal decomposition.
     *
     * <p>A P = Q R with column pivoting; where R is cut to rank r, another QR turns its first r rows into a triangle, and
     * the solution of least norm comes from that (Golub and Van Loan, section 5.5.2). Cost: as {@link PivotedQr} without Q, and
     * 4mr flops per right-hand side; 2nr² more where r is less than n.
     *
     * @param a         an F32 or F64 matrix [m, n], finite
     * @param b         [m] or [m, k], of A's dtype, finite
     * @param tolerance diagonal entries of R up to this times the first count as zero
     * @throws ShapeException          if the shapes or dtypes do not fit
     * @throws InvalidDataException    if an entry is NaN or infinite, or the tolerance negative or NaN
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public static LeastSquares of(Tensor a, Tensor b, double tolerance) {
        MatrixArgument.requireTolerance("least squares", tolerance);
        LeastSquaresProblem problem = LeastSquaresProblem.of(a, b);
        return problem.result(problem.byOrthogonalDecomposition(tolerance));
    }

    /**
     * By the singular value decomposition, with the rank at tolerance max(m, n)·ε of A's dtype.
     *
     * @param a an F32 or F64 matrix [m, n], finite
     * @param b [m] or [m, k], of A's dtype, finite
     * @throws ShapeException          if the shapes or dtypes do not fit
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public static LeastSquares bySvd(Tensor a, Tensor b) {
        LeastSquaresProblem problem = LeastSquaresProblem.of(a, b);
        return problem.result(problem.bySingularValues(problem.roundingTolerance()));
    }

    /**
     * By the singular value decomposition. Cost: as {@link Svd#of}, and 2(m + n)·min(m, n) flops per right-hand side.
     *
     * @param a     an F32 or F64 matrix [m, n], finite
     * @param b     [m] or [m, k], of A's dtype, finite
     * @param rcond singular values up to this times the largest count as zero
     * @throws ShapeException          if the shapes or dtypes do not fit
     * @throws InvalidDataException    if an entry is NaN or infinite, or rcond negative or NaN
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public static LeastSquares bySvd(Tensor a, Tensor b, double rcond) {
        MatrixArgument.requireTolerance("least squares", rcond);
        LeastSquaresProblem problem = LeastSquaresProblem.of(a, b);
        return problem.result(problem.bySingularValues(rcond));
    }

    /**
     * By QR of a matrix of full rank, or of its transpose where it is wide. Cost: 2pq² − 2q³/3 flops with p ≥ q the sizes
     * of A, and 4pq per right-hand side.
     *
     * @param a an F32 or F64 matrix [m, n], finite
     * @param b [m] or [m, k], of A's dtype, finite
     * @throws ShapeException          if the shapes or dtypes do not fit
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws SingularMatrixException if a diagonal entry of R is not above max(m, n)·ε times the largest
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public static LeastSquares byQr(Tensor a, Tensor b) {
        LeastSquaresProblem problem = LeastSquaresProblem.of(a, b);
        return problem.result(problem.byTriangle());
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "least squares: rank %d, condition %.3g, residual norms %s, solution %s",
                rank,
                condition, Summary.ofVector(residualNorms), solution.shape().rank() == 1
                        ? Summary.ofVector(solution)
                        : Summary.of(solution));
    }
}
