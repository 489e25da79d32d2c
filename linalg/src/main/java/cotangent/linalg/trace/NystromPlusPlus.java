package cotangent.linalg.trace;

import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Split;
import cotangent.linalg.randomized.NystromFactor;

/**
 * Nyström++: the trace of a positive semidefinite operator's Nyström approximation, and Hutchinson's estimator on the rest.
 *
 * <p>D. Persson, A. Cortinovis and D. Kressner, Improved variants of the Hutch++ algorithm for trace estimation, SIAM J. Matrix
 * Anal. Appl. 43 (2022), algorithm 4. With Â = AΩ(ΩᵀAΩ)⁻¹ΩᵀA from s = ⌊m/2⌋ products, tr A = tr Â + tr(A − Â), and the second
 * is the mean of vᵀ(A − Â)v over the other m − s. Unbiased; the error falls as 1/m. Against {@link HutchPlusPlus} the sketch
 * costs one product a direction, not two. All products can be taken at once: A is seen in one pass.
 *
 * <p>Given Ω the probes are independent samples, and the error bar is that of {@link Hutchinson} for A − Â; its variance is
 * 2‖A − Â‖_F²/(m − s) for normal probes. Where A has rank s or less nothing is left to sample: the error bar is of the size
 * of rounding, and does not cover rounding.
 *
 * <p>Cost: m products, at least 4. Where m reaches the dimension n, n products with the unit vectors, exact.
 */
public final class NystromPlusPlus extends ProbeEstimator<NystromPlusPlus> {
    private NystromPlusPlus(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 4. */
    public static NystromPlusPlus matvecs(int budget) {
        return new NystromPlusPlus(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    NystromPlusPlus with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new NystromPlusPlus(otherSampling, otherAccuracy);
    }

    /**
     * The trace of a positive semidefinite operator.
     *
     * @throws cotangent.dsl.ShapeException       if the budget is under 4 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if it is not known to be positive semidefinite or turns out not to be, it is
     *                                            empty or a product is NaN or infinite
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator) {
        Traces.requireSquare("NystromPlusPlus", operator);
        Traces.requirePositiveSemidefinite("NystromPlusPlus", operator);
        return split(MeteredOperator.of("estimate", operator, sampling), NystromPlusPlus::approximate);
    }

    private static Split approximate(MeteredOperator operator, int products) {
        Tensor probes = operator.sketchVectors(0, operator.columns(), 0, products / 2);
        NystromFactor nystrom = Traces.nystrom("NystromPlusPlus", probes, operator.product(probes));
        double[] scaled = nystrom.factor();
        PowerOfTwo.scale(scaled.length, scaled, -nystrom.exponent());
        Tensor factor = Tensor.wrap(probes.shape(), scaled);
        return new Split.LowRank(factor, factor);
    }
}
