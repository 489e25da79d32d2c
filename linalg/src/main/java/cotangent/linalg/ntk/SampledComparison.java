package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.DerivativeCost;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures a kernel K by products, with a budget of m: m with K give trace, norm and effective rank; for the alignment, m
 * with the first kernel K₀ besides, on the same probes. The relative change takes m with K − K₀, since a difference of norms
 * is lost in their errors when it is small, and the norm of K₀, which is measured once. The labels take one.
 */
final class SampledComparison implements KernelComparison {
    private final EmpiricalNtk first;
    private final Set<TrackedStatistic> statistics;
    private final Set<TrackedStatistic> shared;
    private final Sampling sampling;
    private final @Nullable Tensor labels;
    private @Nullable Estimate firstNorm;

    /** The labels are of the kernel's dtype, one number per row; there are some where they are tracked. */
    SampledComparison(EmpiricalNtk first, Set<TrackedStatistic> statistics, Sampling sampling,
            @Nullable Tensor labels) {
        this.first = first;
        this.statistics = statistics;
        this.shared = EnumSet.copyOf(statistics);
        this.shared.remove(TrackedStatistic.RELATIVE_CHANGE);
        this.sampling = sampling;
        this.labels = labels;
    }

    private long budget() {
        return Math.min(sampling.budget(), first.rows());
    }

    private boolean aligning() {
        return shared.contains(TrackedStatistic.ALIGNMENT);
    }

    private boolean changing() {
        return statistics.contains(TrackedStatistic.RELATIVE_CHANGE);
    }

    private boolean labelled() {
        return statistics.contains(TrackedStatistic.LABEL_ALIGNMENT);
    }

    @Override
    public long plannedPasses() {
        long products = shared.isEmpty() ? 0 : budget() * (aligning() ? 2 : 1);
        products += changing() ? 2 * budget() : 0;
        products += labelled() ? 1 : 0;
        return products * passes(first.matvecCost());
    }

    @Override
    public long initialPasses() {
        return changing() ? budget() * passes(first.matvecCost()) : 0;
    }

    private static long passes(DerivativeCost cost) {
        return (long) cost.jvps() + cost.vjps();
    }

    @Override
    public String explain() {
        return "products%s%s%s%s".formatted(shared.isEmpty() ? "" : ", %d with the kernel".formatted(budget()),
                aligning()
                        ? ", as many with the first one"
                        : "",
                changing() ? ", %d with their difference".formatted(budget()) : "", labelled()
                        ? ", one with the labels"
                        : "");
    }

    @Override
    public Measured measure(EmpiricalNtk kernel) {
        Map<TrackedStatistic, Estimate> estimates = new EnumMap<>(TrackedStatistic.class);
        long passes = shared.isEmpty() ? 0 : measureShared(kernel, estimates);
        if (changing()) {
            Estimate change = norm(kernel.minus(first));
            passes += change.jvps() + change.vjps();
            Estimate reference = firstNorm;
            if (reference == null) {
                reference = norm(first);
                passes += reference.jvps() + reference.vjps();
                firstNorm = reference;
            }
            estimates.put(TrackedStatistic.RELATIVE_CHANGE, ratio(change, reference));
        }
        return new Measured(estimates, passes);
    }

    /** The statistics from shared probes; the passes they took. */
    private long measureShared(EmpiricalNtk kernel, Map<TrackedStatistic, Estimate> into) {
        Moments moments = aligning()
                ? MomentSampler.of(List.of(kernel, first), List.of(QuadraticForm.trace(), QuadraticForm.squaredNorm(),
                        QuadraticForm.inner(1, 1), QuadraticForm.inner(0, 1)), sampling).deflated(false)
                : MomentSampler.of(kernel, sampling, QuadraticForm.trace(), QuadraticForm.squaredNorm())
                        .deflated(false);
        double form = labelled() ? LabelForm.of(Objects.requireNonNull(labels), kernel::matvec) : 0;
        for (TrackedStatistic statistic : shared) {
            into.put(statistic, switch (statistic) {
                case TRACE -> Estimate.of(statistic.label(), moments, Statistic.identity());
                case FROBENIUS_NORM -> Estimate.of(statistic.label(), moments.from(1), Statistic.squareRoot());
                case EFFECTIVE_RANK ->
                    Estimate.of(statistic.label(), moments, new Picked(Statistic.participationRatio(),
                            aligning() ? 4 : 2, 0, 1));
                case ALIGNMENT ->
                    Estimate.of(statistic.label(), moments, new Picked(Statistic.alignment(), 4, 3, 1, 2));
                case LABEL_ALIGNMENT -> Estimate.of(statistic.label(), moments.from(1), new OverNorm(form));
                case RELATIVE_CHANGE -> throw new AssertionError(statistic);
            });
        }
        return moments.jvps() + moments.vjps() + (labelled() ? passes(kernel.matvecCost()) : 0);
    }

    private Estimate norm(LinearOperator operator) {
        Moments moments = MomentSampler.of(operator, sampling, QuadraticForm.squaredNorm()).deflated(false);
        return Estimate.of("Frobenius norm", moments, Statistic.squareRoot());
    }

    /** The quotient of two norms from different probes; relative errors add in squares. */
    private static Estimate ratio(Estimate change, Estimate reference) {
        double value = change.value() / reference.value();
        double error = Math.hypot(change.standardError(), value * reference.standardError()) / reference.value();
        ErrorBar bar = error == 0 ? ErrorBar.EXACT : ErrorBar.SAMPLE;
        int freedom = change.errorBar() == ErrorBar.EXACT ? reference.degreesOfFreedom() : change.degreesOfFreedom();
        return new Estimate(TrackedStatistic.RELATIVE_CHANGE.label(), value, error, bar, freedom, 0,
                change.numMatvecs(),
                change.jvps(), change.vjps(), change.samples(), change.seed(), change.route(), change.elapsed(), true);
    }

    /** A statistic of some of the traces. */
    private record Picked(Statistic statistic, int count, int... positions) implements Statistic {
        private double[] pick(double[] traces) {
            double[] picked = new double[positions.length];
            for (int i = 0; i < picked.length; i++) {
                picked[i] = traces[positions[i]];
            }
            return picked;
        }

        @Override
        public double value(double[] traces) {
            return statistic.value(pick(traces));
        }

        @Override
        public double[] gradient(double[] traces) {
            double[] inner = statistic.gradient(pick(traces));
            double[] gradient = new double[count];
            for (int i = 0; i < inner.length; i++) {
                gradient[positions[i]] = inner[i];
            }
            return gradient;
        }
    }
}
