package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.block.Columns;
import cotangent.linalg.krylov.LanczosRecurrence;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.List;

/**
 * The Lanczos process: a symmetric operator made tridiagonal on the Krylov space of a vector, for f(A)b and for quadrature.
 *
 * <p>C. Lanczos, An iteration method for the solution of the eigenvalue problem, J. Res. Nat. Bur. Standards 45 (1950), in
 * Paige's order of operations. Several vectors go side by side, each with a space of its own, through one block product a
 * step; what comes of one does not depend on the others beyond the rounding of the products.
 *
 * <p>Cost: one product per step and vector; fewer where a space comes to its end. Memory: m·n numbers of float64 a vector
 * where they are kept, else three vectors; work besides as {@link Reorthogonalization} says, and 2·n·m² flops to measure the
 * loss of orthogonality of kept vectors.
 */
public final class LanczosProcess {
    private static final String NAME = "LanczosProcess";

    private final int steps;
    private final Reorthogonalization reorthogonalization;
    private final boolean keep;
    private final ProgressListener listener;

    private LanczosProcess(int steps, Reorthogonalization reorthogonalization, boolean keep,
            ProgressListener listener) {
        this.steps = steps;
        this.reorthogonalization = reorthogonalization;
        this.keep = keep;
        this.listener = listener;
    }

    /**
     * A process of so many steps at most, with full re-orthogonalisation; the basis is not kept for the caller.
     *
     * @throws ShapeException if there is not one step
     */
    public static LanczosProcess steps(int count) {
        if (count < 1) {
            throw new ShapeException(NAME + ": expected at least one step, got " + count);
        }
        return new LanczosProcess(count, Reorthogonalization.FULL, false, ProgressListener.NONE);
    }

    /** The same process with another way against rounding. */
    public LanczosProcess reorthogonalization(Reorthogonalization how) {
        return new LanczosProcess(steps, how, keep, listener);
    }

    /** The same process keeping the basis for the caller, which f(A)b needs. */
    public LanczosProcess keepBasis() {
        return new LanczosProcess(steps, reorthogonalization, true, listener);
    }

    /** The same process with a listener that is told after each step; the total is steps times vectors. */
    public LanczosProcess listener(ProgressListener other) {
        return new LanczosProcess(steps, reorthogonalization, keep, other);
    }

    /**
     * The decomposition from one vector.
     *
     * @param vector [n] in the operator's dtype; the zero vector gives no steps
     * @throws ShapeException       if the operator is not known to be symmetric, or the vector does not fit it
     * @throws InvalidDataException if the vector or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public LanczosDecomposition decompose(LinearOperator operator, Tensor vector) {
        if (vector.rank() != 1) {
            throw new ShapeException("%s: expected a vector [%d], got %s".formatted(NAME, operator.rows(), vector
                    .type()));
        }
        return decomposeEach(operator, vector.reshape(vector.shape().extent(0), 1)).getFirst();
    }

    /**
     * The decompositions from each column of a block, all by the same block products.
     *
     * @param block [n, k] in the operator's dtype
     * @return k decompositions, in order
     * @throws ShapeException       if the operator is not known to be symmetric, or the block does not fit it
     * @throws InvalidDataException if the block or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public List<LanczosDecomposition> decomposeEach(LinearOperator operator, Tensor block) {
        return CancelledException.unlessInterrupted(NAME, () -> decomposed(operator, block));
    }

    private List<LanczosDecomposition> decomposed(LinearOperator operator, Tensor block) {
        int n = operator.rows();
        if (!operator.symmetric()) {
            throw new ShapeException(NAME + ": expected a symmetric operator, got %s; use asSymmetric() if it is "
                    .formatted(operator) + "symmetric nevertheless");
        }
        if (block.rank() != 2 || block.shape().extent(0) != n || block.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s[%d, %d], vectors are %s; expected %s[%d, k]".formatted(NAME,
                    operator.dtype(), n, n, block.type(), operator.dtype(), n));
        }
        int k = block.shape().extent(1);
        double[] starts = finite(Columns.widened(Columns.transposed(block)), "a starting vector");
        double[] norms = new double[k];
        LanczosRecurrence[] recurrences = new LanczosRecurrence[k];
        for (int j = 0; j < k; j++) {
            norms[j] = Dots.dnrm2(n, starts, j * n);
            double[] start = Arrays.copyOfRange(starts, j * n, (j + 1) * n);
            for (int i = 0; i < n && norms[j] > 0; i++) {
                start[i] /= norms[j];
            }
            recurrences[j] = new LanczosRecurrence(start, reorthogonalization, keep, operator.dtype().unitRoundoff());
        }
        run(operator, recurrences, norms);
        LanczosDecomposition[] results = new LanczosDecomposition[k];
        for (int j = 0; j < k; j++) {
            results[j] = new LanczosDecomposition(operator.dtype(), norms[j], recurrences[j], keep);
        }
        return List.of(results);
    }

    private void run(LinearOperator operator, LanczosRecurrence[] recurrences, double[] norms) {
        int n = operator.rows();
        long total = (long) steps * recurrences.length;
        long done = 0;
        for (int step = 0; step < steps; step++) {
            int[] active = active(recurrences, norms);
            if (active.length == 0) {
                return;
            }
            CancelledException.throwIfInterrupted(NAME, done, total);
            double[] rows = new double[Shape.of(active.length, n).size()];
            for (int j = 0; j < active.length; j++) {
                System.arraycopy(recurrences[active[j]].current(), 0, rows, j * n, n);
            }
            double[] products = products(operator, active.length, rows);
            for (int j = 0; j < active.length; j++) {
                recurrences[active[j]].advance(Arrays.copyOfRange(products, j * n, (j + 1) * n));
            }
            done += active.length;
            listener.progressed(done, total);
        }
    }

    private static int[] active(LanczosRecurrence[] recurrences, double[] norms) {
        int[] active = new int[recurrences.length];
        int count = 0;
        for (int j = 0; j < recurrences.length; j++) {
            if (norms[j] > 0 && !recurrences[j].finished()) {
                active[count++] = j;
            }
        }
        return Arrays.copyOf(active, count);
    }

    /** Products with vectors that are rows, as rows. */
    private static double[] products(LinearOperator operator, int k, double[] rows) {
        int n = operator.rows();
        Tensor block = Columns.transposed(Columns.narrowed(operator.dtype(), k, n, rows));
        Tensor product = Columns.transposed(operator.matmat(block));
        return finite(Columns.widened(product), "the operator's product");
    }

    private static double[] finite(double[] elements, String what) {
        for (double element : elements) {
            if (!Double.isFinite(element)) {
                throw new InvalidDataException("%s: %s is NaN or infinite; check parameters and inputs".formatted(NAME,
                        what));
            }
        }
        return elements;
    }

    @Override
    public String toString() {
        return "Lanczos process: %d steps, %s re-orthogonalisation".formatted(steps, reorthogonalization);
    }
}
