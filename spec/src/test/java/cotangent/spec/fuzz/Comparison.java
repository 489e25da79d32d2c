package cotangent.spec.fuzz;

import cotangent.dsl.Tensor;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.reference.BoundedTensor;
import cotangent.dsl.reference.ErrorBoundInterpreter;
import cotangent.dsl.reference.UndecidedException;
import java.util.List;
import java.util.Optional;

/** A backend held against the oracle. */
final class Comparison {
    private final Backend backend;

    Comparison(Backend backend) {
        this.backend = backend;
    }

    /**
     * Verifies the sample's graph, runs it with the backend and compares every element with the oracle's bound; a graph
     * that the oracle cannot decide has no element judged.
     */
    Outcome of(Sample sample) {
        Graph graph = GraphVerifier.verify(sample.graph());
        List<BoundedTensor> expected;
        try {
            expected = ErrorBoundInterpreter.run(graph, sample.inputs());
        } catch (UndecidedException e) {
            return new Outcome(graph.outputTypes().stream().mapToInt(type -> type.size()).sum(), 0, "");
        }
        try {
            return compare(expected, backend.compile(graph).run(sample.inputs()));
        } catch (RuntimeException | AssertionError e) {
            StackTraceElement[] trace = e.getStackTrace();
            return Outcome.wrong("threw " + e + (trace.length == 0 ? "" : " at " + trace[0]));
        }
    }

    private static Outcome compare(List<BoundedTensor> expected, List<Tensor> actual) {
        int elements = 0;
        int judged = 0;
        for (int i = 0; i < expected.size(); i++) {
            Optional<String> disagreement = expected.get(i).disagreement(actual.get(i));
            if (disagreement.isPresent()) {
                return Outcome.wrong("output " + i + ": " + disagreement.get());
            }
            elements += expected.get(i).type().size();
            judged += expected.get(i).judgedCount();
        }
        return new Outcome(elements, judged, "");
    }
}
