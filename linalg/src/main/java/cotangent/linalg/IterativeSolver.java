package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;

/**
 * What the Krylov solvers of A x = b have in common: immutable options, and rounds of refinement.
 *
 * <p>A round solves for the residual measured so far, by the method's recurrence, and adds the correction. A recurrence's own
 * residual drifts from the true one by rounding; so a round that ends is followed by a product that measures b − Ax, and by
 * another round where that is still too large. A round that does not halve the residual ends the run as
 * {@link StopReason#STAGNATED}. In most runs there is one round. Vectors are kept in float64.
 *
 * @param <S> the solver
 */
public abstract sealed class IterativeSolver<S extends IterativeSolver<S>> permits ConjugateGradient, Minres, Lsmr {
    private static final long LEAST_MATVECS = 100;

    final Options options;

    /**
     * Options.
     *
     * @param tolerance  for ‖b − Ax‖/‖b‖
     * @param maxMatvecs products at most; 0 for 10 times the larger side, and at least 100
     */
    record Options(double tolerance, long maxMatvecs, ProgressListener listener) {
        Options {
            if (!(tolerance > 0 && tolerance < 1)) {
                throw new InvalidDataException(
                        "solver: expected a relative tolerance between 0 and 1, such as 1e-8, got "
                                + tolerance);
            }
        }

        long limit(LinearOperator operator) {
            return maxMatvecs > 0 ? maxMatvecs
                    : Math.max(LEAST_MATVECS, 10L * Math.max(operator.rows(), operator.columns()));
        }
    }

    /**
     * What one round came to.
     *
     * @param correction to x
     * @param reason     why it ended; {@link StopReason#CONVERGED} is the recurrence's word
     * @param iterations steps
     */
    record Round(double[] correction, StopReason reason, int iterations) {}

    IterativeSolver(Options options) {
        this.options = options;
    }

    abstract S with(Options other);

    abstract void requireOperator(LinearOperator operator);

    /**
     * Solves A d = r for a measured residual r.
     *
     * @param tolerance for the recurrence's residual relative to ‖r‖
     * @param limit     products that the operator may have counted at most
     */
    abstract Round round(CountingOperator operator, double[] r, double tolerance, long limit);

    /**
     * The same solver with so many products at most, measuring included, at least 3; the default is 10 times the larger side
     * and at least 100.
     *
     * @throws ShapeException if it is under 3
     */
    public final S maxMatvecs(long products) {
        if (products < 3) {
            throw new ShapeException("solver: expected at least 3 products, got " + products);
        }
        return with(new Options(options.tolerance, products, options.listener));
    }

    /** The same solver with a listener that is told after each step; the total is the most it may take. */
    public final S listener(ProgressListener listener) {
        return with(new Options(options.tolerance, options.maxMatvecs, listener));
    }

    /**
     * Solves A x = b.
     *
     * @param b [rows] in the operator's dtype
     * @return x [columns] with its residual and the reason it stopped; no exception where it did not converge
     * @throws ShapeException       if the operator does not suit the method, or b does not fit it
     * @throws InvalidDataException if b or a product is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public final LinearSolution solve(LinearOperator operator, Tensor b) {
        return CancelledException.unlessInterrupted(name(), () -> solved(operator, b));
    }

    private LinearSolution solved(LinearOperator operator, Tensor b) {
        requireOperator(operator);
        long started = System.nanoTime();
        double[] right = rightHandSide(operator, b);
        double size = Dots.dnrm2(right.length, right, 0);
        CountingOperator counted = CountingOperator.of(operator);
        if (size == 0) {
            return result(counted, new double[operator.columns()], 0, 0, StopReason.CONVERGED, 0, started);
        }
        // a right-hand side of norm 1 keeps inner products from over- and underflow
        divide(right, size);
        return refine(counted, right, size, started);
    }

    private LinearSolution refine(CountingOperator operator, double[] b, double size, long started) {
        long limit = options.limit(operator);
        double[] x = new double[operator.columns()];
        double[] residual = b.clone();
        double norm = 1;
        int iterations = 0;
        StopReason reason;
        do {
            double[] direction = residual.clone();
            divide(direction, norm);
            // half of what is missing: the measured residual differs from the recurrence's by rounding
            Round round = round(operator, direction, 0.5 * options.tolerance / norm, limit - 1);
            iterations += round.iterations;
            Dots.daxpy(x.length, norm, round.correction, 0, x, 0);
            residual = product(operator, x);
            for (int i = 0; i < residual.length; i++) {
                residual[i] = b[i] - residual[i];
            }
            double before = norm;
            norm = Dots.dnrm2(residual.length, residual, 0);
            reason = reason(round, norm, before);
        } while (reason == StopReason.MAX_MATVECS && operator.products() < limit - 2);
        return result(operator, x, norm, size, reason, iterations, started);
    }

    /** {@link StopReason#MAX_MATVECS} also stands for a round to follow. */
    private StopReason reason(Round round, double norm, double before) {
        if (norm <= options.tolerance) {
            return StopReason.CONVERGED;
        }
        if (round.reason != StopReason.CONVERGED) {
            return round.reason;
        }
        return norm > 0.5 * before ? StopReason.STAGNATED : StopReason.MAX_MATVECS;
    }

    private LinearSolution result(CountingOperator operator, double[] x, double relative, double size,
            StopReason reason, int iterations, long started) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= size;
        }
        Tensor solution = MatrixArgument.result(name(), operator.dtype(), Shape.of(x.length), x);
        return new LinearSolution(solution, relative * size, relative, reason, iterations, operator.products(), operator
                .jvps(), operator.vjps(), Duration.ofNanos(System.nanoTime() - started));
    }

    final String name() {
        return getClass().getSimpleName();
    }

    private double[] rightHandSide(LinearOperator operator, Tensor b) {
        if (b.rank() != 1 || b.shape().extent(0) != operator.rows() || b.dtype() != operator.dtype()) {
            throw new ShapeException("%s: operator is %s[%d, %d], right-hand side is %s; expected %s[%d]".formatted(
                    name(), operator.dtype(), operator.rows(), operator.columns(), b.type(), operator.dtype(), operator
                            .rows()));
        }
        double[] elements = b.toDoubles();
        requireFinite(elements, "the right-hand side");
        return elements;
    }

    final double[] product(LinearOperator operator, double[] vector) {
        if (operator instanceof CountingOperator counted) {
            CancelledException.throwIfInterrupted(name(), counted.products(), options.limit(operator));
        }
        double[] product = operator.matmat(Columns.narrowed(operator.dtype(), vector.length, 1, vector.clone()))
                .toDoubles();
        requireFinite(product, "the operator's product");
        return product;
    }

    private void requireFinite(double[] elements, String what) {
        for (int i = 0; i < elements.length; i++) {
            if (!Double.isFinite(elements[i])) {
                throw new InvalidDataException("%s: %s is %s at element %d; check parameters and inputs".formatted(
                        name(), what, elements[i], i));
            }
        }
    }

    static void requireSymmetric(String name, LinearOperator operator) {
        if (!operator.symmetric()) {
            throw new ShapeException("%s: expected a symmetric operator, got %s; use Lsmr, or asSymmetric() if it is "
                    .formatted(name, operator) + "symmetric nevertheless");
        }
    }

    static void divide(double[] vector, double by) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= by;
        }
    }

    @Override
    public final String toString() {
        return "%s to a relative residual of %.1e".formatted(name(), options.tolerance);
    }
}
