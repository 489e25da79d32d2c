package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Transposition;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * A low-rank factorization A ≈ L Lᵀ of a symmetric positive semidefinite matrix, by Cholesky's elimination with complete
 * pivoting, stopped early.
 *
 * <p>Each step takes the largest entry that is left on the diagonal; only the diagonal and the pivots' columns of A are ever
 * looked at, so that a matrix that is known by its entries is approximated in O(nk) memory. What is left, A − LLᵀ, is
 * positive semidefinite, and its trace is known exactly. Harbrecht, Peters and Schneider, <i>On the low-rank approximation by
 * the pivoted Cholesky decomposition</i>, Appl. Numer. Math. 62 (2012); Higham, <i>Accuracy and Stability of Numerical
 * Algorithms</i>, 2nd ed., section 10.3. The pivots' rows of L form a lower triangle with a positive, descending diagonal.
 *
 * <p>Elimination also ends where no pivot is above n·ε times A's largest diagonal entry, ε that of the dtype: what is left
 * cannot be told from zero. Float32 input is factored in float64 and L is rounded: more accurate than float32 arithmetic, at the
 * speed of float64. Cost: k columns of A and nk² flops at the speed of memory for rank k.
 */
public final class PivotedCholesky {

    /** Why elimination ended. */
    public enum Stop {
        /** No pivot above rounding was left: L Lᵀ is A to working precision. */
        COMPLETE,
        /** What is left has a trace within the tolerance. */
        TRACE,
        /** The largest rank allowed was reached. */
        RANK
    }

    private final DType dtype;
    private final PivotedElimination elimination;
    private final Stop stop;

    private PivotedCholesky(DType dtype, PivotedElimination elimination, Stop stop) {
        this.dtype = dtype;
        this.elimination = elimination;
        this.stop = stop;
    }

    /**
     * The factorization to working precision.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|, positive semidefinite
     * @throws ShapeException               if {@code a} is no square floating-point matrix
     * @throws InvalidDataException         if an entry is NaN or infinite
     * @throws NotSymmetricException        if {@code a} is not symmetric
     * @throws NotPositiveDefiniteException if a diagonal entry is negative after elimination, beyond rounding, or an
     *                                      entry too large for its diagonal
     */
    public static PivotedCholesky of(Tensor a) {
        return of(a, Integer.MAX_VALUE, 0);
    }

    /**
     * The factorization to a rank or a tolerance, whichever is reached first.
     *
     * @param a             an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|, positive semidefinite
     * @param maxRank       from 0
     * @param relativeTrace ends elimination once tr(A − LLᵀ) ≤ relativeTrace·tr A
     * @throws ShapeException               if {@code a} is no square floating-point matrix, or the rank negative
     * @throws InvalidDataException         if an entry is NaN or infinite, or the tolerance negative or NaN
     * @throws NotSymmetricException        if {@code a} is not symmetric
     * @throws NotPositiveDefiniteException if a diagonal entry is negative after elimination, beyond rounding, or an
     *                                      entry that is checked too large for its diagonal
     */
    public static PivotedCholesky of(Tensor a, int maxRank, double relativeTrace) {
        MatrixArgument matrix = MatrixArgument.symmetric(PivotedElimination.NAME, a);
        int n = matrix.rows();
        double[] entries = matrix.entries();
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++) {
            diagonal[i] = entries[i * n + i];
        }
        PivotedElimination elimination = new PivotedElimination(n, matrix.dtype(), diagonal, j -> Arrays.copyOfRange(
                entries, j * n, (j + 1) * n));
        Stop stop = elimination.run(requireRank(maxRank), requireTolerance(relativeTrace));
        if (stop == Stop.COMPLETE) {
            elimination.requireNothingLeft(entries);
        }
        return new PivotedCholesky(matrix.dtype(), elimination, stop);
    }

    /**
     * The factorization of an operator whose diagonal is known; one product for each unit of rank.
     *
     * @param operator      [n, n], known to be symmetric; declare it with {@link LinearOperator#asPositiveSemidefinite}
     * @param diagonal      [n], of the operator's dtype, finite
     * @param maxRank       from 0
     * @param relativeTrace ends elimination once tr(A − LLᵀ) ≤ relativeTrace·tr A
     * @throws ShapeException               if the operator is not known to be symmetric, the diagonal does not fit, or
     *                                      the rank is negative
     * @throws InvalidDataException         if an entry is NaN or infinite, or the tolerance negative or NaN
     * @throws NotPositiveDefiniteException if a diagonal entry is negative after elimination, beyond rounding
     */
    public static PivotedCholesky of(LinearOperator operator, Tensor diagonal, int maxRank, double relativeTrace) {
        if (!operator.symmetric()) {
            throw new ShapeException("%s: expected a symmetric operator, got %s; declare it with "
                    .formatted(PivotedElimination.NAME, operator) + "asPositiveSemidefinite() if it is one");
        }
        int n = operator.rows();
        if (diagonal.dtype() != operator.dtype() || !diagonal.shape().equals(Shape.of(n))) {
            throw new ShapeException(
                    "%s: expected a diagonal %s[%d], got %s".formatted(PivotedElimination.NAME, operator
                            .dtype(), n, diagonal.type()));
        }
        return of(diagonal, j -> operator.matmat(Columns.identity(operator.dtype(), n, j, j + 1)).reshape(n), maxRank,
                relativeTrace);
    }

    /**
     * The factorization of a matrix that is known by its entries, such as a kernel's.
     *
     * @param diagonal      [n], F32 or F64, finite
     * @param column        gives column j, [n], of the diagonal's dtype, finite; asked once for each unit of rank
     * @param maxRank       from 0
     * @param relativeTrace ends elimination once tr(A − LLᵀ) ≤ relativeTrace·tr A
     * @throws ShapeException               if a shape or dtype does not fit, or the rank is negative
     * @throws InvalidDataException         if an entry is NaN or infinite, or the tolerance negative or NaN
     * @throws NotPositiveDefiniteException if a diagonal entry is negative after elimination, beyond rounding
     */
    public static PivotedCholesky of(Tensor diagonal, IntFunction<Tensor> column, int maxRank, double relativeTrace) {
        DType dtype = diagonal.dtype();
        int n = requireVector(diagonal).shape().extent(0);
        double[] entries = MatrixArgument.rightHandSide(PivotedElimination.NAME, diagonal, n, dtype).entries();
        PivotedElimination elimination = new PivotedElimination(n, dtype, entries, j -> MatrixArgument.rightHandSide(
                PivotedElimination.NAME, requireVector(column.apply(j)), n, dtype).entries());
        return new PivotedCholesky(diagonal.dtype(), elimination, elimination.run(requireRank(maxRank),
                requireTolerance(relativeTrace)));
    }

    private static Tensor requireVector(Tensor vector) {
        if (vector.shape().rank() != 1) {
            throw new ShapeException("%s: expected diagonal and columns as vectors, got shape %s".formatted(
                    PivotedElimination.NAME, vector.shape()));
        }
        return vector;
    }

    private static int requireRank(int maxRank) {
        if (maxRank < 0) {
            throw new ShapeException("%s: expected a largest rank from 0, got %d".formatted(PivotedElimination.NAME,
                    maxRank));
        }
        return maxRank;
    }

    private static double requireTolerance(double relativeTrace) {
        return MatrixArgument.requireTolerance(PivotedElimination.NAME, relativeTrace);
    }

    /** The rank k of L Lᵀ. */
    public int rank() {
        return elimination.rank();
    }

    /** Why elimination ended. */
    public Stop stop() {
        return stop;
    }

    /** L, [n, k], rows in A's order; its rows {@link #pivots} form a lower triangle with a positive diagonal. */
    public Tensor l() {
        int n = elimination.order();
        int k = rank();
        double[] l = new double[n * k];
        Transposition.dcopy(n, k, elimination.unscaledRows(), 0, 1, n, l, 0, k);
        return MatrixArgument.result(PivotedElimination.NAME, dtype, Shape.of(n, k), l);
    }

    /** The rows and columns of A taken as pivots, in order, [k] of I32. */
    public Tensor pivots() {
        return Tensor.wrap(Shape.of(rank()), elimination.pivots());
    }

    /** tr(A − LLᵀ), from 0: what the approximation misses, in the nuclear norm. */
    public double residualTrace() {
        return elimination.residualTrace();
    }

    /** tr A. */
    public double trace() {
        return elimination.trace();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "pivoted Cholesky factorization of %s[%d, %d]: rank %d, residual trace %.3g of %.6g (%s)",
                dtype, elimination.order(), elimination.order(), rank(), residualTrace(), trace(), stop);
    }
}
