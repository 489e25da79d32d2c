package cotangent.dsl.backend;

import cotangent.dsl.Tensor;
import java.util.List;

/** A compiled graph. Safe to call from many threads. */
public interface Executable {
    /**
     * The graph's outputs for the given inputs.
     *
     * @param inputs one tensor per input of the graph, of its type
     * @throws cotangent.dsl.ShapeException if number or types differ
     */
    List<Tensor> run(List<Tensor> inputs);

    /** What will be done, step by step, as text. */
    String explain();
}
