package cotangent.linalg.trace;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;

/**
 * What estimators of a number per row have in common.
 *
 * <p>In accuracy mode the error is that of all entries together: half the widths of their intervals over their values, both in
 * the Euclidean norm ({@link EntrywiseEstimate#relativeHalfWidth}).
 *
 * @param <E> the estimator
 */
public abstract sealed class EntrywiseEstimator<E extends EntrywiseEstimator<E>> extends ProbeEstimator<E> permits
        HutchinsonDiagonal, DiagPlusPlus, XDiag, RowNorms {
    static final int FIRST = 10;

    EntrywiseEstimator(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    final MeteredOperator square(String name, LinearOperator operator) {
        Traces.requireSquare(name, operator);
        return MeteredOperator.of(name, operator, sampling);
    }

    /** Whether to begin with the unit vectors: where the budget, or in accuracy mode a first round, pays for them. */
    final boolean exactAtOnce(int dimension, int firstRound) {
        return sampling.budget() >= dimension && (!accuracy.asked() || dimension <= firstRound);
    }

    final EntrywiseEstimate exactDiagonal(MeteredOperator operator) {
        double[] diagonal = operator.exactDiagonal();
        return estimate("diagonal", operator, diagonal, new double[diagonal.length], ErrorBar.EXACT, 0, false, 0,
                "exact: identity basis of dimension " + diagonal.length);
    }

    final EntrywiseEstimate estimate(String name, MeteredOperator operator, double[] values, double[] errors,
            ErrorBar bar, int freedom, boolean positive, int samples, String route) {
        EntrywiseEstimate estimate = new EntrywiseEstimate(name, Tensor.wrap(Shape.of(values.length), values), Tensor
                .wrap(Shape.of(errors.length), errors), bar, freedom, positive, operator.spent(), operator.jvps(),
                operator.vjps(), samples, sampling.seed(), route, operator.elapsed(), true);
        return accuracy.asked() ? estimate.against(accuracy.relativeError(), accuracy.confidence()) : estimate;
    }

    /** How many times wider than allowed the intervals are. */
    final double excess(EntrywiseEstimate estimate) {
        return estimate.relativeHalfWidth(accuracy.confidence()) / accuracy.relativeError();
    }
}
