package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.ntk.Strategy;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is asked of a kernel, how closely and in which way. */
final class StatisticsOptions {
    @Option(names = "--statistics", paramLabel = "NAMES", description = {
            "What to find, with commas: trace, frobenius-norm,",
            "effective-rank, stable-rank, condition-number,", "log-determinant, spectral-density, spectrum,",
            "label-alignment, centred-label-alignment,", "eigenvalues; or all (default: trace,",
            "frobenius-norm,effective-rank,eigenvalues)."})
    private String statistics = "trace,frobenius-norm,effective-rank,eigenvalues";

    @Option(names = "--estimator", paramLabel = "NAME", description = "Of the trace: hutch++, hutchinson, rhutch (vjps only) or fhutch (jvps only) (default: ${DEFAULT-VALUE}).")
    private String estimator = "hutch++";

    @Option(names = "--matvecs", paramLabel = "N", description = "Products to spend on each statistic; at most so many where an error is to be reached (default: 60, or no limit).")
    private @Nullable Integer matvecs;

    @Option(names = "--relative-error", paramLabel = "E", description = "Spend what this error takes, relative to each value (default: none, the products decide).")
    private @Nullable Double relativeError;

    @Option(names = "--confidence", paramLabel = "C", description = "With which the error is kept (default: ${DEFAULT-VALUE}).")
    private double confidence = Accuracy.NONE.confidence();

    @Option(names = "--route", paramLabel = "NAME", description = "auto (the cheapest that will do), explicit (the kernel written out), products, rhutch or fhutch (default: ${DEFAULT-VALUE}).")
    private String route = "auto";

    @Option(names = "--shift", paramLabel = "L", description = "Added to the diagonal for condition-number and log-determinant (default: ${DEFAULT-VALUE}).")
    private double shift = 1;

    @Option(names = "--explain", description = "Also say how each statistic is found, why, and what the other ways would take (default: off).")
    private boolean explain;

    /** What can be asked for, in the order in which it is printed. */
    enum Wanted {
        TRACE, FROBENIUS_NORM, EFFECTIVE_RANK, STABLE_RANK, CONDITION_NUMBER, LOG_DETERMINANT, LABEL_ALIGNMENT, CENTRED_LABEL_ALIGNMENT, SPECTRAL_DENSITY, SPECTRUM, EIGENVALUES;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** What is asked for; of data without labels, all but what needs them is all. */
    Set<Wanted> wanted(boolean labelled) {
        if (statistics.equalsIgnoreCase("all")) {
            Set<Wanted> all = EnumSet.allOf(Wanted.class);
            all.removeAll(labelled ? EnumSet.noneOf(Wanted.class) : LABELLED);
            return all;
        }
        List<String> labels = Arrays.stream(Wanted.values()).map(Wanted::label).toList();
        Set<Wanted> wanted = EnumSet.noneOf(Wanted.class);
        for (String name : statistics.split(",", -1)) {
            wanted.add(Wanted.values()[labels.indexOf(Choice.of("--statistics", name.strip(), labels))]);
        }
        return wanted;
    }

    static final Set<Wanted> LABELLED = EnumSet.of(Wanted.LABEL_ALIGNMENT, Wanted.CENTRED_LABEL_ALIGNMENT);

    Estimator estimator() {
        return Estimator.named(estimator);
    }

    Strategy strategy() {
        return Strategy.named(Choice.of("--route", route, Arrays.stream(Strategy.values())
                .map(Strategy::toString)
                .toList()));
    }

    boolean explain() {
        return explain;
    }

    double shift() {
        if (!(shift >= 0 && shift < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("--shift: expected a number from 0, got " + shift);
        }
        return shift;
    }

    Sampling sampling(long seed, ProgressListener listener) {
        if (matvecs != null && matvecs < 4) {
            throw new InvalidDataException("--matvecs: expected at least 4 products, got " + matvecs);
        }
        int budget = matvecs == null ? 60 : matvecs;
        Sampling sampling = relativeError == null
                ? Sampling.matvecs(budget)
                : Sampling.relativeError(positive(relativeError)).confidence(confidence);
        return (relativeError != null && matvecs != null ? sampling.atMost(budget) : sampling).seed(seed)
                .listener(listener);
    }

    private static double positive(double error) {
        if (error == 0) {
            throw new InvalidDataException("--relative-error: expected a number between 0 and 1, such as 0.01, got 0");
        }
        return error;
    }
}
