package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.PivotedCholesky.Stop;
import cotangent.linalg.dense.PowerOfTwo;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The elimination behind {@link PivotedCholesky}: 4ᵉA ≈ L Lᵀ, L's columns as rows, from the diagonal and columns of A. */
final class PivotedElimination {

    static final String NAME = "pivoted cholesky";
    private static final int STRIP = 64;

    private final int n;
    /** 4ᵉ brings the largest diagonal entry to order 1, so that no product leaves the range. */
    private final int exponent;
    private final IntFunction<double[]> column;
    /** What is left of 4ᵉA's diagonal. */
    private final double[] diagonal;

    private final double trace;
    /** Up to this a diagonal entry cannot be told from zero. */
    private final double rounding;

    private double[] rows = new double[0];
    private int[] pivots = new int[0];
    private int rank;

    PivotedElimination(int n, DType dtype, double[] diagonal, IntFunction<double[]> column) {
        this.n = n;
        this.column = column;
        this.diagonal = diagonal;
        this.exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(diagonal), 0) / 2;
        PowerOfTwo.scale(n, diagonal, 2 * exponent);
        this.trace = sum(diagonal);
        this.rounding = n * 2 * dtype.unitRoundoff() * PowerOfTwo.largest(diagonal);
        requireNonnegative();
    }

    int order() {
        return n;
    }

    int rank() {
        return rank;
    }

    int[] pivots() {
        return Arrays.copyOf(pivots, rank);
    }

    double trace() {
        return Math.scalb(trace, -2 * exponent);
    }

    double residualTrace() {
        return Math.scalb(Math.max(0, sum(diagonal)), -2 * exponent);
    }

    /** Lᵀ of A itself, rank×n. */
    double[] unscaledRows() {
        double[] result = Arrays.copyOf(rows, rank * n);
        PowerOfTwo.scale(result.length, result, -exponent);
        return result;
    }

    Stop run(int maxRank, double relativeTrace) {
        while (true) {
            int pivot = largest();
            if (pivot < 0 || diagonal[pivot] <= rounding) {
                return Stop.COMPLETE;
            }
            if (sum(diagonal) <= relativeTrace * trace) {
                return Stop.TRACE;
            }
            if (rank >= maxRank) {
                return Stop.RANK;
            }
            eliminate(pivot);
        }
    }

    private int largest() {
        int best = n == 0 ? -1 : 0;
        for (int i = 1; i < n; i++) {
            if (diagonal[i] > diagonal[best]) {
                best = i;
            }
        }
        return best;
    }

    private void eliminate(int pivot) {
        double[] next = column.apply(pivot);
        PowerOfTwo.scale(n, next, 2 * exponent);
        double[] weights = new double[rank];
        for (int l = 0; l < rank; l++) {
            weights[l] = rows[l * n + pivot];
        }
        Gemm.dgemm(1, n, rank, -1, weights, 0, rank, 1, rows, 0, n, 1, 1, next, 0, n);
        double root = Math.sqrt(diagonal[pivot]);
        for (int i = 0; i < n; i++) {
            next[i] /= root;
        }
        for (int l = 0; l < rank; l++) {
            next[pivots[l]] = 0; // eliminated rows hold rounding only
        }
        next[pivot] = root;
        append(pivot, next);
        for (int i = 0; i < n; i++) {
            diagonal[i] -= next[i] * next[i];
        }
        for (int l = 0; l < rank; l++) {
            diagonal[pivots[l]] = 0;
        }
        requireNonnegative();
    }

    private void append(int pivot, double[] row) {
        if (rank == pivots.length) {
            int capacity = (int) Math.min(n, 2L * rank + 8);
            rows = Arrays.copyOf(rows, Math.multiplyExact(capacity, n));
            pivots = Arrays.copyOf(pivots, capacity);
        }
        System.arraycopy(row, 0, rows, rank * n, n);
        pivots[rank++] = pivot;
    }

    /** Small negative entries are rounding; those beyond it prove that A is indefinite. */
    private void requireNonnegative() {
        for (int i = 0; i < n; i++) {
            if (diagonal[i] < -8 * rounding) {
                throw indefinite("diagonal entry %d = %.6g".formatted(i, Math.scalb(diagonal[i], -2 * exponent)), i,
                        diagonal[i]);
            }
        }
    }

    private NotPositiveDefiniteException indefinite(String what, int index, double scaled) {
        return new NotPositiveDefiniteException(
                "%s: expected a positive semidefinite matrix, got %s after %d eliminations; use Eigh, which needs no definiteness"
                        .formatted(NAME, what, rank),
                index, Math.scalb(scaled, -2 * exponent));
    }

    /**
     * Checks that A − LLᵀ, whose diagonal is within rounding of zero, is zero off the diagonal too; {@code a} is destroyed.
     * That a zero diagonal stands beside entries that are not proves a matrix indefinite.
     */
    void requireNothingLeft(double[] a) {
        PowerOfTwo.scale(n * n, a, 2 * exponent);
        for (int top = 0; top < n; top += STRIP) {
            int height = Math.min(STRIP, n - top);
            Gemm.dgemm(height, n, rank, -1, rows, top, 1, n, rows, 0, n, 1, 1, a, top * n, n);
            for (int i = top; i < top + height; i++) {
                for (int j = 0; j < n; j++) {
                    if (Math.abs(a[i * n + j]) > 8 * rounding) {
                        throw indefinite("entry [%d, %d] = %.6g beside a diagonal of rounding size".formatted(i, j, Math
                                .scalb(a[i * n + j], -2 * exponent)), i, diagonal[i]);
                    }
                }
            }
        }
    }

    private static double sum(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += value;
        }
        return sum;
    }
}
