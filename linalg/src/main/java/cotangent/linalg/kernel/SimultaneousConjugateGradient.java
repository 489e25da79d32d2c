package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.StopReason;
import cotangent.linalg.block.BlockProducts;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.Arrays;
import java.util.List;

/**
 * (K + μI) X = B by preconditioned conjugate gradients on all columns of B at once: recurrences of their own, block products in
 * common (J. R. Gardner, G. Pleiss, D. Bindel, K. Q. Weinberger and A. G. Wilson, GPyTorch, NeurIPS 2018, section 4).
 *
 * <p>A product with a kernel's matrix that is made on the fly costs nearly the same for one vector and for ten, so columns that wait for
 * each other are much cheaper than {@link cotangent.linalg.ConjugateGradient} on one after the other; a column that has converged leaves the
 * block. As there, a recurrence that ends is followed by a measured residual and, where that is still too large, by another round;
 * a round that does not halve it ends as {@link StopReason#STAGNATED}. Vectors are float64.
 */
final class SimultaneousConjugateGradient {
    private static final String NAME = "kernel solver";

    private final CountingOperator kernel;
    private final double shift;
    private final LinearOperator preconditioner;
    private final double tolerance;
    private final int maxIterations;
    private final int n;

    SimultaneousConjugateGradient(LinearOperator kernel, double shift, LinearOperator preconditioner, double tolerance,
            int maxIterations) {
        this.kernel = CountingOperator.of(kernel);
        this.shift = shift;
        this.preconditioner = preconditioner;
        this.tolerance = tolerance;
        this.maxIterations = maxIterations;
        this.n = kernel.rows();
    }

    /** One right-hand side, scaled to norm 1, on its way. */
    private static final class Column {
        final double[] b;
        final double size;
        final double[] x;
        double[] r;
        double[] p;
        double rz;
        double residual;
        int iterations;
        boolean done;
        StopReason reason = StopReason.CONVERGED;

        Column(double[] b) {
            this.size = Dots.dnrm2(b.length, b, 0);
            this.b = b;
            for (int i = 0; i < b.length && size > 0; i++) {
                b[i] /= size;
            }
            this.x = new double[b.length];
            this.r = b.clone();
            this.p = new double[b.length];
            this.residual = size > 0 ? 1 : 0;
        }
    }

    /**
     * What it came to.
     *
     * @param x        X, [n, k] row-major
     * @param residual the largest of the columns' ‖b − (K + μ)x‖/‖b‖, measured
     * @param reason   the first that is not CONVERGED, else that
     */
    record Outcome(double[] x, double residual, StopReason reason, int iterations, long products) {}

    /** Solves for B, [n, k] row-major. */
    Outcome solve(double[] b, int k) {
        double[] rows = Columns.widened(Columns.transposed(Tensor.wrap(Shape.of(n, k), b)));
        Column[] columns = new Column[k];
        for (int j = 0; j < k; j++) {
            columns[j] = new Column(Arrays.copyOfRange(rows, j * n, (j + 1) * n));
        }
        List<Column> open = Arrays.stream(columns).filter(column -> column.size > 0).toList();
        while (!open.isEmpty()) {
            round(open);
            open = measured(open);
        }
        return outcome(columns);
    }

    private Outcome outcome(Column[] columns) {
        int k = columns.length;
        double[] x = new double[Shape.of(n, k).size()];
        double residual = 0;
        int iterations = 0;
        StopReason reason = StopReason.CONVERGED;
        for (int j = 0; j < k; j++) {
            for (int i = 0; i < n; i++) {
                x[i * k + j] = columns[j].size * columns[j].x[i];
            }
            residual = Math.max(residual, columns[j].residual);
            iterations = Math.max(iterations, columns[j].iterations);
            reason = reason == StopReason.CONVERGED ? columns[j].reason : reason;
        }
        return new Outcome(x, residual, reason, iterations, kernel.products());
    }

    /** Measures residuals and returns the columns that another round may help. */
    private List<Column> measured(List<Column> open) {
        double[][] images = system(open.stream().map(column -> column.x).toList());
        for (int j = 0; j < images.length; j++) {
            Column column = open.get(j);
            for (int i = 0; i < n; i++) {
                column.r[i] = column.b[i] - images[j][i];
            }
            double before = column.residual;
            column.residual = Dots.dnrm2(n, column.r, 0);
            if (column.residual <= tolerance) {
                column.reason = StopReason.CONVERGED;
            } else if (column.reason == StopReason.CONVERGED && column.residual > 0.5 * before) {
                column.reason = StopReason.STAGNATED;
            }
        }
        return open.stream()
                .filter(column -> column.residual > tolerance && column.reason == StopReason.CONVERGED)
                .toList();
    }

    /** Runs the recurrences, from the residuals measured last, until each says that it has converged or can go no further. */
    private void round(List<Column> open) {
        begin(open);
        List<Column> active = going(open);
        while (!active.isEmpty()) {
            CancelledException.throwIfInterrupted(NAME, kernel.products(), (long) maxIterations * open.size());
            double[][] images = system(active.stream().map(column -> column.p).toList());
            for (int j = 0; j < images.length; j++) {
                advance(active.get(j), images[j]);
            }
            active = going(active);
            turn(active);
            active = going(active);
        }
    }

    private static List<Column> going(List<Column> columns) {
        return columns.stream().filter(column -> !column.done).toList();
    }

    private void begin(List<Column> open) {
        for (Column column : open) {
            column.rz = 0;
            column.done = false;
        }
        turn(open);
    }

    private static void stop(Column column, StopReason reason) {
        column.reason = reason;
        column.done = true;
    }

    private void advance(Column column, double[] q) {
        column.iterations++;
        double curvature = Dots.ddot(n, column.p, 0, q, 0);
        if (!(curvature > 0)) {
            stop(column, StopReason.NOT_POSITIVE_DEFINITE);
            return;
        }
        double length = column.rz / curvature;
        Dots.daxpy(n, length, column.p, 0, column.x, 0);
        Dots.daxpy(n, -length, q, 0, column.r, 0);
        // half of the tolerance: the measured residual differs from the recurrence's by rounding
        if (Dots.dnrm2(n, column.r, 0) <= 0.5 * tolerance) {
            stop(column, StopReason.CONVERGED);
        } else if (column.iterations >= maxIterations) {
            stop(column, StopReason.MAX_MATVECS);
        }
    }

    /** The next direction of each column, p := Mr + (rᵀMr / its last value)·p. */
    private void turn(List<Column> columns) {
        if (columns.isEmpty()) {
            return;
        }
        double[][] preconditioned = split(preconditioner.matmat(joined(columns.stream()
                .map(column -> column.r)
                .toList())));
        for (int j = 0; j < preconditioned.length; j++) {
            Column column = columns.get(j);
            double next = Dots.ddot(n, column.r, 0, preconditioned[j], 0);
            if (!(next > 0)) {
                stop(column, StopReason.PRECONDITIONER_NOT_POSITIVE_DEFINITE);
                continue;
            }
            Dots.dscal(n, column.rz > 0 ? next / column.rz : 0, column.p, 0);
            Dots.daxpy(n, 1, preconditioned[j], 0, column.p, 0);
            column.rz = next;
        }
    }

    /** (K + μI)v of several vectors. */
    private double[][] system(List<double[]> vectors) {
        double[][] images = split(BlockProducts.matmat(kernel, joined(vectors), () -> {}));
        for (int j = 0; j < images.length; j++) {
            Dots.daxpy(n, shift, vectors.get(j), 0, images[j], 0);
            for (double element : images[j]) {
                if (!Double.isFinite(element)) {
                    throw new InvalidDataException(NAME + ": the operator's product is NaN or infinite; check the "
                            + "kernel and its inputs");
                }
            }
        }
        return images;
    }

    private Tensor joined(List<double[]> vectors) {
        int k = vectors.size();
        double[] rows = new double[Shape.of(k, n).size()];
        for (int j = 0; j < k; j++) {
            System.arraycopy(vectors.get(j), 0, rows, j * n, n);
        }
        Tensor block = Columns.transposed(Tensor.wrap(Shape.of(k, n), rows));
        DType dtype = kernel.dtype();
        return dtype == DType.F64 ? block : Columns.narrowed(dtype, n, k, Columns.widened(block));
    }

    private double[][] split(Tensor block) {
        int k = block.shape().extent(1);
        double[] rows = Columns.widened(Columns.transposed(Columns.wide(block)));
        double[][] vectors = new double[k][];
        for (int j = 0; j < k; j++) {
            vectors[j] = Arrays.copyOfRange(rows, j * n, (j + 1) * n);
        }
        return vectors;
    }
}
