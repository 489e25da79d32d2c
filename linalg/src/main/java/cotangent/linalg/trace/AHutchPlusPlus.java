package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.SplitSampler;
import cotangent.linalg.probe.SplitSamples;
import cotangent.linalg.probe.Statistic;

/**
 * Adaptive Hutch++: as many products for the sketch as make the whole cheapest, and as many probes of the rest as an error
 * with a stated probability of failure asks for.
 *
 * <p>D. Persson, A. Cortinovis and D. Kressner, Improved variants of the Hutch++ algorithm for trace estimation, SIAM J. Matrix
 * Anal. Appl. 43 (2022), algorithm 3. For Gaussian probes (the default) and M = PAP, P = I − QQᵀ, the mean of vᵀMv over m
 * probes is further than ε from tr M with a probability of at most δ/2 where m ≥ 4 log(4/δ)/ε² · (‖M‖_F² + ε‖M‖₂)
 * (A. Cortinovis and D. Kressner, On randomized trace estimates for indefinite matrices, Foundations of Computational
 * Mathematics 22 (2022), theorem 1; the factor 4 there is 8 for signs). The sketch grows while 2k + m falls, with ‖M‖_F²
 * = ‖A‖_F² + ‖QᵀAQ‖_F² − 2‖AQ‖_F²; then probes follow until there are enough, for ‖M‖_F² at most the mean of ‖Mv‖² over α_m,
 * where P(χ²_m &lt; α_m·m) = δ/2, and ‖M‖₂ ≤ ‖M‖_F. So the value is within ε of the trace with a probability of about 1 − δ at
 * least, and mostly much closer: the theorem is for a fixed number of probes.
 *
 * <p>{@link #absoluteError} and {@link #relativeError} say ε, {@link #confidence} 1 − δ. An error relative to the trace is
 * taken of its current estimate. Without an error the budget alone decides: the sketch grows while the variance that is
 * predicted for the rest of the budget falls.
 *
 * <p>The error bar of the result is that of {@link Hutchinson} for M: given Q, the probes are independent samples; that they
 * are counted by their own spread it leaves out. {@link Estimate#converged} says whether ε was reached in the sense above.
 *
 * <p>Cost: 2k for k directions and one for each probe, at most the budget m, at least 4, and in budget mode just that. Where
 * the budget pays for the unit vectors, and these cost no more than the probes would, they take their place, exact.
 */
public final class AHutchPlusPlus extends ProbeEstimator<AHutchPlusPlus> {
    /** Sizes of the sketch without a new minimum after which it stops growing. */
    private static final int PATIENCE = 3;
    private static final int FIRST_PROBES = 10;

    private final double absoluteError;

    private AHutchPlusPlus(Sampling sampling, Accuracy accuracy, double absoluteError) {
        super(sampling, accuracy);
        this.absoluteError = absoluteError;
    }

    /** An estimator that spends at most so many products, at least 4, on Gaussian probes. */
    public static AHutchPlusPlus matvecs(int budget) {
        return new AHutchPlusPlus(Sampling.matvecs(budget).probes(Probes.GAUSSIAN), Accuracy.NONE, 0);
    }

    /**
     * The same estimator with an absolute error to reach; 0 for none.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public AHutchPlusPlus absoluteError(double error) {
        if (!(error >= 0 && error < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("absoluteError: expected a number from 0, got " + error);
        }
        return new AHutchPlusPlus(sampling, accuracy, error);
    }

    /**
     * The same estimator with a probability of missing its error; 0.05 unless told. Another word for {@link #confidence}.
     *
     * @throws InvalidDataException if it is not between 0 and 1
     */
    public AHutchPlusPlus failureProbability(double delta) {
        return confidence(1 - delta);
    }

    @Override
    AHutchPlusPlus with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new AHutchPlusPlus(otherSampling, otherAccuracy, absoluteError);
    }

    /**
     * The trace of a square operator.
     *
     * @throws cotangent.dsl.ShapeException       if it is not square, or the budget is under 4 and under its dimension
     * @throws InvalidDataException               if it is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator) {
        return CancelledException.unlessInterrupted("AHutchPlusPlus", () -> estimated(operator));
    }

    private Estimate estimated(LinearOperator operator) {
        Traces.requireSquare("AHutchPlusPlus", operator);
        MeteredOperator metered = MeteredOperator.of("AHutchPlusPlus", operator, sampling);
        boolean asked = accuracy.asked() || absoluteError > 0;
        int n = operator.columns();
        if (sampling.budget() >= n && (!asked || n <= 3 * FIRST_PROBES)) {
            return exact(metered);
        }
        Exchangeable.requireBudget("AHutchPlusPlus", sampling.budget(), 4);
        return asked ? toAccuracy(metered) : toBudget(metered);
    }

    private Estimate exact(MeteredOperator operator) {
        return Estimate.of("trace", new SplitSampler(operator, (o, m) -> {
            throw new AssertionError(m);
        }).exact(), Statistic.identity());
    }

    private Estimate toBudget(MeteredOperator operator) {
        GrowingSketch sketch = new GrowingSketch(operator);
        int block = Math.max(1, sampling.budget() / 30);
        double least = Double.POSITIVE_INFINITY;
        int worse = 0;
        while (worse < 2 && affordable(operator, block)) {
            long probes = operator.left();
            sketch.grow(block);
            double variance = sketch.freshSquare() / probes;
            worse = variance < least ? 0 : worse + 1;
            least = Math.min(least, variance);
        }
        SplitSamples samples = new SplitSamples(operator, sketch.split());
        samples.extend((int) operator.left());
        return Estimate.of("trace", samples.moments(), Statistic.identity());
    }

    /** Whether another block leaves two probes, and a tenth of the budget for them. */
    private boolean affordable(MeteredOperator operator, int block) {
        return operator.left() - 2L * block >= Math.max(2, sampling.budget() / 10);
    }

    /** Whether another block would take the sketch beyond half the cost of the unit vectors, where these can be paid for. */
    private static boolean exactIsNear(MeteredOperator operator, GrowingSketch sketch) {
        return operator.left() >= operator.columns() && 4L * (sketch.size() + block(sketch)) > operator.columns();
    }

    private Estimate toAccuracy(MeteredOperator operator) {
        GrowingSketch sketch = new GrowingSketch(operator);
        while (affordable(operator, block(sketch)) && !exactIsNear(operator, sketch) && stillFalling(sketch)) {
            sketch.grow(block(sketch));
        }
        SplitSamples samples = new SplitSamples(operator, sketch.split());
        long next = Math.min(FIRST_PROBES, operator.left());
        while (true) {
            samples.extend((int) (samples.count() + next));
            Moments moments = samples.moments();
            Estimate estimate = Estimate.of("trace", moments, Statistic.identity());
            double allowed = error(estimate.value());
            long more = needed(samples, allowed) - samples.count();
            if (more <= 0 || operator.left() == 0) {
                return finished(estimate, more <= 0);
            }
            next = Math.min(operator.left(), Math.clamp(more, 1, 2L * samples.count()));
            if (operator.left() >= operator.columns() && more >= operator.columns()) {
                return exact(operator);
            }
        }
    }

    private Estimate finished(Estimate estimate, boolean reached) {
        String said = "%s; within the error but for a probability of %.2g".formatted(estimate.route(), 1 - accuracy
                .confidence());
        return estimate.with(estimate.name(), reached ? said : estimate.route()).converged(reached);
    }

    /** Grows by a quarter, so that few rounds do. */
    private static int block(GrowingSketch sketch) {
        return Math.clamp(sketch.size() / 4, 2, 16);
    }

    /** Whether 2k + m(k), of which only the part that falls with k matters, had its minimum within the last few sizes. */
    private boolean stillFalling(GrowingSketch sketch) {
        int k = sketch.size();
        if (k <= PATIENCE) {
            return true;
        }
        double[] captured = sketch.captured();
        double perSquare = probesPerSquare(error(sketch.knownTrace()));
        int best = 0;
        for (int j = 1; j <= k; j++) {
            if (2.0 * j - perSquare * captured[j] < 2.0 * best - perSquare * captured[best]) {
                best = j;
            }
        }
        return best > k - PATIENCE;
    }

    private double error(double trace) {
        double relative = accuracy.relativeError() * Math.abs(trace);
        return absoluteError > 0 && relative > 0 ? Math.min(absoluteError, relative)
                : Math.max(absoluteError,
                        relative);
    }

    /** 4 log(4/δ)/ε², or 8 for signs. */
    private double probesPerSquare(double error) {
        double delta = 1 - accuracy.confidence();
        return (sampling.law() == Probes.RADEMACHER ? 8 : 4) * Math.log(4 / delta) / error / error;
    }

    /** How many probes are enough, as far as those there are can tell. */
    private long needed(SplitSamples samples, double error) {
        double square = samples.meanSquare();
        if (square == 0) {
            return samples.count();
        }
        double share = ChiSquare.lowerShare(samples.count(), 0.5 * (1 - accuracy.confidence()));
        double norm = Math.sqrt(square / share);
        double enough = probesPerSquare(error) * norm * (norm + error);
        return enough < 1e15 ? (long) Math.ceil(enough) : (long) 1e15;
    }
}
