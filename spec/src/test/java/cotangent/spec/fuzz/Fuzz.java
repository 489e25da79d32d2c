package cotangent.spec.fuzz;

import cotangent.dsl.backend.Backend;
import java.io.PrintWriter;
import java.util.function.LongFunction;

/** Compares a backend with the oracle on graph after graph. */
final class Fuzz {
    private final Backend backend;
    private final LongFunction<Sample> samples;

    /**
     * A comparison yet to run.
     *
     * @param samples the sample of each seed
     */
    Fuzz(Backend backend, LongFunction<Sample> samples) {
        this.backend = backend;
        this.samples = samples;
    }

    /** What came of a run: graphs compared, those that failed, elements of their outputs and those of them judged. */
    record Summary(int graphs, int failures, long elements, long judged) {
        @Override
        public String toString() {
            return "%d graphs, %d failures; %d of %d elements judged".formatted(graphs, failures, judged, elements);
        }
    }

    /** Runs the seeds {@code first, first + 1, ...} and reports each failure, made small, as it comes. */
    Summary run(long first, int graphs, PrintWriter report) {
        int failures = 0;
        long elements = 0;
        long judged = 0;
        for (long seed = first; seed < first + graphs; seed++) {
            Outcome outcome = check(seed);
            elements += outcome.elements();
            judged += outcome.judged();
            if (!outcome.agrees()) {
                failures++;
                report.println(outcome.disagreement());
                report.flush();
            }
        }
        return new Summary(graphs, failures, elements, judged);
    }

    /** Runs one seed; a disagreement tells the seed and the smallest graph that shows it. */
    Outcome check(long seed) {
        Comparison comparison = new Comparison(backend);
        Sample sample = samples.apply(seed);
        Outcome outcome = comparison.of(sample);
        if (outcome.agrees()) {
            return outcome;
        }
        Sample small = new Shrinking(candidate -> !comparison.of(candidate).agrees()).shrink(sample);
        return Outcome.wrong("seed %d, backend %s: %s%n%s%s%n%s".formatted(seed, backend.name(), comparison.of(small)
                .disagreement(), small.graph(), inputs(small),
                "in a graph of " + sample.graph().nodes().size()
                        + " nodes: " + outcome.disagreement()));
    }

    private static String inputs(Sample sample) {
        StringBuilder text = new StringBuilder();
        sample.inputs().forEach(input -> text.append("input ").append(input).append('\n'));
        return text.toString();
    }
}
