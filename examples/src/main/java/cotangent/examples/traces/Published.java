package cotangent.examples.traces;

import cotangent.examples.experiment.Quartiles;
import java.util.List;

/**
 * A median relative error of a trace that the literature reports for a model of a family, over seeds of the probes; the network
 * and its inputs were other draws than ours.
 *
 * @param family which model
 * @param method which estimator
 * @param budget products with K really spent, or passes of the one-sided estimators
 * @param error  the median
 */
record Published(Family family, Method method, int budget, double error) {
    /** What there is. */
    static final List<Published> ALL = List.of(new Published(Family.GRU, Method.RHUTCH, 60, 0.0073), new Published(
            Family.GRU, Method.FHUTCH, 60, 0.0034), new Published(Family.GRU, Method.HUTCH_PLUS_PLUS, 45, 0.0080),
            new Published(Family.GRU, Method.HUTCH_PLUS_PLUS, 436, 0.0017), new Published(Family.GRU,
                    Method.HUTCH_PLUS_PLUS, 4_223, 2.2e-5),
            new Published(Family.MLP, Method.HUTCH_PLUS_PLUS, 45, 0.037),
            new Published(Family.MLP, Method.HUTCH_PLUS_PLUS, 110, 0.013), new Published(Family.MLP, Method.RHUTCH, 60,
                    0.022),
            new Published(Family.MLP, Method.FHUTCH, 60, 0.014));

    /** The published figure of a trial, if there is one. */
    static List<Published> of(Family family, Method method, int budget) {
        return ALL.stream()
                .filter(each -> each.family == family && each.method == method && each.budget == budget)
                .toList();
    }

    /** Whether a median found is no worse, within what so many seeds can tell. */
    boolean reachedBy(Quartiles found) {
        return found.medianLow() <= error;
    }
}
