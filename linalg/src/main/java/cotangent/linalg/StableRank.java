package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import java.time.Duration;

/**
 * The stable rank ‖A‖_F²/‖A‖₂²: at most the rank, and unlike it continuous (M. Rudelson and R. Vershynin, Sampling from
 * large matrices, Journal of the ACM 54, 2007).
 */
public final class StableRank {
    private static final int POWER_ITERATIONS = 2;
    private static final int SMALLEST_BUDGET = 20;

    private StableRank() {}

    /**
     * The stable rank of a matrix, from its singular values.
     *
     * @throws ShapeException       if it is not a matrix of F32 or F64
     * @throws InvalidDataException if it is zero or empty, or an entry is NaN or infinite
     */
    public static double of(Tensor matrix) {
        double[] values = Svd.values(matrix).toDoubles();
        requireNonzero(values.length > 0 ? values[0] : 0);
        double sum = 0;
        for (double value : values) {
            double ratio = value / values[0];
            sum += ratio * ratio;
        }
        return sum;
    }

    /**
     * The stable rank of an operator.
     *
     * <p>Half of the budget estimates ‖A‖_F², the other half the largest singular value by {@link RandomizedSvd} with 2
     * power iterations. The standard error joins the first one's with the residual of the second, taken as if it were one:
     * the largest singular value found is never too large, so the stable rank errs upwards. Where the budget reaches the
     * smaller side, the matrix is written out, and the result is exact.
     *
     * @param sampling budget (at least 20), seed and law of the probes
     * @throws ShapeException       if the budget is too small
     * @throws InvalidDataException if the operator is zero or empty, or a product is NaN or infinite
     */
    public static Estimate of(LinearOperator operator, Sampling sampling) {
        return CancelledException.unlessInterrupted("StableRank", () -> estimated(operator, sampling));
    }

    private static Estimate estimated(LinearOperator operator, Sampling sampling) {
        long started = System.nanoTime();
        CountingOperator counted = CountingOperator.of(operator);
        int side = Math.min(operator.rows(), operator.columns());
        if (sampling.budget() >= side) {
            double value = of(RangeFinder.rank(1).dense(counted));
            return new Estimate("stable rank", value, 0, ErrorBar.EXACT, 0, 0, counted.products(), counted.jvps(),
                    counted
                            .vjps(),
                    0, sampling.seed(), "exact: matrix written out by %d products".formatted(side), Duration
                            .ofNanos(System.nanoTime() - started),
                    true);
        }
        if (sampling.budget() < SMALLEST_BUDGET) {
            throw new ShapeException("StableRank: expected at least %d products, got %d".formatted(SMALLEST_BUDGET,
                    sampling.budget()));
        }
        int width = (sampling.budget() / 2 - 1) / (2 * POWER_ITERATIONS + 2);
        SingularTriplets top = RandomizedSvd.rank(1)
                .oversampling(width - 1)
                .powerIterations(POWER_ITERATIONS)
                .seed(
                        sampling.seed())
                .decompose(counted);
        Sampling rest = new Sampling((int) (sampling.budget() - counted.products()), sampling.seed(), sampling.law(),
                sampling.blockSize(), sampling.listener());
        Moments squares = MomentSampler.of(counted, rest, QuadraticForm.squaredNorm()).deflated(!operator.symmetric());
        double norm = top.values().get(0);
        requireNonzero(norm);
        double value = squares.value(Statistic.identity()) / norm / norm;
        double sampled = squares.standardError(Statistic.identity()) / norm / norm;
        double missed = 2 * value * top.residuals().get(0) / norm;
        return new Estimate("stable rank", value, Math.hypot(sampled, missed), ErrorBar.SAMPLE, Math.max(1, squares
                .degreesOfFreedom(Statistic.identity())), 0, counted.products(), counted.jvps(), counted.vjps(),
                Math.max(2,
                        squares.count()),
                sampling.seed(), "Frobenius norm: " + squares.route()
                        + "; largest singular value: randomized, " + width + " vectors",
                Duration.ofNanos(System.nanoTime()
                        - started),
                true);
    }

    private static void requireNonzero(double norm) {
        if (norm == 0) {
            throw new InvalidDataException("StableRank: expected a matrix that is not zero or empty; its rank is 0/0");
        }
    }
}
