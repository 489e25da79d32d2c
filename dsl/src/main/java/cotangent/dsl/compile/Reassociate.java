package cotangent.dsl.compile;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of products by cost: A·(B·c) becomes (A·B)·c where A and B stay the same while c varies, and where that pays.
 *
 * <p>A·B is then computed once and kept. It pays if one product with it costs less than the two with A and B, if what is
 * saved over the expected number of products exceeds the cost of making it, and if it fits in the budget of memory. The
 * rule knows primitives only; in a composition J·Jᵀ it is what turns x·(xᵀ·δ) into (x·xᵀ)·δ, the Gram form.
 */
public final class Reassociate {
    private final Set<Expr> varying = new HashSet<>();
    private final Allowance memory;
    private final long products;

    private Reassociate(Expr argument, Allowance memory, long products) {
        this.memory = memory;
        this.products = products;
        varying.add(argument);
    }

    /**
     * The same function with its products in the cheaper order, equal to rounding.
     *
     * @param argument the input that varies; all others stay the same
     * @param memory   for all products kept together
     * @param products how often the function is expected to be applied
     */
    public static Graph apply(Graph graph, Expr argument, Allowance memory, long products) {
        return new Reassociate(argument, memory, products).walk(graph);
    }

    private Graph walk(Graph graph) {
        Map<Expr, Expr> image = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            Node rebuilt = inputs.equals(node.inputs()) ? node : Node.of(node.op(), inputs, node.source());
            ProductChain chain = ProductChain.in(rebuilt);
            if (chain != null && chain.isFixed(varying) && chain.pays(products) && memory.take(chain.productBytes())) {
                rebuilt = chain.with(chain.product(), node);
            }
            boolean varies = rebuilt.inputs().stream().anyMatch(varying::contains);
            for (int i = 0; i < node.types().size(); i++) {
                image.put(node.output(i), rebuilt.output(i));
                if (varies) {
                    varying.add(rebuilt.output(i));
                }
            }
        }
        return Graph.of(graph.inputs(), graph.outputs()
                .stream()
                .map(output -> image.getOrDefault(output, output))
                .toList());
    }
}
