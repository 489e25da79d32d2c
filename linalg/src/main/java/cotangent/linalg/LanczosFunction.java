package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.krylov.FunctionErrorBound;
import cotangent.linalg.krylov.LanczosRecurrence;
import cotangent.linalg.krylov.TridiagonalFunction;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.function.DoubleUnaryOperator;

/**
 * f(A)b for a symmetric A by the Lanczos process: ‖b‖·V f(T) e₁.
 *
 * <p>Y. Saad, Analysis of some Krylov subspace approximations to the matrix exponential operator, SIAM J. Numer. Anal. 29 (1992):
 * the result p(A)b is near the best polynomial of its degree on the spectrum, which nobody has to know beforehand. f is called near
 * the Ritz values' interval only, and at 0 where A is known to be positive semidefinite.
 *
 * <p><b>Stopping.</b> Two things must be within the tolerance: how far the result moved over the last few steps (at least 3, a tenth
 * of them), which is what was missing before them; and a bound of what is still missing, wherever in the interval that the Ritz
 * values tell of A's eigenvalues lie ({@link cotangent.linalg.krylov.FunctionErrorBound}). The first alone is deceived where no
 * Ritz value has come yet: exp(−tA)b at a long time t, when A has eigenvalues near 0, is 0 at first. The second knows that there
 * may be such eigenvalues: to 0, where A is declared positive semidefinite, and else to the least Ritz value less its residual. Of a b
 * that is orthogonal to eigenvectors but for rounding neither knows them.
 *
 * <p>Cost: one product a step; all vectors are kept, n numbers of float64 each.
 */
public final class LanczosFunction {
    private static final String NAME = "LanczosFunction";
    private static final int LEAST_LOOKBACK = 3;

    private final DoubleUnaryOperator f;
    private final double tolerance;
    private final int maxSteps;
    private final Reorthogonalization reorthogonalization;
    private final ProgressListener listener;

    private LanczosFunction(DoubleUnaryOperator f, double tolerance, int maxSteps,
            Reorthogonalization reorthogonalization, ProgressListener listener) {
        this.f = f;
        this.tolerance = tolerance;
        this.maxSteps = maxSteps;
        this.reorthogonalization = reorthogonalization;
        this.listener = listener;
    }

    /** The function of an operator, to a relative error of about 1e-10 in at most 200 steps, with full re-orthogonalisation. */
    public static LanczosFunction of(DoubleUnaryOperator f) {
        return new LanczosFunction(f, 1e-10, 200, Reorthogonalization.FULL, ProgressListener.NONE);
    }

    /**
     * The same with a tolerance for the estimated error, relative to the result's norm; 0 for all the steps allowed.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public LanczosFunction tolerance(double relative) {
        if (!(relative >= 0 && relative < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("%s: expected a tolerance from 0, got %s".formatted(NAME, relative));
        }
        return new LanczosFunction(f, relative, maxSteps, reorthogonalization, listener);
    }

    /**
     * The same with so many steps at most.
     *
     * @throws ShapeException if there is not one
     */
    public LanczosFunction maxSteps(int steps) {
        if (steps < 1) {
            throw new ShapeException("%s: expected at least one step, got %d".formatted(NAME, steps));
        }
        return new LanczosFunction(f, tolerance, steps, reorthogonalization, listener);
    }

    /** The same with another way against rounding; without re-orthogonalisation it converges later, to the same. */
    public LanczosFunction reorthogonalization(Reorthogonalization how) {
        return new LanczosFunction(f, tolerance, maxSteps, how, listener);
    }

    /** The same with a listener that is told after each step. */
    public LanczosFunction listener(ProgressListener other) {
        return new LanczosFunction(f, tolerance, maxSteps, reorthogonalization, other);
    }

    /**
     * f(A)b.
     *
     * @param operator known to be symmetric
     * @param b        [n] in its dtype
     * @throws ShapeException       if the operator is not known to be symmetric, or b does not fit it
     * @throws InvalidDataException if b, a product or a value of f is NaN or infinite
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public FunctionProduct apply(LinearOperator operator, Tensor b) {
        return CancelledException.unlessInterrupted(NAME, () -> applied(operator, b));
    }

    private FunctionProduct applied(LinearOperator operator, Tensor b) {
        long started = System.nanoTime();
        double[] start = MatrixFunctions.requireVector(NAME, operator, b);
        CountingOperator counted = CountingOperator.of(operator);
        int n = start.length;
        double norm = Dots.dnrm2(n, start, 0);
        if (norm == 0) {
            return FunctionProduct.of(b, 0, true, 0, counted, "exact: b is zero", started);
        }
        IterativeSolver.divide(start, norm);
        LanczosRecurrence recurrence = new LanczosRecurrence(start, reorthogonalization, true, operator.dtype()
                .unitRoundoff());
        double[] now = {};
        double error = Double.POSITIVE_INFINITY;
        int check = LEAST_LOOKBACK;
        while (!recurrence.finished() && recurrence.size() < maxSteps) {
            CancelledException.throwIfInterrupted(NAME, counted.products(), maxSteps);
            recurrence.advance(MatrixFunctions.product(NAME, counted, recurrence.current()));
            listener.progressed(counted.products(), maxSteps);
            if (recurrence.size() == check || recurrence.size() == maxSteps || recurrence.finished()) {
                check = recurrence.size() + Math.max(LEAST_LOOKBACK, recurrence.size() / 10);
                SymmetricEigen eigen = LanczosDecomposition.eigen(recurrence.alpha(), recurrence.beta());
                double[] before = now;
                now = coefficients(eigen);
                double allowed = tolerance * Dots.dnrm2(now.length, now, 0);
                error = distance(before, now);
                if (error <= allowed && !recurrence.finished()) {
                    double coupling = recurrence.beta()[recurrence.size() - 1];
                    error = Math.max(error, new FunctionErrorBound(eigen, coupling, f).over(operator
                            .positiveSemidefinite()));
                }
                if (error <= allowed) {
                    break;
                }
            }
        }
        return result(counted, recurrence, now, norm, recurrence.finished() ? 0 : error, started);
    }

    private FunctionProduct result(CountingOperator operator, LanczosRecurrence recurrence, double[] coefficients,
            double norm, double error, long started) {
        int steps = coefficients.length;
        boolean converged = error <= tolerance * Dots.dnrm2(steps, coefficients, 0);
        double[] value = recurrence.kept().combine(1, coefficients);
        Dots.dscal(value.length, norm, value, 0);
        String route = "Lanczos: %d steps, %s re-orthogonalisation".formatted(steps, reorthogonalization);
        return FunctionProduct.of(MatrixArgument.result(NAME, operator.dtype(), Shape.of(value.length), value), error
                * norm, converged, steps - 1, operator, route, started);
    }

    /** f(T) e₁. */
    private double[] coefficients(SymmetricEigen eigen) {
        double[] coefficients = TridiagonalFunction.firstColumn(eigen, f);
        for (double coefficient : coefficients) {
            if (!Double.isFinite(coefficient)) {
                throw new InvalidDataException(
                        "%s: f is NaN or infinite on the spectrum, which reaches from %.6g to %.6g"
                                .formatted(NAME, eigen.values()[0], eigen.values()[coefficients.length - 1]));
            }
        }
        return coefficients;
    }

    private static double distance(double[] shorter, double[] longer) {
        double[] difference = longer.clone();
        Dots.daxpy(shorter.length, -1, shorter, 0, difference, 0);
        return shorter.length == 0 ? Double.POSITIVE_INFINITY : Dots.dnrm2(difference.length, difference, 0);
    }
}
