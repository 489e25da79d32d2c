package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.NotPositiveDefiniteException;
import cotangent.linalg.probe.CancelledException;
import java.util.List;
import java.util.Locale;

/**
 * The hyperparameters that make data most likely, near where the search began: L-BFGS ({@link LimitedMemoryBfgs}) on the logarithms of
 * the hyperparameters, which stay positive by themselves.
 *
 * <p>It has converged where each derivative is within 1e-4·n, or within two standard errors where it is estimated: the probes are
 * the same in every step, so that the search does not chase their noise. The likelihood may have several maxima; start from
 * several places where that matters. A place where K + σ²I cannot be factored or solved counts as impossible, and the step is halved.
 *
 * @param process     with the best hyperparameters found
 * @param likelihood  there
 * @param iterations  steps
 * @param evaluations of the likelihood and its gradient
 * @param converged   whether the gradient is as small as said
 */
public record HyperparameterSearch(GaussianProcess process, MarginalLikelihood likelihood, int iterations,
        int evaluations, boolean converged) {
    private static final double GRADIENT = 1e-4;

    static HyperparameterSearch run(GaussianProcess start, Tensor x, Tensor y, int maxIterations) {
        return CancelledException.unlessInterrupted("HyperparameterSearch", () -> {
            Objective objective = new Objective(start, x, y);
            double[] logs = start.hyperparameters().values();
            for (int i = 0; i < logs.length; i++) {
                logs[i] = Math.log(logs[i]);
            }
            LimitedMemoryBfgs.Outcome outcome = LimitedMemoryBfgs.minimize(objective::at, logs, maxIterations);
            Place place = (Place) outcome.place();
            return new HyperparameterSearch(place.process, place.likelihood, outcome.iterations(), outcome
                    .evaluations(), place.stationary());
        });
    }

    /** The negative likelihood at some hyperparameters. */
    private record Place(GaussianProcess process, MarginalLikelihood likelihood, int n)
            implements
                LimitedMemoryBfgs.Place {
        @Override
        public double value() {
            return -likelihood.value().value();
        }

        @Override
        public double[] gradient() {
            return likelihood.gradient().stream().mapToDouble(derivative -> -derivative.value()).toArray();
        }

        @Override
        public boolean stationary() {
            List<Estimate> gradient = likelihood.gradient();
            return gradient.stream()
                    .allMatch(derivative -> Math.abs(derivative.value()) <= Math.max(GRADIENT * n, 2 * derivative
                            .standardError()));
        }
    }

    private record Objective(GaussianProcess start, Tensor x, Tensor y) {
        LimitedMemoryBfgs.Place at(double[] logs) {
            double[] values = new double[logs.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.exp(logs[i]);
                if (!(values[i] > 0 && values[i] < Double.POSITIVE_INFINITY)) {
                    return LimitedMemoryBfgs.IMPOSSIBLE;
                }
            }
            GaussianProcess process = start.with(values);
            try {
                return new Place(process, process.fit(x, y).marginalLikelihood(), x.shape().extent(0));
            } catch (NotPositiveDefiniteException | NotConvergedException outOfReach) {
                return LimitedMemoryBfgs.IMPOSSIBLE;
            }
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s%s after %d iterations, %d evaluations%n%s", process, converged
                ? ""
                : " (not converged)", iterations, evaluations, likelihood);
    }
}
