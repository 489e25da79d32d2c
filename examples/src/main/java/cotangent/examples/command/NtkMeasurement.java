package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.command.StatisticsOptions.Wanted;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.KernelPlan;
import cotangent.linalg.ntk.KernelStatistics;
import cotangent.linalg.ntk.NtkStatistic;
import cotangent.linalg.ntk.Strategy;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.SpectrumVerdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what the options ask of a kernel. */
final class NtkMeasurement {
    private static final Set<Wanted> SHARED = EnumSet.of(Wanted.TRACE, Wanted.FROBENIUS_NORM, Wanted.EFFECTIVE_RANK);

    private final EmpiricalNtk kernel;
    private final StatisticsOptions options;
    private final Set<Wanted> wanted;
    private final long seed;
    private final Progress progress;
    private final List<Estimate> estimates = new ArrayList<>();

    NtkMeasurement(EmpiricalNtk kernel, StatisticsOptions options, Set<Wanted> wanted, long seed, Progress progress) {
        this.kernel = kernel.by(options.strategy());
        this.options = options;
        this.wanted = wanted;
        this.seed = seed;
        this.progress = progress;
    }

    /** Fails early where the options contradict each other. */
    static void check(StatisticsOptions options, Set<Wanted> wanted) {
        options.sampling(0, (done, total) -> {});
        options.shift();
        boolean oneSided = options.strategy() == Strategy.RHUTCH || options.strategy() == Strategy.FHUTCH;
        if (oneSided && !wanted.equals(EnumSet.of(Wanted.TRACE))) {
            throw new InvalidDataException("--route: %s finds the trace alone; add --statistics trace".formatted(options
                    .strategy()));
        }
        if (oneSided && options.estimator() != Estimator.HUTCH_PLUS_PLUS) {
            throw new InvalidDataException("--route and --estimator: expected one of them, got both");
        }
    }

    private Sampling sampling(String task) {
        return options.sampling(seed, progress.of(task));
    }

    /** The estimates in the order in which they are printed. */
    List<Estimate> estimates(@Nullable EmpiricalNtk other, @Nullable Tensor labels) {
        shared();
        if (wanted.contains(Wanted.STABLE_RANK)) {
            estimates.add(kernel.stableRank(sampling("stable rank")));
        }
        if (wanted.contains(Wanted.CONDITION_NUMBER)) {
            estimates.add(kernel.conditionNumber(options.shift(), sampling("condition number")));
        }
        if (wanted.contains(Wanted.LOG_DETERMINANT)) {
            estimates.add(kernel.logDeterminant(options.shift(), sampling("log-determinant")));
        }
        if (other != null) {
            estimates.add(kernel.alignment(other.by(options.strategy()), sampling("alignment")));
        }
        if (wanted.contains(Wanted.LABEL_ALIGNMENT)) {
            estimates.add(kernel.labelAlignment(required(labels), sampling("label alignment")));
        }
        if (wanted.contains(Wanted.CENTRED_LABEL_ALIGNMENT)) {
            Estimate centred = kernel.centredLabelAlignment(required(labels), sampling("centred label alignment"));
            estimates.add(centred.with("centred label alignment", centred.route()));
        }
        return estimates;
    }

    private static Tensor required(@Nullable Tensor labels) {
        if (labels == null) {
            throw new AssertionError();
        }
        return labels;
    }

    /** Trace, norm and effective rank: from the same products where more than one of them is asked for. */
    private void shared() {
        Set<Wanted> moments = EnumSet.copyOf(SHARED);
        moments.retainAll(wanted);
        boolean told = options.estimator() != Estimator.HUTCH_PLUS_PLUS;
        if (wanted.contains(Wanted.TRACE) && told) {
            Sampling sampling = sampling("trace");
            estimates.add(options.estimator().trace(kernel, sampling));
            moments.remove(Wanted.TRACE);
        }
        if (moments.equals(EnumSet.of(Wanted.TRACE))) {
            estimates.add(kernel.trace(sampling("trace")));
        } else if (!moments.isEmpty()) {
            KernelStatistics all = kernel.statistics(sampling("statistics"));
            for (Wanted moment : moments) {
                estimates.add(switch (moment) {
                    case TRACE -> all.trace();
                    case FROBENIUS_NORM -> all.frobeniusNorm();
                    default -> all.effectiveRank();
                });
            }
        }
    }

    Optional<SpectralDensity> density() {
        return wanted.contains(Wanted.SPECTRAL_DENSITY)
                ? Optional.of(kernel.spectralDensity(sampling("spectral density")))
                : Optional.empty();
    }

    Optional<SpectrumVerdict> verdict() {
        return wanted.contains(Wanted.SPECTRUM)
                ? Optional.of(kernel.spectrum(sampling("spectrum").atMost(Math.clamp(sampling("spectrum").budget(), 12,
                        300))))
                : Optional.empty();
    }

    Optional<Eigenpairs> top(RandomizedEigh solver) {
        return wanted.contains(Wanted.EIGENVALUES)
                ? Optional.of(kernel.topEigenpairs(solver.listener(progress.of("eigenpairs"))))
                : Optional.empty();
    }

    /** How each was found that has a plan; what shares products has one. */
    List<KernelPlan> plans() {
        List<KernelPlan> plans = new ArrayList<>();
        boolean norms = wanted.contains(Wanted.FROBENIUS_NORM) || wanted.contains(Wanted.EFFECTIVE_RANK);
        if (options.explain() && norms) {
            plans.add(kernel.plan(wanted.contains(Wanted.EFFECTIVE_RANK)
                    ? NtkStatistic.EFFECTIVE_RANK
                    : NtkStatistic.FROBENIUS_NORM, sampling("plan")));
        }
        for (NtkStatistic statistic : NtkStatistic.values()) {
            boolean own = switch (statistic) {
                case TRACE -> !norms;
                case FROBENIUS_NORM, EFFECTIVE_RANK, SPECTRUM -> false;
                default -> true;
            };
            if (options.explain() && own && wanted.contains(Wanted.valueOf(statistic.name()))) {
                plans.add(kernel.plan(statistic, sampling("plan")));
            }
        }
        return plans;
    }
}
