package cotangent.linalg.ntk;

import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures a kernel K without writing it out for the comparison, with a budget of m products: trace, norm and effective rank as the
 * planner has them; for the alignment, m with K and m with the first kernel K₀ on the same probes, which tell the others as well.
 * The relative change takes m with K − K₀, since a difference of norms is lost in their errors when it is small, and the norm of
 * K₀, which is measured once.
 */
final class SampledComparison implements KernelComparison {
    private static final String NAME = "ntk tracker";

    private final EmpiricalNtk first;
    private final Set<TrackedStatistic> statistics;
    private final Sampling sampling;
    private final @Nullable Tensor labels;
    private @Nullable Estimate firstNorm;

    /** There are labels where they are tracked. */
    SampledComparison(EmpiricalNtk first, Set<TrackedStatistic> statistics, Sampling sampling,
            @Nullable Tensor labels) {
        this.first = first;
        this.statistics = statistics;
        this.sampling = sampling;
        this.labels = labels;
    }

    private boolean follows(TrackedStatistic statistic) {
        return statistics.contains(statistic);
    }

    /** Whether traces of K are asked for, or its norm for the labels. */
    private boolean measuring() {
        return follows(TrackedStatistic.LABEL_ALIGNMENT) || follows(TrackedStatistic.TARGET_ALIGNMENT) || statistics
                .stream()
                .anyMatch(statistic -> statistic.quantity().isPresent());
    }

    private boolean traced() {
        return follows(TrackedStatistic.TRACE) || follows(TrackedStatistic.EFFECTIVE_RANK);
    }

    /** What the planner is to find of one kernel: the trace apart, where that is cheap and asked for. */
    private Quantity quantity() {
        return traced()
                ? Quantity.EFFECTIVE_RANK
                : Quantity.FROBENIUS_NORM;
    }

    private LabelAlignment alignment(EmpiricalNtk kernel, TrackedStatistic statistic) {
        return LabelAlignment.of(kernel, Objects.requireNonNull(labels), statistic);
    }

    // ---- what it takes

    @Override
    public long plannedPasses() {
        KernelEstimates own = first.estimates();
        long products = own.productPasses(sampling);
        long passes = follows(TrackedStatistic.RELATIVE_CHANGE) ? 2 * products : 0;
        if (follows(TrackedStatistic.ALIGNMENT)) {
            passes += 2 * products + (traced() ? own.tracePasses(sampling) : 0);
        } else if (measuring()) {
            passes += own.plannedPasses(NAME, sampling, quantity());
        }
        for (TrackedStatistic statistic : statistics) {
            if (statistic == TrackedStatistic.CENTRED_TARGET_ALIGNMENT) {
                passes += alignment(first, statistic).plannedPasses(sampling);
            } else if (statistic.labelled()) {
                passes += alignment(first, statistic).innerPasses(sampling);
            }
        }
        return passes;
    }

    @Override
    public long initialPasses() {
        return follows(TrackedStatistic.RELATIVE_CHANGE) ? first.estimates().productPasses(sampling) : 0;
    }

    /** By the planner's cost model, the labels left out, which are no dearer where the kernel is written out. */
    double seconds() {
        KernelEstimates own = first.estimates();
        double products = own.planner().products(Math.min(sampling.budget(), first.rows()));
        double pairs = (follows(TrackedStatistic.ALIGNMENT) ? 2 : 0) + (follows(TrackedStatistic.RELATIVE_CHANGE)
                ? 2
                : 0);
        double one = measuring() && !follows(TrackedStatistic.ALIGNMENT)
                ? own.squaresPlan(NAME, sampling).chosen().seconds()
                : 0;
        double centred = follows(TrackedStatistic.CENTRED_TARGET_ALIGNMENT) ? products : 0;
        return pairs * products + one + centred;
    }

    @Override
    public String explain() {
        String own = follows(TrackedStatistic.ALIGNMENT)
                ? "%d products with the kernel and as many with the first one".formatted(sampling.budget())
                : measuring()
                        ? "traces by way of %s".formatted(first.estimates().squaresPlan(NAME, sampling).chosen().work())
                : "";
        String change = follows(TrackedStatistic.RELATIVE_CHANGE)
                ? "%d with their difference".formatted(sampling.budget())
                : "";
        String separator = own.isEmpty() || change.isEmpty() ? "" : ", ";
        return own + separator + change + (statistics.stream().anyMatch(TrackedStatistic::labelled)
                ? "; vjps of the labels"
                : "");
    }

    // ---- doing it

    @Override
    public Measured measure(EmpiricalNtk kernel) {
        Moments moments = measuring() ? moments(kernel)
                : Moments.exact(new double[0], 0, 0, 0, sampling.seed(), "",
                        Duration.ZERO);
        Map<TrackedStatistic, Estimate> estimates = KernelComparison.ofTraces(statistics, moments);
        long passes = moments.jvps() + moments.vjps();
        if (follows(TrackedStatistic.RELATIVE_CHANGE)) {
            passes += addChange(kernel, estimates);
        }
        for (TrackedStatistic statistic : statistics) {
            if (statistic.labelled()) {
                boolean centred = statistic == TrackedStatistic.CENTRED_TARGET_ALIGNMENT;
                LabelAlignment alignment = alignment(kernel, statistic);
                Estimate found = centred ? alignment.estimate(sampling) : alignment.estimate(sampling, moments);
                estimates.put(statistic, found);
                passes += found.jvps() + found.vjps() - (centred ? 0 : moments.jvps() + moments.vjps());
            }
        }
        return new Measured(estimates, passes);
    }

    /** The traces of {@link TrackedStatistic#quantity}, the first two where there is nothing to align with. */
    private Moments moments(EmpiricalNtk kernel) {
        KernelEstimates own = kernel.estimates();
        if (!follows(TrackedStatistic.ALIGNMENT)) {
            return own.planned(NAME, sampling, quantity());
        }
        Moments shared = MomentSampler.of(List.of(kernel, first), List.of(QuadraticForm.trace(), QuadraticForm
                .squaredNorm(), QuadraticForm.inner(0, 1), QuadraticForm.inner(0, 0), QuadraticForm.inner(1, 1)),
                sampling).deflated(false);
        return traced() ? own.cheapTrace(sampling).map(trace -> shared.with(0, trace)).orElse(shared) : shared;
    }

    /** The passes it took. */
    private long addChange(EmpiricalNtk kernel, Map<TrackedStatistic, Estimate> into) {
        Estimate change = norm(kernel.minus(first));
        long passes = change.jvps() + change.vjps();
        Estimate reference = firstNorm;
        if (reference == null) {
            reference = norm(first);
            passes += reference.jvps() + reference.vjps();
            firstNorm = reference;
        }
        into.put(TrackedStatistic.RELATIVE_CHANGE, ratio(change, reference));
        return passes;
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
}
