package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.StopReason;
import cotangent.linalg.block.Columns;
import cotangent.linalg.probe.CancelledException;

/**
 * A Gaussian process given data: mean and variance of f at other inputs, and how likely the data were.
 *
 * <p>With C = K + σ²I the mean is k(x*, X)·C⁻¹y and the covariance k(x*, x*') − k(x*, X)·C⁻¹·k(X, x*') (Rasmussen and Williams, equations
 * 2.25 and 2.26).
 */
public final class GaussianProcessPosterior {
    private static final String NAME = "GaussianProcessPosterior";
    /** Inputs whose variances are solved for side by side. */
    private static final int BLOCK = 128;

    private final GaussianProcess process;
    private final KernelOperator operator;
    private final Tensor x;
    private final Tensor y;
    private final RegularizedSystem system;
    private final KernelSolution solution;

    GaussianProcessPosterior(GaussianProcess process, KernelOperator operator, Tensor x, Tensor y,
            RegularizedSystem system) {
        this.process = process;
        this.operator = operator;
        this.x = x;
        this.y = y;
        this.system = system;
        this.solution = system.solve(y);
    }

    /** The process. */
    public GaussianProcess process() {
        return process;
    }

    /** C⁻¹y and how it was found: residual, reason for stopping, cost. */
    public KernelSolution solution() {
        return solution;
    }

    /**
     * The mean of f at other inputs.
     *
     * @param inputs [m, ...]
     * @return [m]
     * @throws ShapeException       if the inputs do not fit the kernel
     * @throws InvalidDataException if an input is NaN or infinite
     */
    public Tensor mean(Tensor inputs) {
        return KernelOperator.cross(process.kernel(), inputs, x).memoryBudget(0).matvec(solution.weights());
    }

    /**
     * The variance of f at other inputs; of observations there, σ² more. Cost: n² flops an input where C was factored, else a
     * solution of a system each, 128 side by side.
     *
     * @param inputs [m, ...]
     * @return [m], not negative
     * @throws ShapeException        if the inputs do not fit the kernel
     * @throws InvalidDataException  if an input is NaN or infinite
     * @throws NotConvergedException if a system was not solved to the tolerance
     */
    public Tensor variance(Tensor inputs) {
        Inputs.requireSet(NAME, inputs);
        return CancelledException.unlessInterrupted(NAME, () -> {
            int m = inputs.shape().extent(0);
            double[] variances = process.kernel().diagonal(inputs).toDoubles();
            for (int from = 0; from < m; from += BLOCK) {
                int to = Math.min(m, from + BLOCK);
                Tensor cross = Columns.wide(process.kernel().block(x, Inputs.rows(inputs, from, to)));
                double[] explained = explained(cross);
                for (int j = 0; j < explained.length; j++) {
                    variances[from + j] = Math.max(0, variances[from + j] - explained[j]);
                }
            }
            return Columns.narrowed(inputs.dtype(), m, 1, variances).reshape(m);
        });
    }

    /** kᵀC⁻¹k of each column k of a block [n, m]. */
    private double[] explained(Tensor cross) {
        int m = cross.shape().extent(1);
        if (system instanceof FactoredSystem factored) {
            Tensor half = Tensor.wrap(cross.shape(), factored.halfSolve(Columns.widened(cross), m));
            return Columns.dots(half, half);
        }
        return Columns.dots(cross, Tensor.wrap(cross.shape(), solved(cross)));
    }

    private double[] solved(Tensor cross) {
        int m = cross.shape().extent(1);
        return switch (system) {
            case FactoredSystem factored -> factored.solve(Columns.widened(cross), m);
            case PreconditionedSystem preconditioned -> {
                SimultaneousConjugateGradient.Outcome outcome = preconditioned.solve(Columns.widened(cross), m);
                if (outcome.reason() != StopReason.CONVERGED) {
                    throw new NotConvergedException(
                            "%s: a variance's system stopped with %s at a relative residual of %.2e after %d iterations; raise the preconditioner's rank or the tolerance"
                                    .formatted(NAME, outcome.reason(), outcome.residual(), outcome.iterations()));
                }
                yield outcome.x();
            }
        };
    }

    /**
     * The covariance of f between other inputs.
     *
     * @param inputs [m, ...]
     * @return [m, m], symmetric to the bit
     * @throws ShapeException        if the inputs do not fit the kernel
     * @throws InvalidDataException  if an input is NaN or infinite
     * @throws NotConvergedException if a system was not solved to the tolerance
     */
    public Tensor covariance(Tensor inputs) {
        Inputs.requireSet(NAME, inputs);
        return CancelledException.unlessInterrupted(NAME, () -> {
            int m = inputs.shape().extent(0);
            int n = operator.rows();
            Tensor cross = Columns.wide(process.kernel().block(x, inputs));
            double[] covariance = process.kernel().block(inputs, inputs).toDoubles();
            Gemm.dgemm(m, m, n, -1, Columns.widened(cross), 0, 1, m, solved(cross), 0, m, 1, 1, covariance, 0, m);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < i; j++) {
                    double mean = 0.5 * (covariance[i * m + j] + covariance[j * m + i]);
                    covariance[i * m + j] = mean;
                    covariance[j * m + i] = mean;
                }
            }
            return Columns.narrowed(inputs.dtype(), m, m, covariance);
        });
    }

    /**
     * The logarithm of the data's likelihood, −yᵀC⁻¹y/2 − log det C/2 − n log(2π)/2, and its gradient by the logarithm of each
     * hyperparameter: exact where C was factored, else estimated.
     *
     * @throws NotConvergedException if a system was not solved to the tolerance
     */
    public MarginalLikelihood marginalLikelihood() {
        return CancelledException.unlessInterrupted(NAME, () -> switch (system) {
            case FactoredSystem factored -> ExactLikelihood.of(process, operator, factored, y);
            case PreconditionedSystem preconditioned -> StochasticLikelihood.of(process, operator, preconditioned, y);
        });
    }

    @Override
    public String toString() {
        return "posterior of %s, given %s; %s".formatted(process, Shape.of(operator.rows()), solution);
    }
}
