package cotangent.examples.traces;

import cotangent.dsl.InvalidDataException;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.RHutch;
import cotangent.linalg.trace.XTrace;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Ways to estimate the trace of a tangent kernel, each from parameters to number. */
enum Method {
    /** Products with K: a sketch, and probes of the rest. */
    HUTCH_PLUS_PLUS("Hutch++", 2),
    /** Products with K: every probe in the sketch of all others. */
    XTRACE("XTrace", 2),
    /** Vector-Jacobian products alone. */
    RHUTCH("RHutch", 1),
    /** Jacobian-vector products alone, of the linearization. */
    FHUTCH("FHutch", 1),
    /** Jacobian-vector products alone, as a program of the parameters, without linearization or tape. */
    FORWARD("FHutch, no tape", 1),
    /** Jacobian-vector products with probes of its own for each sample. */
    SAMPLES("FHutch, per sample", 1),
    /** Whatever the planner takes, an exact way where that costs no more. */
    PLANNED("planner", 2);

    private final String label;
    private final int passes;

    Method(String label, int passes) {
        this.label = label;
        this.passes = passes;
    }

    /**
     * The methods of names such as {@code hutch++}.
     *
     * @throws InvalidDataException if there is none of a name, naming those there are
     */
    static List<Method> named(String... names) {
        return Arrays.stream(names).map(Method::named).toList();
    }

    private static Method named(String name) {
        return Arrays.stream(values())
                .filter(method -> method.option().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new InvalidDataException("--methods: expected some of %s, got \"%s\"".formatted(
                        Arrays.stream(values()).map(Method::option).collect(Collectors.joining(", ")), name)));
    }

    /** As on the command line, such as {@code hutch++} or {@code fhutch-no-tape}. */
    String option() {
        return label.toLowerCase(Locale.ROOT).replace(",", "").replace(' ', '-');
    }

    /** Passes through the model that one unit of its budget takes: a product with K is a vjp and a jvp. */
    int passesEach() {
        return passes;
    }

    /** The least budget it works with. */
    int least() {
        return switch (this) {
            case HUTCH_PLUS_PLUS, XTRACE -> 4;
            case RHUTCH, FHUTCH, FORWARD, SAMPLES -> 2;
            case PLANNED -> 8;
        };
    }

    /**
     * An estimate, from parameters on: the kernel is linearized anew where the method takes a linearization.
     *
     * @param subject the kernel
     * @param budget  products with K, or one-sided ones
     */
    Estimate estimate(Subject subject, int budget, long seed) {
        EmpiricalNtk kernel = subject.fresh();
        return switch (this) {
            case HUTCH_PLUS_PLUS -> HutchPlusPlus.matvecs(budget).seed(seed).trace(kernel);
            case XTRACE -> XTrace.matvecs(budget).seed(seed).trace(kernel);
            case RHUTCH -> RHutch.vjps(budget).seed(seed).trace(kernel.jacobian());
            case FHUTCH -> FHutch.jvps(budget).seed(seed).trace(kernel.jacobian());
            case FORWARD -> FHutch.jvps(budget)
                    .seed(seed)
                    .trace(subject.forward()
                            .jacobian(subject.model()
                                    .params()));
            case SAMPLES -> subject.forward().trace(subject.model().params(), budget, seed);
            case PLANNED -> kernel.trace(Sampling.matvecs(budget).seed(seed));
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
