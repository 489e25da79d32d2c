package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.randomized.DiagonalSampler;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A low-rank approximation of a positive semidefinite matrix from its diagonal and a few of its columns, chosen at random by what
 * is left of the diagonal.
 *
 * <p>Y. Chen, E. N. Epperly, J. A. Tropp and R. J. Webber, Randomly pivoted Cholesky, Comm. Pure Appl. Math. 78 (2025; preprint 2023),
 * algorithm 2.1. In expectation its trace error is within 1 + ε of the best rank r's after r/ε + r·log(1/(εη)) columns, η the best relative
 * error (theorem 5.1); there is no matrix that it must see in full. In blocks columns are proposed together and each is taken
 * with the probability that it would have had one at a time (E. N. Epperly, J. A. Tropp and R. J. Webber, Embrace rejection, 2024), so that the
 * block size changes which random numbers are used, not the law.
 *
 * <p>It ends at the rank, or when the trace of what is left is within {@link #tolerance} or n·u of the trace. Cost: as many columns as
 * pivots, and those rejected; 2·n·k² flops.
 */
public final class RandomlyPivotedCholesky {
    private static final String NAME = "RandomlyPivotedCholesky";

    private final int rank;
    private final int blockSize;
    private final double tolerance;
    private final long seed;
    private final ProgressListener listener;

    private RandomlyPivotedCholesky(int rank, int blockSize, double tolerance, long seed, ProgressListener listener) {
        this.rank = rank;
        this.blockSize = blockSize;
        this.tolerance = tolerance;
        this.seed = seed;
        this.listener = listener;
    }

    /**
     * An approximation of so high a rank at most, one column at a time, with seed 0.
     *
     * @throws ShapeException if it is under 1
     */
    public static RandomlyPivotedCholesky rank(int rank) {
        if (rank < 1) {
            throw new ShapeException("%s: expected a rank of at least 1, got %d".formatted(NAME, rank));
        }
        return new RandomlyPivotedCholesky(rank, 1, 0, 0, ProgressListener.NONE);
    }

    /**
     * The same with columns proposed in blocks of so many, where a block costs less than its columns one by one.
     *
     * @throws ShapeException if it is under 1
     */
    public RandomlyPivotedCholesky blockSize(int columns) {
        if (columns < 1) {
            throw new ShapeException("%s: expected blocks of at least 1 column, got %d".formatted(NAME, columns));
        }
        return new RandomlyPivotedCholesky(rank, columns, tolerance, seed, listener);
    }

    /**
     * The same ending early where the trace of what is left is within this times the trace.
     *
     * @throws InvalidDataException if it is not from 0 to 1
     */
    public RandomlyPivotedCholesky tolerance(double relative) {
        if (!(relative >= 0 && relative <= 1)) {
            throw new InvalidDataException("%s: expected a tolerance from 0 to 1, got %s".formatted(NAME, relative));
        }
        return new RandomlyPivotedCholesky(rank, blockSize, relative, seed, listener);
    }

    /** The same with another seed. */
    public RandomlyPivotedCholesky seed(long other) {
        return new RandomlyPivotedCholesky(rank, blockSize, tolerance, other, listener);
    }

    /** The same with a listener that is told after each block of columns; the total is the rank, which rejection may exceed. */
    public RandomlyPivotedCholesky listener(ProgressListener other) {
        return new RandomlyPivotedCholesky(rank, blockSize, tolerance, seed, other);
    }

    /**
     * The approximation of an operator whose diagonal is known; a column is a product with a unit vector.
     *
     * @param operator known to be positive semidefinite
     * @param diagonal [n] in its dtype
     * @throws ShapeException       if it is not known to be positive semidefinite, or the diagonal does not fit it
     * @throws InvalidDataException if an entry is NaN or infinite, or the matrix turns out to be indefinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public LowRankCholesky decompose(LinearOperator operator, Tensor diagonal) {
        int n = operator.rows();
        if (!operator.positiveSemidefinite()) {
            throw new ShapeException(
                    "%s: expected a positive semidefinite operator, got %s; declare it with asPositiveSemidefinite()"
                            .formatted(NAME, operator));
        }
        if (diagonal.rank() != 1 || diagonal.shape().extent(0) != n || diagonal.dtype() != operator.dtype()) {
            throw new ShapeException(
                    "%s: operator is %s[%d, %d], diagonal is %s; expected %s[%d]".formatted(NAME, operator
                            .dtype(), n, n, diagonal.type(), operator.dtype(), n));
        }
        return decompose(diagonal, chosen -> {
            double[] units = new double[n * chosen.length];
            for (int j = 0; j < chosen.length; j++) {
                units[chosen[j] * chosen.length + j] = 1;
            }
            return operator.matmat(Columns.narrowed(operator.dtype(), n, chosen.length, units));
        });
    }

    /**
     * The approximation of a matrix that gives its columns, such as a kernel's.
     *
     * @param diagonal [n], F32 or F64, not negative
     * @param columns  gives for k indices the block [n, k] of these columns, in the diagonal's dtype
     * @throws ShapeException       if a shape does not fit
     * @throws InvalidDataException if an entry is NaN or infinite, or the matrix turns out to be indefinite
     * @throws CancelledException   if the thread is interrupted, between blocks
     */
    public LowRankCholesky decompose(Tensor diagonal, Function<int[], Tensor> columns) {
        if (diagonal.rank() != 1 || !diagonal.dtype().isFloating()) {
            throw new ShapeException("%s: expected a diagonal of f32[n] or f64[n], got %s".formatted(NAME, diagonal
                    .type()));
        }
        return CancelledException.unlessInterrupted(NAME, () -> new Factorization(diagonal, columns).run());
    }

    /** One run; the factor's columns are rows here, float64. */
    private final class Factorization {
        private final long started = System.nanoTime();
        private final Function<int[], Tensor> columns;
        private final DType dtype;
        private final int n;
        private final double[] left;
        private final double trace;
        private final double floor;
        private final int[] pivots;
        private double[] rows;
        private int size;
        private long asked;

        Factorization(Tensor diagonal, Function<int[], Tensor> columns) {
            this.columns = columns;
            this.dtype = diagonal.dtype();
            this.left = diagonal.toDoubles();
            this.n = left.length;
            for (double entry : left) {
                if (!(entry >= 0 && entry < Double.POSITIVE_INFINITY)) {
                    throw new InvalidDataException("%s: expected a diagonal of finite numbers from 0, got %s".formatted(
                            NAME, entry));
                }
            }
            this.trace = DiagonalSampler.sum(left);
            this.floor = n * dtype.unitRoundoff();
            this.pivots = new int[Math.min(rank, n)];
            this.rows = new double[0];
        }

        LowRankCholesky run() {
            DiagonalSampler sampler = new DiagonalSampler(seed);
            while (size < pivots.length && DiagonalSampler.sum(left) > Math.max(tolerance, floor) * trace) {
                CancelledException.throwIfInterrupted(NAME, asked, pivots.length);
                double[] proposed = left.clone();
                int[] candidates = sampler.draw(proposed, Math.min(blockSize, pivots.length - size));
                take(sampler, proposed, candidates);
                listener.progressed(asked, Math.max(asked, pivots.length));
            }
            Tensor factor = Columns.transposed(Tensor.wrap(Shape.of(size, n), Arrays.copyOf(rows, size * n)));
            return new LowRankCholesky(Columns.narrowed(dtype, n, size, Columns.widened(factor)), Arrays.copyOf(pivots,
                    size), DiagonalSampler.sum(left), trace, asked, seed,
                    Duration.ofNanos(System.nanoTime()
                            - started));
        }

        /** Each candidate in turn with the probability that what is left of its diagonal bears to what was proposed. */
        private void take(DiagonalSampler sampler, double[] proposed, int[] candidates) {
            Tensor block = columns.apply(candidates);
            int k = candidates.length;
            if (block.rank() != 2 || block.shape().extent(0) != n || block.shape().extent(1) != k) {
                throw new ShapeException("%s: expected a block of columns [%d, %d], got %s".formatted(NAME, n, k, block
                        .type()));
            }
            asked += k;
            double[] elements = Columns.widened(Columns.transposed(block));
            for (int j = 0; j < k; j++) {
                int pivot = candidates[j];
                boolean taken = sampler.uniform() * proposed[pivot] < left[pivot];
                if (taken && left[pivot] > floor * proposed[pivot]) {
                    add(pivot, Arrays.copyOfRange(elements, j * n, (j + 1) * n));
                }
            }
        }

        private void add(int pivot, double[] column) {
            for (int i = 0; i < size; i++) {
                Dots.daxpy(n, -rows[i * n + pivot], rows, i * n, column, 0);
            }
            double root = Math.sqrt(left[pivot]);
            rows = (size + 1) * (long) n > rows.length ? Arrays.copyOf(rows, Shape.of(2 * size + 1, n).size()) : rows;
            for (int i = 0; i < n; i++) {
                double entry = i == pivot ? root : column[i] / root;
                requirePossible(i, entry);
                rows[size * n + i] = entry;
                left[i] = i == pivot ? 0 : Math.max(0, left[i] - entry * entry);
            }
            for (int i = 0; i < size; i++) {
                rows[size * n + pivots[i]] = 0;
            }
            pivots[size++] = pivot;
        }

        /** A positive semidefinite matrix has |a_ij|² ≤ a_ii·a_jj, and so has what is left of it, but for rounding. */
        private void requirePossible(int index, double entry) {
            double slack = Math.sqrt(floor) * Math.sqrt(trace);
            if (!(Math.abs(entry) <= 1.5 * Math.sqrt(left[index]) + slack)) {
                throw new InvalidDataException(
                        "%s: expected a positive semidefinite matrix; row %d has an entry of %.3g where what is left of the diagonal allows %.3g"
                                .formatted(NAME, index, entry, Math.sqrt(left[index])));
            }
        }
    }

    @Override
    public String toString() {
        return "RandomlyPivotedCholesky: rank %d, blocks of %d, seed %d".formatted(rank, blockSize, seed);
    }
}
