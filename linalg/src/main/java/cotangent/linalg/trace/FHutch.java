package cotangent.linalg.trace;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;

/**
 * The trace of J·Jᵀ from Jacobian-vector products alone: the mean of ‖Jp‖² over probes p of the parameters' dimension.
 *
 * <p>It is Hutchinson's estimator for JᵀJ, whose trace is that of J·Jᵀ; no reverse pass and no tape are needed. Cost: m
 * jvps; where m reaches the number of columns of J, one jvp per column, exact.
 */
public final class FHutch extends ProbeEstimator<FHutch> {
    private FHutch(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 2. */
    public static FHutch jvps(int budget) {
        return new FHutch(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    FHutch with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new FHutch(otherSampling, otherAccuracy);
    }

    /**
     * The trace of J·Jᵀ.
     *
     * @param jacobian J, [state, parameters]
     * @throws cotangent.dsl.ShapeException       if the budget is under 2 and under the number of columns
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     */
    public Estimate trace(LinearOperator jacobian) {
        return plain("trace", jacobian, QuadraticForm.squaredNorm(), Statistic.identity());
    }
}
