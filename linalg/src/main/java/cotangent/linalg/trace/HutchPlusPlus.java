package cotangent.linalg.trace;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;

/**
 * Hutch++: the trace on a sketched subspace exactly, and Hutchinson's estimator on the rest.
 *
 * <p>R. A. Meyer, C. Musco, C. Musco and D. P. Woodruff, Hutch++: optimal stochastic trace estimation, SOSA 2021,
 * algorithm 1. With an orthonormal basis Q of the range of A·S for random S, tr A = tr QᵀAQ + tr PAP with P = I − QQᵀ; the
 * second is the mean of (Pv)ᵀA(Pv). Unbiased for every square A; for a positive semidefinite A the error falls as 1/m, and
 * for any A as the tail of its spectrum allows. The budget m is split into s = ⌊m/3⌋ products for the sketch, s for A·Q
 * and m − 2s probes of the rest.
 *
 * <p>Given Q the probes of the rest are independent samples, and the error bar is that of {@link Hutchinson} for PAP. Where
 * A has rank s or less nothing is left to sample: the error bar is of the size of rounding, and does not cover rounding.
 *
 * <p>Cost: m products, at least 4. Where m reaches the dimension n, n products with the unit vectors, exact.
 */
public final class HutchPlusPlus extends ProbeEstimator<HutchPlusPlus> {
    private HutchPlusPlus(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 4. */
    public static HutchPlusPlus matvecs(int budget) {
        return new HutchPlusPlus(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    HutchPlusPlus with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new HutchPlusPlus(otherSampling, otherAccuracy);
    }

    /**
     * The trace of a square operator.
     *
     * @throws cotangent.dsl.ShapeException       if it is not square, or the budget is under 4 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     */
    public Estimate trace(LinearOperator operator) {
        Traces.requireSquare("HutchPlusPlus", operator);
        return deflated("trace", operator, false, QuadraticForm.trace(), Statistic.identity());
    }
}
