package cotangent.linalg.ntk;

import cotangent.linalg.Estimate;
import cotangent.linalg.probe.Moments;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Measures chosen statistics of one kernel after the other, some of them against a first kernel. */
sealed interface KernelComparison permits WrittenComparison, SampledComparison {
    /** The estimates, and the passes through the model that they took. */
    record Measured(Map<TrackedStatistic, Estimate> estimates, long passes) {}

    /** A measurement. */
    Measured measure(EmpiricalNtk kernel);

    /** Passes that a measurement takes. */
    long plannedPasses();

    /** Further passes that the first measurement takes, for what is kept of the first kernel. */
    long initialPasses();

    /** What a measurement does, in words. */
    String explain();

    /** Those of the statistics that traces tell, in the order of {@link TrackedStatistic#quantity}. */
    static Map<TrackedStatistic, Estimate> ofTraces(Set<TrackedStatistic> statistics, Moments moments) {
        Map<TrackedStatistic, Estimate> estimates = new EnumMap<>(TrackedStatistic.class);
        for (TrackedStatistic statistic : statistics) {
            statistic.quantity().ifPresent(quantity -> estimates.put(statistic, quantity.of(moments)));
        }
        return estimates;
    }
}
