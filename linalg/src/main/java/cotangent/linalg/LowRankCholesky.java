package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;
import java.util.Locale;

/**
 * A partial Cholesky factorization Â = F Fᵀ of a positive semidefinite matrix A, from some of its columns.
 *
 * <p>A − Â is positive semidefinite, zero in the rows and columns of the pivots, and its trace is known exactly, so that each of
 * ‖A − Â‖₂ ≤ ‖A − Â‖_F ≤ {@code traceError} is a theorem but for rounding.
 *
 * @param factor     F, [n, k] in A's dtype; column j is zero at the pivots before the j-th
 * @param pivots     indices of the k columns, in order
 * @param traceError tr(A − Â), what is left of the diagonal
 * @param trace      tr A
 * @param columns    of A that were asked for, rejected ones included
 * @param seed       of the random numbers
 * @param elapsed    time taken
 */
public record LowRankCholesky(Tensor factor, int[] pivots, double traceError, double trace, long columns, long seed,
        Duration elapsed) {
    /** Number of pivots. */
    public int rank() {
        return pivots.length;
    }

    /** Â as an operator, positive semidefinite; 4·n·k flops a product. */
    public LinearOperator operator() {
        int n = factor.shape().extent(0);
        DType dtype = factor.dtype();
        Tensor wide = Columns.wide(factor);
        Tensor transposed = Columns.transposed(wide);
        return LinearOperator.symmetric(n, dtype, block -> {
            Tensor image = Columns.multiply(wide, Columns.multiply(transposed, Columns.wide(block)));
            return Columns.narrowed(dtype, n, block.shape().extent(1), Columns.widened(image));
        }).asPositiveSemidefinite();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "partial Cholesky factor %s, trace %.6g of which %.2e is left, %d columns",
                factor.type(), trace, traceError, columns);
    }
}
