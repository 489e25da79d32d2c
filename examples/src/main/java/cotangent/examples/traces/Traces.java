package cotangent.examples.traces;

import cotangent.examples.experiment.Experiment;
import java.util.List;

/** The experiments on trace estimation, one command each. */
public final class Traces {
    private Traces() {}

    /** All of them, with no options set. */
    public static List<Experiment> experiments() {
        return List.of(new TraceError(), new TraceHeadline(), new TraceRatio(), new StatisticError());
    }
}
