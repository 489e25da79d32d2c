package cotangent.linalg.ntk;

import cotangent.dsl.InvalidDataException;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How a statistic of a kernel is found. */
public enum Strategy {
    /** Whatever is cheapest by the cost model: an exact way where it costs no more than an estimate. */
    AUTOMATIC("auto"),
    /** Squared norms of gradients without the gradients, and sums of their inner products: trace and norm, exact. */
    NORMS("norms"),
    /** The kernel written out, exact. */
    EXPLICIT("explicit"),
    /** Products with the kernel alone: Hutch++ for the trace, a sketch with probes of the rest, or Lanczos. */
    PRODUCTS("products"),
    /** Vector-Jacobian products alone: ‖Jᵀv‖² over probes of the state; the trace, and inner products of two kernels. */
    RHUTCH("rhutch"),
    /** Jacobian-vector products alone: ‖Jp‖² over probes of the parameters; as {@link #RHUTCH}. */
    FHUTCH("fhutch");

    private final String label;

    Strategy(String label) {
        this.label = label;
    }

    /**
     * The strategy with a name, such as {@code explicit}.
     *
     * @throws InvalidDataException if there is none, naming those there are
     */
    public static Strategy named(String name) {
        return Arrays.stream(values())
                .filter(strategy -> strategy.label.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidDataException("route: expected one of %s, got \"%s\"".formatted(Arrays.stream(
                                values()).map(Strategy::toString).collect(Collectors.joining(", ")), name)));
    }

    @Override
    public String toString() {
        return label;
    }
}
