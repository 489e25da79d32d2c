package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
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
    private static final int KRYLOV_BLOCKS = 4;
    private static final int SMALLEST_BUDGET = 20;
    /** Products for the largest singular value before its bound is first looked at, where an accuracy is asked for. */
    private static final int FIRST_HALF = 30;

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
     * power iterations, of a symmetric operator by {@link RandomizedEigh} with a block Krylov space. The standard error joins the first one's with the
     * bound of the second, taken as if it were one: the largest singular value found is never too large, so the stable rank
     * errs upwards. Where the budget reaches the smaller side, the matrix is written out, and the result is exact.
     *
     * <p>In accuracy mode the largest singular value takes products until its bound is within an eighth of the error, and
     * ‖A‖_F² what is then asked for.
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
        boolean asked = sampling.accuracy().asked();
        if (sampling.budget() >= side && (!asked || side <= 2 * SMALLEST_BUDGET)) {
            return exact(counted, sampling, started);
        }
        if (sampling.budget() < SMALLEST_BUDGET) {
            throw new ShapeException("StableRank: expected at least %d products, got %d".formatted(SMALLEST_BUDGET,
                    sampling.budget()));
        }
        int half = asked ? Math.min(FIRST_HALF, sampling.budget() / 2) : sampling.budget() / 2;
        Top top = top(counted, sampling, half);
        requireNonzero(top.norm());
        while (asked && 16 * top.bound() > sampling.accuracy().relativeError() * top.norm()
                && left(sampling, counted) >= 4L * half && 2L * half < side) {
            half *= 2;
            top = top(counted, sampling, half);
        }
        Top found = top;
        Sampling rest = sampling.atMost((int) left(sampling, counted)).accuracy(Accuracy.NONE);
        MomentSampler sampler = MomentSampler.of(counted, rest, QuadraticForm.squaredNorm()).orElse(side);
        boolean transposed = !operator.symmetric();
        Moments squares = asked
                ? sampler.deflated(transposed, moments -> joined(moments, found, counted, started).excess(sampling
                        .accuracy()))
                : sampler.deflated(transposed);
        Estimate estimate = joined(squares, found, counted, started);
        boolean unfinished = asked && estimate.excess(sampling.accuracy()) > 1 && left(sampling, counted) >= side;
        return unfinished ? exact(counted, sampling, started) : estimate.against(sampling.accuracy());
    }

    private static long left(Sampling sampling, CountingOperator operator) {
        return sampling.budget() - operator.products();
    }

    private static Estimate exact(CountingOperator operator, Sampling sampling, long started) {
        int side = Math.min(operator.rows(), operator.columns());
        double value = of(RangeFinder.rank(1).dense(operator));
        return new Estimate("stable rank", value, 0, ErrorBar.EXACT, 0, 0, operator.products(), operator.jvps(),
                operator.vjps(), 0, sampling.seed(), "exact: matrix written out by %d products".formatted(side),
                Duration.ofNanos(System.nanoTime() - started), true);
    }

    /**
     * The largest singular value.
     *
     * @param norm  never too large
     * @param bound how much too small, but for what the next approximation cannot tell
     * @param width vectors it was found with
     */
    private record Top(double norm, double bound, int width) {}

    private static Top top(CountingOperator operator, Sampling sampling, int products) {
        int width = Math.max(1, (products - 1) / (2 * POWER_ITERATIONS + 2));
        if (operator.symmetric()) {
            Eigenpairs pairs = RandomizedEigh.rank(1)
                    .oversampling(width - 1)
                    .blockKrylov(KRYLOV_BLOCKS)
                    .seed(sampling.seed())
                    .decompose(operator);
            return new Top(Math.abs(pairs.values().get(0)), pairs.valueBound(0), width);
        }
        SingularTriplets top = RandomizedSvd.rank(1)
                .oversampling(width - 1)
                .powerIterations(POWER_ITERATIONS)
                .seed(sampling.seed())
                .decompose(operator);
        return new Top(top.values().get(0), top.residuals().get(0), width);
    }

    private static Estimate joined(Moments squares, Top top, CountingOperator counted, long started) {
        double value = squares.value(Statistic.identity()) / top.norm() / top.norm();
        double sampled = squares.standardError(Statistic.identity()) / top.norm() / top.norm();
        double missed = 2 * value * top.bound() / top.norm();
        boolean exact = squares.exact() && missed == 0;
        return new Estimate("stable rank", value, Math.hypot(sampled, missed), exact
                ? ErrorBar.EXACT
                : ErrorBar.SAMPLE, Math.max(1, squares.degreesOfFreedom(Statistic.identity())), 0, counted.products(),
                counted.jvps(), counted.vjps(), Math.max(2, squares.count()), squares.seed(),
                "Frobenius norm: %s; largest singular value: randomized, %d vectors".formatted(squares.route(), top
                        .width()),
                Duration.ofNanos(System.nanoTime() - started), true);
    }

    private static void requireNonzero(double norm) {
        if (norm == 0) {
            throw new InvalidDataException("StableRank: expected a matrix that is not zero or empty; its rank is 0/0");
        }
    }
}
