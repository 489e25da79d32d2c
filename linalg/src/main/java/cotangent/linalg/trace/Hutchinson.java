package cotangent.linalg.trace;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;

/**
 * The mean of vᵀAv over random probes v: unbiased for tr A, with a standard error that falls as 1/√m.
 *
 * <p>M. F. Hutchinson, A stochastic estimator of the trace of the influence matrix, Communications in Statistics:
 * Simulation and Computation 19 (1990); D. A. Girard, Numerische Mathematik 56 (1989). For a symmetric operator the
 * variance of vᵀAv is taken from the vectors Av (2‖A‖_F² for normal probes), which tells it better than few skewed values
 * do, with Student's t of as many degrees of freedom as that variance is known to; for other operators, and beyond 64
 * probes, from the values. A 95 % interval covers 93 to 97 % from 6 probes on; with fewer it may cover more.
 *
 * <p>Cost: m products. Where m reaches the dimension n, n products with the unit vectors, and the result is exact.
 */
public final class Hutchinson extends ProbeEstimator<Hutchinson> {
    private Hutchinson(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 2. */
    public static Hutchinson matvecs(int budget) {
        return new Hutchinson(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    Hutchinson with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new Hutchinson(otherSampling, otherAccuracy);
    }

    /**
     * The trace of a square operator.
     *
     * @throws cotangent.dsl.ShapeException       if it is not square, or the budget is under 2 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     */
    public Estimate trace(LinearOperator operator) {
        Traces.requireSquare("Hutchinson", operator);
        return plain("trace", operator, QuadraticForm.trace(), Statistic.identity());
    }
}
