package cotangent.linalg.trace;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;

/**
 * The Frobenius norm of any operator, from ‖A‖_F² = tr AᵀA: ‖Av‖² over probes v.
 *
 * <p>{@link #matvecs} is Hutch++ for AᵀA at one product per probe: with an orthonormal basis Q of the range of Aᵀ·S,
 * ‖A‖_F² = ‖AQ‖_F² + ‖AP‖_F², P = I − QQᵀ, and the second is the mean of ‖APv‖². The budget m is split as in
 * {@link HutchPlusPlus}; the sketch takes products with Aᵀ, which for a symmetric operator is A. {@link #plainMatvecs} is
 * the mean of ‖Av‖² alone.
 *
 * <p>The variance of ‖APv‖² comes from the inner products of the vectors APv of different probes, up to 64 of them, and from
 * the values beyond; the interval is one on a logarithmic scale for the sampled part, which cannot be negative. The error
 * bar of {@link #norm} follows by the delta method.
 *
 * <p>Cost: m products; where m reaches the number of columns n, n products with the unit vectors, exact.
 */
public final class FrobeniusNorm extends ProbeEstimator<FrobeniusNorm> {
    private final boolean deflated;

    private FrobeniusNorm(Sampling sampling, Accuracy accuracy, boolean deflated) {
        super(sampling, accuracy);
        this.deflated = deflated;
    }

    /** An estimator that spends so many products, at least 4, two thirds of them on the leading directions. */
    public static FrobeniusNorm matvecs(int budget) {
        return new FrobeniusNorm(Sampling.matvecs(budget), Accuracy.NONE, true);
    }

    /** An estimator that spends so many products, at least 2, all of them on probes. */
    public static FrobeniusNorm plainMatvecs(int budget) {
        return new FrobeniusNorm(Sampling.matvecs(budget), Accuracy.NONE, false);
    }

    @Override
    FrobeniusNorm with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new FrobeniusNorm(otherSampling, otherAccuracy, deflated);
    }

    /**
     * The square ‖A‖_F², which is what is estimated without bias.
     *
     * @throws cotangent.dsl.ShapeException       if the budget is too small
     * @throws cotangent.dsl.InvalidDataException if the operator is empty or a product is NaN or infinite
     */
    public Estimate squared(LinearOperator operator) {
        return estimate("squared Frobenius norm", operator, Statistic.identity());
    }

    /**
     * The norm ‖A‖_F.
     *
     * @throws cotangent.dsl.ShapeException       if the budget is too small
     * @throws cotangent.dsl.InvalidDataException if the operator is empty or a product is NaN or infinite
     */
    public Estimate norm(LinearOperator operator) {
        return estimate("Frobenius norm", operator, Statistic.squareRoot());
    }

    private Estimate estimate(String name, LinearOperator operator, Statistic statistic) {
        return deflated
                ? deflated(name, operator, !operator.symmetric(), QuadraticForm.squaredNorm(), statistic)
                : plain(name, operator, QuadraticForm.squaredNorm(), statistic);
    }
}
