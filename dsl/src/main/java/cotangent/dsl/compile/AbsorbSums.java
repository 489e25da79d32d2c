package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A·(B·c) + 1·(1ᵀ·c) becomes [A 1]·([B; 1ᵀ]·c), where A and B stay the same while c varies: a sum over samples that is
 * given back to all of them costs two passes over memory, and nothing as one more column of A and row of B.
 *
 * <p>In a composition J·Jᵀ these are a layer's weight and its bias: a bias is a weight on an input that is always one. The
 * widened operands are made once and kept. In the Gram form they vanish: A·B + 1·1ᵀ is as large as A·B.
 */
public final class AbsorbSums {
    private static final Op ADD = new Op.Binary(BinaryFunction.ADD);

    private final Graph graph;
    private final Allowance memory;
    private final Set<Expr> varying = new HashSet<>();
    private final Map<Expr, Integer> uses = new HashMap<>();
    /** Sums that are a term of one other sum and nothing else. */
    private final Map<Node, Boolean> inner = new IdentityHashMap<>();

    private final Map<Widened, Expr> widened = new HashMap<>();

    /** An operand with ones along an axis after its last element. */
    private record Widened(Expr operand, int axis) {}

    private AbsorbSums(Graph graph, Expr argument, Allowance memory) {
        this.graph = graph;
        this.memory = memory;
        varying.add(argument);
        for (Node node : graph.nodes()) {
            node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
            if (node.inputs().stream().anyMatch(varying::contains)) {
                IntStream.range(0, node.types().size()).forEach(i -> varying.add(node.output(i)));
            }
        }
        graph.outputs().forEach(output -> uses.merge(output, 1, Integer::sum));
        for (Node node : graph.nodes()) {
            if (node.op().equals(ADD)) {
                node.inputs().stream().filter(this::isUsedOnce).forEach(input -> inner.put(input.node(), true));
            }
        }
    }

    /**
     * The same function with such sums absorbed, equal to rounding.
     *
     * @param argument the input that varies; all others stay the same
     * @param memory   for all that is kept
     */
    public static Graph apply(Graph graph, Expr argument, Allowance memory) {
        return new AbsorbSums(graph, argument, memory).walk();
    }

    private boolean isUsedOnce(Expr value) {
        return uses.getOrDefault(value, 0) == 1;
    }

    private Graph walk() {
        Map<Expr, Expr> image = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Expr> absorbed = node.op().equals(ADD) && !inner.containsKey(node) ? absorbed(node, image) : null;
            if (absorbed != null) {
                image.put(node.output(0), absorbed.stream()
                        .reduce((x, y) -> x.operation(ADD, List.of(x, y)))
                        .orElseThrow());
                continue;
            }
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            if (!inputs.equals(node.inputs())) {
                Node copy = Node.of(node.op(), inputs, node.source());
                IntStream.range(0, node.types().size()).forEach(i -> image.put(node.output(i), copy.output(i)));
            }
        }
        return Graph.of(graph.inputs(), graph.outputs()
                .stream()
                .map(output -> image.getOrDefault(output, output))
                .toList());
    }

    /** The terms of a sum after sums over samples have been absorbed; null if there are none. */
    private @Nullable List<Expr> absorbed(Node sum, Map<Expr, Expr> image) {
        List<Expr> terms = new ArrayList<>();
        sum.inputs().forEach(input -> collect(input, terms));
        List<Expr> result = new ArrayList<>(terms);
        for (Expr term : terms) {
            ProductChain chain = chain(term);
            Expr repeated = chain == null ? null
                    : result.stream().filter(other -> isRepeatedSum(other, chain)).findFirst().orElse(null);
            if (chain != null && repeated != null && memory.take(bytes(chain))) {
                result.remove(repeated);
                result.set(result.indexOf(term), widened(chain, image));
            }
        }
        return result.size() == terms.size() ? null
                : result.stream().map(term -> image.getOrDefault(term, term)).toList();
    }

    private void collect(Expr term, List<Expr> terms) {
        if (inner.containsKey(term.node()) && term.node().op().equals(ADD)) {
            term.node().inputs().forEach(input -> collect(input, terms));
        } else {
            terms.add(term);
        }
    }

    /** The chain with one linked axis that a term is, if nothing else uses its products. */
    private @Nullable ProductChain chain(Expr term) {
        ProductChain chain = ProductChain.in(term.node());
        return chain != null && chain.isFixed(varying) && chain.outer().leftContract().count() == 1
                && isUsedOnce(term) && isUsedOnce(term.node().inputs().get(1)) ? chain : null;
    }

    /** Whether a term sums c over what the chain contracts of it and repeats the sum along the axes that A brings. */
    private static boolean isRepeatedSum(Expr term, ProductChain chain) {
        if (!(term.node().op() instanceof Op.Broadcast broadcast)) {
            return false;
        }
        Expr sum = term.node().inputs().getFirst();
        int rank = term.rank();
        return sum.node().op() instanceof Op.Reduce reduce && reduce.reduction() == Reduction.SUM
                && sum.node().inputs().getFirst().equals(chain.c())
                && reduce.axes().sorted().equals(chain.inner().rightContract().sorted())
                && broadcast.axes().equals(Axes.range(rank - sum.rank(), rank));
    }

    private static long bytes(ProductChain chain) {
        long a = chain.a().type().size();
        long b = chain.a().equals(chain.b()) ? 0 : chain.b().type().size();
        return (a + b) * chain.a().dtype().bytes();
    }

    private Expr widened(ProductChain chain, Map<Expr, Expr> image) {
        int free = chain.inner().leftContract().complement(chain.b().rank()).at(0);
        Expr a = widened(chain.a(), chain.outer().leftContract().at(0));
        Expr b = widened(chain.b(), free);
        Expr c = image.getOrDefault(chain.c(), chain.c());
        return a.operation(chain.outer(), List.of(a, b.operation(chain.inner(), List.of(b, c))));
    }

    private Expr widened(Expr operand, int axis) {
        return widened.computeIfAbsent(new Widened(operand, axis), key -> {
            Shape shape = operand.shape().without(Axes.of(axis)).insert(axis, 1);
            Expr one = Expr.of(Tensor.scalar(1, operand.dtype()));
            Expr ones = one.operation(new Op.Broadcast(shape, Axes.of()));
            return operand.operation(new Op.Concat(axis), List.of(operand, ones));
        });
    }
}
