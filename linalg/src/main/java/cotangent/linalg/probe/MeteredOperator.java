package cotangent.linalg.probe;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;

/**
 * An operator at work in one estimate: its products go through in blocks, are counted against a budget, reported to the
 * listener and refused where they are NaN or infinite; between two blocks the estimate can be cancelled.
 */
public final class MeteredOperator {
    private final String computation;
    private final CountingOperator operator;
    private final Sampling sampling;
    private final long started = System.nanoTime();
    private long planned;

    private MeteredOperator(String computation, CountingOperator operator, Sampling sampling) {
        this.computation = computation;
        this.operator = operator;
        this.sampling = sampling;
        this.planned = sampling.budget();
    }

    /**
     * An operator with nothing spent yet.
     *
     * @param computation for messages
     * @throws InvalidDataException if the operator is empty
     */
    public static MeteredOperator of(String computation, LinearOperator operator, Sampling sampling) {
        if (operator.rows() == 0 || operator.columns() == 0) {
            throw new InvalidDataException("%s: expected an operator that is not empty, got %s[%d, %d]".formatted(
                    computation, operator.dtype(), operator.rows(), operator.columns()));
        }
        return new MeteredOperator(computation, CountingOperator.of(operator), sampling);
    }

    /** Number of rows. */
    public int rows() {
        return operator.rows();
    }

    /** Number of columns: the length of probes. */
    public int columns() {
        return operator.columns();
    }

    /** Element type of the vectors. */
    public DType dtype() {
        return operator.dtype();
    }

    /** Whether it is known to be symmetric. */
    public boolean symmetric() {
        return operator.symmetric();
    }

    /** Whether it is known to be symmetric with no negative eigenvalue. */
    public boolean positiveSemidefinite() {
        return operator.positiveSemidefinite();
    }

    /** What the estimate may spend, and its random numbers. */
    public Sampling sampling() {
        return sampling;
    }

    /** Says how many products there will be in all, for the listener; the budget until then. */
    public void plan(long products) {
        planned = products;
    }

    /** A·V for a block [columns, k] of any width; k products. */
    public Tensor product(Tensor block) {
        return product(block, false);
    }

    /** Aᵀ·U for a block [rows, k] of any width; k products. */
    public Tensor transposedProduct(Tensor block) {
        return product(block, !operator.symmetric());
    }

    private Tensor product(Tensor block, boolean transposed) {
        int width = sampling.blockFor(operator);
        int k = block.shape().extent(1);
        Tensor product = Columns.narrowed(dtype(), transposed ? columns() : rows(), 0, new double[0]);
        for (int from = 0; from < k; from += width) {
            Tensor part = Columns.range(block, from, Math.min(k, from + width));
            Tensor image = transposed ? operator.rmatmat(part) : operator.matmat(part);
            requireFinite(image);
            product = k <= width ? image : Columns.join(product, image);
            report();
        }
        return product;
    }

    private void requireFinite(Tensor product) {
        for (double square : Columns.dots(product, product)) {
            if (!Double.isFinite(square)) {
                throw new InvalidDataException(
                        "%s: the operator's product is NaN or infinite; check parameters and inputs"
                                .formatted(computation));
            }
        }
    }

    private void report() {
        sampling.listener().progressed(spent(), planned);
        if (spent() < planned) {
            CancelledException.throwIfInterrupted(computation, spent(), planned);
        }
    }

    /** The matrix itself, float64 [rows, columns], by as many products with unit vectors as the smaller side has. */
    public Tensor dense() {
        boolean byRows = rows() < columns();
        int side = Math.min(rows(), columns());
        plan(spent() + side);
        Tensor units = Columns.identity(dtype(), side, 0, side);
        Tensor product = Columns.wide(byRows ? transposedProduct(units) : product(units));
        return byRows ? Columns.transposed(product) : product;
    }

    /** The trace of a square operator, exact: a product with each unit vector. */
    public double exactTrace() {
        int n = columns();
        plan(spent() + n);
        int width = sampling.blockFor(operator);
        double trace = 0;
        for (int from = 0; from < n; from += width) {
            Tensor units = Columns.identity(dtype(), n, from, Math.min(n, from + width));
            for (double entry : Columns.dots(units, product(units))) {
                trace += entry;
            }
        }
        return trace;
    }

    /** The diagonal of a square operator, exact: a product with each unit vector. */
    public double[] exactDiagonal() {
        int n = columns();
        plan(spent() + n);
        int width = sampling.blockFor(operator);
        double[] diagonal = new double[n];
        for (int from = 0; from < n; from += width) {
            Tensor units = Columns.identity(dtype(), n, from, Math.min(n, from + width));
            double[] entries = Columns.dots(units, product(units));
            System.arraycopy(entries, 0, diagonal, from, entries.length);
        }
        return diagonal;
    }

    /** Probes {@code from, ..., to - 1} that are measured. */
    public Tensor probes(int from, int to) {
        return sampling.measured().block(dtype(), columns(), from, to);
    }

    /**
     * Random vectors for a sketch, independent of the probes.
     *
     * @param sketch which of several independent ones
     * @param length of the vectors
     */
    public Tensor sketchVectors(int sketch, int length, int from, int to) {
        return sampling.sketched(sketch).block(dtype(), length, from, to);
    }

    /** How many vectors go through at once. */
    public int blockWidth() {
        return sampling.blockFor(operator);
    }

    /** An empty block of vectors of a length. */
    public Tensor none(int length) {
        return Tensor.wrap(Shape.of(length, 0), new double[0]);
    }

    /** Products so far, of both kinds. */
    public long spent() {
        return operator.products();
    }

    /** What is left of the budget. */
    public long left() {
        return sampling.budget() - spent();
    }

    /** Forward-mode passes so far. */
    public long jvps() {
        return operator.jvps();
    }

    /** Reverse-mode passes so far. */
    public long vjps() {
        return operator.vjps();
    }

    /** Time since the estimate began. */
    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }
}
