package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.CountingOperator;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes kernels out, the first one once, and reads every statistic off: exact, at one vjp for each row of the Jacobian and
 * in memory for three kernels in float64.
 */
final class WrittenComparison implements KernelComparison {
    private final EmpiricalNtk first;
    private final Set<TrackedStatistic> statistics;
    private final long seed;
    private final @Nullable Tensor labels;
    private @Nullable Tensor firstGram;

    /** The labels are F64, one number per row of the kernel; there are some where they are tracked. */
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
        return first.rows();
    }

    @Override
    public long initialPasses() {
        return comparing() ? first.rows() : 0;
    }

    @Override
    public String explain() {
        return "the Jacobian written out by %d vjps, exact%s".formatted(first.rows(), comparing()
                ? "; that of the first kernel once"
                : "");
    }

    @Override
    public Measured measure(EmpiricalNtk kernel) {
        long started = System.nanoTime();
        CountingOperator rows = CountingOperator.of(kernel.jacobian());
        CountingOperator firstRows = CountingOperator.of(first.jacobian());
        Tensor gram = Gram.of(rows);
        Tensor before = firstGram;
        if (before == null && comparing()) {
            before = Gram.of(firstRows);
            firstGram = before;
        }
        long passes = rows.vjps() + firstRows.vjps();
        Map<TrackedStatistic, Estimate> estimates = new EnumMap<>(TrackedStatistic.class);
        for (TrackedStatistic statistic : statistics) {
            double value = value(statistic, gram, before == null ? gram : before);
            estimates.put(statistic,
                    new Estimate(statistic.label(), value, 0, ErrorBar.EXACT, 0, 0, passes, 0, passes, 0,
                            seed, explain(), Duration.ofNanos(System.nanoTime() - started), true));
        }
        return new Measured(estimates, passes);
    }

    private double value(TrackedStatistic statistic, Tensor gram, Tensor before) {
        double norm = Math.sqrt(Gram.inner(gram, gram));
        return switch (statistic) {
            case TRACE -> Gram.trace(gram);
            case FROBENIUS_NORM -> norm;
            case EFFECTIVE_RANK -> Math.pow(Gram.trace(gram) / norm, 2);
            case ALIGNMENT -> Gram.inner(gram, before) / norm / Math.sqrt(Gram.inner(before, before));
            case RELATIVE_CHANGE -> {
                Tensor change = gram.minus(before);
                yield Math.sqrt(Gram.inner(change, change)) / Math.sqrt(Gram.inner(before, before));
            }
            case LABEL_ALIGNMENT -> LabelForm.of(Objects.requireNonNull(labels), gram::matmul) / norm;
        };
    }
}
