package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.probe.CancelledException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Gaussian process regression: y = f(x) + ε, f with mean zero and covariance k, ε independent with variance σ² (C. E. Rasmussen and C. K. I.
 * Williams, Gaussian Processes for Machine Learning, 2006, chapter 2). Subtract the mean from targets that have one.
 *
 * <p>Up to the size that {@link KernelSolver} factors everything is exact. Beyond it the posterior comes from conjugate gradients, and
 * the marginal likelihood and its gradient are estimates with error bars, from products with K alone. Immutable.
 */
public final class GaussianProcess {
    private static final String NAME = "GaussianProcess";
    private static final int PROBES = 16;

    private final KernelFunction kernel;
    private final double noise;
    private final KernelSolver solver;
    private final int probes;

    private GaussianProcess(KernelFunction kernel, double noise, KernelSolver solver, int probes) {
        this.kernel = kernel;
        this.noise = noise;
        this.solver = solver;
        this.probes = probes;
    }

    /**
     * A process with a covariance and the variance of the noise.
     *
     * @param noise σ², positive
     * @throws InvalidDataException if it is not positive and finite
     */
    public static GaussianProcess of(KernelFunction kernel, double noise) {
        return new GaussianProcess(kernel, Hyperparameters.requirePositive("noise", noise), KernelSolver.standard(),
                PROBES);
    }

    /** The same with another solver. */
    public GaussianProcess solver(KernelSolver other) {
        return new GaussianProcess(kernel, noise, other, probes);
    }

    /**
     * The same with so many random vectors for the marginal likelihood and its gradient, where these are estimated; the default is
     * 16. Their seed is the solver's.
     *
     * @throws ShapeException if there are fewer than 2
     */
    public GaussianProcess probes(int number) {
        if (number < 2) {
            throw new ShapeException("%s: expected at least 2 probes for an error bar, got %d".formatted(NAME, number));
        }
        return new GaussianProcess(kernel, noise, solver, number);
    }

    /** The kernel's hyperparameters and then {@code noise}. */
    public Hyperparameters hyperparameters() {
        return kernel.hyperparameters().and(new Hyperparameters(List.of("noise"), new double[]{noise}));
    }

    /**
     * The same process with other hyperparameters.
     *
     * @param values in the order of {@link #hyperparameters}
     * @throws ShapeException       if there are more or fewer
     * @throws InvalidDataException if one is not positive and finite
     */
    public GaussianProcess with(double... values) {
        hyperparameters().requireCount(values.length);
        int last = values.length - 1;
        return new GaussianProcess(kernel.with(Arrays.copyOf(values, last)), Hyperparameters.requirePositive("noise",
                values[last]), solver, probes);
    }

    /** The covariance of f. */
    public KernelFunction kernel() {
        return kernel;
    }

    /** σ². */
    public double noise() {
        return noise;
    }

    KernelSolver solver() {
        return solver;
    }

    int probes() {
        return probes;
    }

    /**
     * The posterior, given data.
     *
     * @param x [n, ...] as the kernel takes it
     * @param y [n], of x's dtype
     * @throws ShapeException                                   if shapes or dtypes do not fit
     * @throws InvalidDataException                             if a number is NaN or infinite
     * @throws cotangent.linalg.NotPositiveDefiniteException if K + σ²I turns out not to be positive definite, when factored
     * @throws CancelledException                               if the thread is interrupted
     */
    public GaussianProcessPosterior fit(Tensor x, Tensor y) {
        KernelOperator operator = KernelOperator.of(kernel, x);
        Inputs.requireTargets(NAME, operator.rows(), x.dtype(), y);
        if (y.rank() != 1) {
            throw new ShapeException("%s: expected targets [%d], got %s; fit outputs one by one".formatted(NAME,
                    operator.rows(), y.type()));
        }
        return CancelledException.unlessInterrupted(NAME, () -> new GaussianProcessPosterior(this, operator, x, y,
                solver.prepare(operator, noise)));
    }

    /** The hyperparameters that make data most likely, from here, by 100 iterations at most; see {@link HyperparameterSearch}. */
    public HyperparameterSearch maximizeLikelihood(Tensor x, Tensor y) {
        return HyperparameterSearch.run(this, x, y, 100);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "GaussianProcess: %s, noise %.4g", kernel, noise);
    }
}
