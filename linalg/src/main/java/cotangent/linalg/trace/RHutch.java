package cotangent.linalg.trace;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;

/**
 * The trace of J·Jᵀ from vector-Jacobian products alone: the mean of ‖Jᵀv‖² over probes v of the state's dimension.
 *
 * <p>It is Hutchinson's estimator for J·Jᵀ, since vᵀJJᵀv = ‖Jᵀv‖², at half the passes. Cost: m vjps; where m reaches the
 * number of rows of J, one vjp per row, exact.
 */
public final class RHutch extends ProbeEstimator<RHutch> {
    private RHutch(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products with the transpose, at least 2. */
    public static RHutch vjps(int budget) {
        return new RHutch(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    RHutch with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new RHutch(otherSampling, otherAccuracy);
    }

    /**
     * The trace of J·Jᵀ.
     *
     * @param jacobian J, [state, parameters]
     * @throws cotangent.dsl.ShapeException       if the budget is under 2 and under the number of rows
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     */
    public Estimate trace(LinearOperator jacobian) {
        return plain("trace", jacobian.adjoint(), QuadraticForm.squaredNorm(), Statistic.identity());
    }
}
