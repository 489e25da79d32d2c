package cotangent.linalg.ntk;

import cotangent.linalg.Estimate;
import java.util.Map;

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
}
