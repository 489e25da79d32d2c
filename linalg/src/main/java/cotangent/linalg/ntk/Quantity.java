package cotangent.linalg.ntk;

import cotangent.linalg.Estimate;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Statistic;

/**
 * A statistic of measured traces, by name.
 *
 * @param name      as estimates have it
 * @param first     the first of the traces it is of
 * @param statistic of those traces
 */
record Quantity(String name, int first, Statistic statistic) {
    static final Quantity TRACE = new Quantity("trace", 0, Statistic.identity());
    static final Quantity FROBENIUS_NORM = new Quantity("Frobenius norm", 1, Statistic.squareRoot());
    static final Quantity EFFECTIVE_RANK = new Quantity("effective rank", 0, Statistic.participationRatio());
    static final Quantity ALIGNMENT = new Quantity("alignment", 0, Statistic.alignment());

    Estimate of(Moments moments) {
        return Estimate.of(name, moments.from(first), statistic);
    }

    Estimate of(Moments moments, Accuracy accuracy) {
        return of(moments).against(accuracy);
    }
}
