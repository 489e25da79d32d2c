package cotangent.spec.fuzz;

import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Graph;
import java.util.List;

/**
 * A graph with inputs to run it on.
 *
 * @param seed   what it was drawn from
 * @param graph  any graph
 * @param inputs one tensor per input of the graph
 */
record Sample(long seed, Graph graph, List<Tensor> inputs) {}
