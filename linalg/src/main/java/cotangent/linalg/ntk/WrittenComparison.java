package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes kernels out, the first one once, and reads every statistic off: exact, in memory for three kernels in float64. */
final class WrittenComparison implements KernelComparison {
    private static final String NAME = "ntk tracker";

    private final EmpiricalNtk first;
    private final Set<TrackedStatistic> statistics;
    private final long seed;
    private final @Nullable Tensor labels;
    private @Nullable WrittenKernel before;

    /** There are labels where they are tracked. */
    WrittenComparison(EmpiricalNtk first, Set<TrackedStatistic> statistics, long seed, @Nullable Tensor labels) {
        this.first = first;
        this.statistics = statistics;
        this.seed = seed;
        this.labels = labels;
    }

    private boolean comparing() {
        return statistics.stream().anyMatch(TrackedStatistic::comparing);
    }

    @Override
    public long plannedPasses() {
        return first.estimates().writtenPasses(true);
    }

    @Override
    public long initialPasses() {
        return comparing() ? plannedPasses() : 0;
    }

    @Override
    public String explain() {
        return "kernel written out, exact%s".formatted(comparing() ? "; the first one once" : "");
    }

    @Override
    public Measured measure(EmpiricalNtk kernel) {
        WrittenKernel now = kernel.estimates().writtenInFull(NAME);
        long passes = now.jvps() + now.vjps();
        WrittenKernel then = before;
        if (then == null) {
            then = comparing() ? first.estimates().writtenInFull(NAME) : now;
            passes += comparing() ? then.jvps() + then.vjps() : 0;
            before = comparing() ? then : null;
        }
        double squares = now.squares();
        Map<TrackedStatistic, Estimate> estimates = KernelComparison.ofTraces(statistics, now.moments(seed, now.trace(),
                squares, Gram.inner(now.matrix(), then.matrix()), squares, then.squares()));
        if (statistics.contains(TrackedStatistic.RELATIVE_CHANGE)) {
            Tensor change = now.matrix().minus(then.matrix());
            estimates.put(TrackedStatistic.RELATIVE_CHANGE, exact(TrackedStatistic.RELATIVE_CHANGE, now, Math.sqrt(Gram
                    .inner(change, change) / then.squares())));
        }
        for (TrackedStatistic statistic : statistics) {
            if (statistic.labelled()) {
                estimates.put(statistic, exact(statistic, now, LabelAlignment.of(kernel, Objects.requireNonNull(labels),
                        statistic).of(now)));
            }
        }
        return new Measured(estimates, passes);
    }

    private Estimate exact(TrackedStatistic statistic, WrittenKernel now, double value) {
        return now.estimate(statistic.label(), value, seed, "");
    }
}
