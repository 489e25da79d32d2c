package cotangent.dsl.backend;

import cotangent.dsl.ir.Graph;
import java.util.List;

/**
 * Something that can run a graph: the seam between the language and the machine. Found by
 * {@link java.util.ServiceLoader}; see {@link Backends}.
 */
public interface Backend {
    /** The name a user selects it by, such as {@code simd}. */
    String name();

    /** Whether it can run in this JVM on this machine. */
    boolean isAvailable();

    /** What is missing where it cannot run, and what to do about it: the end of a sentence. */
    default String requirement() {
        return "see its documentation for what it needs";
    }

    /** The machines it can run on beside the CPU, described in a line each. */
    default List<String> devices() {
        return List.of();
    }

    /** How willingly it is chosen by default: the available backend with the highest preference is. */
    int preference();

    /**
     * A graph made ready to run, any number of times and from any thread.
     *
     * @param graph a graph without free inputs
     */
    Executable compile(Graph graph);
}
