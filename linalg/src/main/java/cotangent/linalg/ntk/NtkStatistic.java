package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What can be asked of one kernel, by name. */
public enum NtkStatistic {
    /** The sum of the eigenvalues. */
    TRACE("trace"),
    /** The root of the sum of their squares. */
    FROBENIUS_NORM("frobenius-norm"),
    /** (tr K)²/‖K‖_F², the participation ratio. */
    EFFECTIVE_RANK("effective-rank"),
    /** ‖K‖_F²/‖K‖₂². */
    STABLE_RANK("stable-rank"),
    /** The largest eigenvalue over the smallest. */
    CONDITION_NUMBER("condition-number"),
    /** log det(K + λI). */
    LOG_DETERMINANT("log-determinant"),
    /** The share of eigenvalues per unit. */
    SPECTRAL_DENSITY("spectral-density"),
    /** How the eigenvalues fall. */
    SPECTRUM("spectrum");

    private final String label;

    NtkStatistic(String label) {
        this.label = label;
    }

    /**
     * The statistic with a name, such as {@code stable-rank}.
     *
     * @throws InvalidDataException if there is none, naming those there are
     */
    public static NtkStatistic named(String name) {
        return Arrays.stream(values())
                .filter(statistic -> statistic.label.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidDataException("statistics: expected one of %s, got \"%s\"".formatted(Arrays
                                .stream(values())
                                .map(NtkStatistic::toString)
                                .collect(Collectors.joining(", ")), name)));
    }

    /** Its name in words. */
    public String words() {
        return this == FROBENIUS_NORM ? "Frobenius norm" : this == LOG_DETERMINANT ? label : label.replace('-', ' ');
    }

    @Override
    public String toString() {
        return label;
    }
}
