package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The order of products by cost: A·(B·c) becomes (A·B)·c where A and B stay the same while c varies, and where that pays.
 *
 * <p>A·B is then computed once and kept. It pays if one product with it costs less than the two with A and B, if what is
 * saved over the expected number of products exceeds the cost of making it, and if it fits in the budget of memory. The
 * rule knows primitives only; in a composition J·Jᵀ it is what turns x·(xᵀ·δ) into (x·xᵀ)·δ, the Gram form.
 */
public final class Reassociate {
    private final Set<Expr> varying = new HashSet<>();
    private final long memory;
    private final long products;

    private Reassociate(Expr argument, long memory, long products) {
        this.memory = memory;
        this.products = products;
        varying.add(argument);
    }

    /**
     * The same function with its products in the cheaper order, equal to rounding.
     *
     * @param argument the input that varies; all others stay the same
     * @param memory   bytes that all products kept may take together
     * @param products how often the function is expected to be applied
     */
    public static Graph apply(Graph graph, Expr argument, long memory, long products) {
        return new Reassociate(argument, memory, products).walk(graph);
    }

    private Graph walk(Graph graph) {
        Map<Expr, Expr> image = new HashMap<>();
        long left = memory;
        for (Node node : graph.nodes()) {
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            Node rebuilt = inputs.equals(node.inputs()) ? node : Node.of(node.op(), inputs, node.source());
            Chain chain = Chain.in(rebuilt);
            if (chain != null && !varying.contains(chain.a()) && !varying.contains(chain.b())
                    && varying.contains(chain.c()) && chain.pays(left, products)) {
                Expr kept = chain.product();
                left -= (long) kept.type().size() * kept.dtype().bytes();
                rebuilt = chain.with(kept, node);
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

    /** A·(B·c): the outer product contracts all axes, and only those, that B·c has from B. */
    private record Chain(Op.Dot outer, Op.Dot inner, Expr a, Expr b, Expr c) {
        static @Nullable Chain in(Node node) {
            if (!(node.op() instanceof Op.Dot outer) || !(node.inputs().get(1).node().op() instanceof Op.Dot inner)
                    || outer.leftBatch().count() > 0 || inner.leftBatch().count() > 0) {
                return null;
            }
            Node product = node.inputs().get(1).node();
            int free = product.inputs().get(0).rank() - inner.leftContract().count();
            boolean links = free > 0 && outer.rightContract().sorted().equals(Axes.range(0, free));
            return links
                    ? new Chain(outer, inner, node.inputs().get(0), product.inputs().get(0), product.inputs().get(1))
                    : null;
        }

        /** A·B: the free axes of A, then the contracted axes of B, ascending. */
        Expr product() {
            Axes free = inner.leftContract().complement(b.rank());
            Axes met = Axes.of(outer.rightContract().stream().map(free::at).toArray());
            return a.dot(b, outer.leftContract(), met, Axes.of(), Axes.of());
        }

        boolean pays(long memory, long products) {
            double rows = size(a.shape().without(outer.leftContract()).stream().asLongStream());
            double linked = size(a.shape().select(outer.leftContract()).stream().asLongStream());
            double contracted = size(b.shape().select(inner.leftContract()).stream().asLongStream());
            double columns = size(c.shape().without(inner.rightContract()).stream().asLongStream());
            if (rows * contracted * a.dtype().bytes() > memory) {
                return false;
            }
            double saved = linked * contracted * columns + rows * linked * columns - rows * contracted * columns;
            return saved * products > rows * linked * contracted;
        }

        private static double size(LongStream extents) {
            return extents.asDoubleStream().reduce(1, (x, y) -> x * y);
        }

        /** (A·B)·c in place of the original. */
        Node with(Expr kept, Node original) {
            int rows = a.rank() - outer.leftContract().count();
            Axes partners = inner.rightContract().partners(inner.leftContract());
            Op.Dot dot = new Op.Dot(Axes.range(rows, kept.rank()), partners, Axes.of(), Axes.of());
            return Node.of(dot, List.of(kept, c), original.source());
        }
    }
}
