package cotangent.dsl.compile;

import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.ScanMerging;
import cotangent.dsl.ir.SourceLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The same function as a smaller graph: functions with rules of their own inlined, constants folded, equal nodes merged,
 * the {@link Identities} applied, dead nodes left behind. Values are the same up to the sign of a zero.
 *
 * <p>One walk from inputs to outputs; every node is rebuilt from simplified inputs, so one walk is enough for rules that
 * look downwards only.
 */
public final class Simplify {
    /** A constant this large is told from others by identity, not by its elements. */
    private static final int COMPARED = 64;
    private static final int FOLDED = 4096;

    private record Signature(Object op, List<Expr> inputs) {}

    /** A tensor compared by identity. */
    private static final class Same {
        private final Tensor tensor;

        Same(Tensor tensor) {
            this.tensor = tensor;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Same that && tensor == that.tensor;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(tensor);
        }
    }

    private final @Nullable Function<Graph, List<Tensor>> evaluator;
    private final Map<Signature, Node> known = new HashMap<>();

    private Simplify(@Nullable Function<Graph, List<Tensor>> evaluator) {
        this.evaluator = evaluator;
    }

    /**
     * The simplified graph, over the same input nodes.
     *
     * @param evaluator runs a small graph without inputs, to fold constants; null leaves them
     */
    public static Graph apply(Graph graph, @Nullable Function<Graph, List<Tensor>> evaluator) {
        Graph simple = walk(ScanMerging.apply(graph), evaluator);
        Graph sliced = Slicing.apply(simple);
        return sliced == simple ? simple : walk(sliced, evaluator);
    }

    private static Graph walk(Graph graph, @Nullable Function<Graph, List<Tensor>> evaluator) {
        return Graph.of(graph.inputs(), new Simplify(evaluator).rebuild(graph, graph.inputs()));
    }

    private List<Expr> rebuild(Graph graph, List<Expr> arguments) {
        Map<Expr, Expr> image = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            image.put(graph.inputs().get(i), arguments.get(i));
        }
        for (Node node : graph.nodes()) {
            if (image.containsKey(node.output(0))) {
                continue;
            }
            List<Expr> inputs = new ArrayList<>(node.inputs().size());
            node.inputs().forEach(input -> inputs.add(image.getOrDefault(input, input)));
            if (node.op() instanceof Op.Custom custom) {
                List<Expr> outputs = rebuild(custom.body(), inputs);
                for (int i = 0; i < outputs.size(); i++) {
                    image.put(node.output(i), outputs.get(i));
                }
            } else if (node.op() instanceof Op.Scan) {
                Node loop = known.computeIfAbsent(new Signature(node.op(), inputs), key -> Node.of(node.op(), inputs,
                        node.source()));
                for (int i = 0; i < node.types().size(); i++) {
                    image.put(node.output(i), loop.output(i));
                }
            } else {
                image.put(node.output(0), make(node.op(), inputs, node.source()));
            }
        }
        return graph.outputs().stream().map(output -> image.getOrDefault(output, output)).toList();
    }

    /** The simplified application of a primitive to simplified inputs. */
    Expr make(Op op, List<Expr> inputs, SourceLine source) {
        if (op instanceof Op.Input) {
            throw new IllegalArgumentException("an input is never rebuilt");
        }
        Expr folded = fold(op, inputs, source);
        if (folded != null) {
            return folded;
        }
        Expr simpler = Identities.rewrite(op, inputs, (o, in) -> make(o, in, source));
        return simpler != null ? simpler : merged(op, inputs, source);
    }

    private Expr merged(Op op, List<Expr> inputs, SourceLine source) {
        Object compared = op instanceof Op.Constant constant && constant.value().type().size() > COMPARED
                ? new Same(constant.value())
                : op;
        return known.computeIfAbsent(new Signature(compared, inputs), key -> Node.of(op, inputs, source)).output(0);
    }

    private @Nullable Expr fold(Op op, List<Expr> inputs, SourceLine source) {
        if (evaluator == null || inputs.isEmpty() || Views.isView(op)) {
            return null;
        }
        if (isElementwise(op) && inputs.stream().allMatch(input -> Identities.uniform(input) != null)) {
            List<Expr> scalars = inputs.stream().map(input -> scalar(input)).toList();
            Expr value = evaluated(Node.of(op, scalars, source));
            return make(new Op.Broadcast(inputs.getFirst().shape(), cotangent.dsl.Axes.of()), List.of(value), source);
        }
        if (!inputs.stream().allMatch(input -> input.node().op() instanceof Op.Constant)) {
            return null;
        }
        Node node = Node.of(op, inputs, source);
        int limit = inputs.stream().mapToInt(input -> input.type().size()).reduce(FOLDED, Math::max);
        return node.types().getFirst().size() <= limit ? evaluated(node) : null;
    }

    static boolean isElementwise(Op op) {
        return op instanceof Op.Unary || op instanceof Op.Binary || op instanceof Op.Compare || op instanceof Op.Select
                || op instanceof Op.Cast;
    }

    private Expr scalar(Expr uniform) {
        double value = java.util.Objects.requireNonNull(Identities.uniform(uniform));
        return Expr.of(Tensor.scalar(value, uniform.dtype()));
    }

    private Expr evaluated(Node node) {
        Graph graph = Graph.of(List.of(), List.of(node.output(0)));
        Tensor value = java.util.Objects.requireNonNull(evaluator).apply(graph).getFirst();
        return merged(new Op.Constant(value), List.of(), node.source());
    }
}
