package cotangent.linalg.trace;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.NotConvergedException;
import cotangent.linalg.block.Columns;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Split;

/**
 * Non-adaptive Hutch++: no product depends on the result of another, so that all can be taken at once, in one pass over A.
 *
 * <p>R. A. Meyer, C. Musco, C. Musco and D. P. Woodruff, Hutch++: optimal stochastic trace estimation, SOSA 2021,
 * algorithm 2. With random S and R, Z = AR and W = AᵀS, Ã = Z(SᵀZ)⁺Wᵀ approximates A (K. L. Clarkson and D. P. Woodruff,
 * Numerical linear algebra in the streaming model, STOC 2009), and tr A = tr Ã + tr(A − Ã), the second by probes. Of the
 * budget m, ⌊m/4⌋ products go to S, the same to probes (2 at least), the rest to R. Unbiased for every square A; for a
 * positive semidefinite A the error falls as 1/m, with a larger constant than that of {@link HutchPlusPlus}.
 *
 * <p>Given S and R the probes are independent samples, and the error bar is that of {@link Hutchinson} for A − Ã. Where A
 * has rank ⌊m/4⌋ or less nothing is left to sample: the error bar is of the size of rounding, and does not cover rounding.
 *
 * <p>Cost: m products, at least 4, of them ⌊m/4⌋ with the transpose where A is not known to be symmetric. Where m reaches
 * the dimension n, n products with the unit vectors, exact.
 */
public final class NaHutchPlusPlus extends ProbeEstimator<NaHutchPlusPlus> {
    private NaHutchPlusPlus(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends so many products, at least 4. */
    public static NaHutchPlusPlus matvecs(int budget) {
        return new NaHutchPlusPlus(Sampling.matvecs(budget), Accuracy.NONE);
    }

    @Override
    NaHutchPlusPlus with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new NaHutchPlusPlus(otherSampling, otherAccuracy);
    }

    /**
     * The trace of a square operator.
     *
     * @throws cotangent.dsl.ShapeException       if it is not square, or the budget is under 4 and under its dimension
     * @throws cotangent.dsl.InvalidDataException if it is empty or a product is NaN or infinite
     * @throws cotangent.linalg.probe.CancelledException if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator) {
        Traces.requireSquare("NaHutchPlusPlus", operator);
        return split(MeteredOperator.of("estimate", operator, sampling), NaHutchPlusPlus::approximate);
    }

    private static Split approximate(MeteredOperator operator, int products) {
        int n = operator.columns();
        int s = products / 4;
        int width = products - s - Math.max(2, s);
        Tensor left = operator.sketchVectors(0, n, 0, s);
        Tensor w = Columns.wide(operator.transposedProduct(left));
        Tensor z = Columns.wide(operator.product(operator.sketchVectors(1, n, 0, width)));
        double[] core = Columns.inner(Columns.wide(left), z).toDoubles();
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(s, width, core, Extent.THIN);
        if (svd == null || svd.u() == null || svd.vt() == null) {
            throw new NotConvergedException("NaHutchPlusPlus: the singular values of SᵀAR did not converge; please "
                    + "report the operator");
        }
        int rank = svd.values().length;
        double[] inverse = inverse(svd.values(), 2 * width * operator.dtype().unitRoundoff());
        Tensor v = Columns.transposed(Tensor.wrap(Shape.of(rank, width), svd.vt()));
        double[] weighted = v.toDoubles();
        for (int i = 0; i < weighted.length; i++) {
            weighted[i] *= inverse[i % rank];
        }
        Tensor l = Columns.multiply(z, Tensor.wrap(v.shape(), weighted));
        Tensor r = Columns.multiply(w, Tensor.wrap(Shape.of(s, rank), svd.u()));
        return operator.symmetric() ? symmetricPart(l, r) : new Split.LowRank(l, r);
    }

    /** ½(LRᵀ + RLᵀ): the same quadratic form, and closer to a symmetric A. */
    private static Split symmetricPart(Tensor l, Tensor r) {
        Tensor both = Columns.join(r, l);
        double[] half = both.toDoubles();
        for (int i = 0; i < half.length; i++) {
            half[i] *= 0.5;
        }
        return new Split.LowRank(Columns.join(l, r), Tensor.wrap(both.shape(), half));
    }

    /** Reciprocals; 0 for what is rounding beside the largest. */
    private static double[] inverse(double[] values, double precision) {
        double[] inverse = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            inverse[i] = values[i] > precision * values[0] ? 1 / values[i] : 0;
        }
        return inverse;
    }
}
