package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * δ·Wᵀ becomes δ·T with T = Wᵀ kept, where W stays the same while δ varies: a right operand whose rows are contiguous is
 * multiplied where it lies, a transposed one has to be packed in every product, and in a loop over time in every step.
 */
public final class FixedOperands {
    private static final Axes FIRST = Axes.of(0);
    private static final Axes LAST = Axes.of(1);
    private static final Op SWAP = new Op.Transpose(Axes.of(1, 0));

    private final Allowance memory;
    private final Set<Expr> varying = new HashSet<>();
    private final Map<Expr, Expr> image = new HashMap<>();
    private final Map<Expr, Expr> transposed = new HashMap<>();

    private FixedOperands(Expr argument, Allowance memory) {
        this.memory = memory;
        varying.add(argument);
    }

    /**
     * The same function with such operands transposed.
     *
     * @param argument the input that varies; all others stay the same
     * @param memory   for all that is kept
     */
    public static Graph apply(Graph graph, Expr argument, Allowance memory) {
        return new FixedOperands(argument, memory).walk(graph);
    }

    private Graph walk(Graph graph) {
        for (Node node : graph.nodes()) {
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            Node rebuilt = inputs.equals(node.inputs()) ? node : Node.of(node.op(), inputs, node.source());
            if (node.inputs().stream().anyMatch(varying::contains)) {
                IntStream.range(0, node.types().size()).forEach(i -> varying.add(node.output(i)));
                rebuilt = switch (rebuilt.op()) {
                    case Op.Dot dot -> product(dot, node, rebuilt);
                    case Op.Scan scan -> loop(scan, node, rebuilt);
                    default -> rebuilt;
                };
            }
            for (int i = 0; rebuilt != node && i < node.types().size(); i++) {
                image.put(node.output(i), rebuilt.output(i));
            }
        }
        return Graph.of(graph.inputs(), graph.outputs()
                .stream()
                .map(output -> image.getOrDefault(output, output))
                .toList());
    }

    /** Whether there is, or may be, a transposed copy of an operand that stays the same. */
    private boolean isKept(Expr fixed) {
        return !varying.contains(fixed) && fixed.rank() == 2 && (transposed.containsKey(fixed)
                || memory.take((long) fixed.type().size() * fixed.dtype().bytes()));
    }

    private Expr transposed(Expr fixed) {
        return transposed.computeIfAbsent(fixed, w -> w.operation(SWAP));
    }

    private Node product(Op.Dot dot, Node original, Node node) {
        Expr fixed = node.inputs().get(1);
        if (!isTransposing(dot) || varying.contains(original.inputs().get(1)) || !isKept(fixed)) {
            return node;
        }
        return Node.of(straight(dot), List.of(node.inputs().get(0), transposed(fixed)), node.source());
    }

    private static boolean isTransposing(Op.Dot dot) {
        return dot.leftBatch().count() == 0 && dot.rightContract().equals(LAST);
    }

    private static Op.Dot straight(Op.Dot dot) {
        return new Op.Dot(dot.leftContract(), FIRST, dot.leftBatch(), dot.rightBatch());
    }

    /** A loop whose constants are transposed where its steps only multiply by them transposed. */
    private Node loop(Op.Scan scan, Node original, Node node) {
        Graph body = scan.body();
        List<Expr> inputs = new ArrayList<>(body.inputs());
        List<Expr> values = new ArrayList<>(node.inputs());
        Map<Expr, Expr> replaced = new HashMap<>();
        for (int i = scan.carries() + scan.sequences(); i < inputs.size(); i++) {
            Expr constant = inputs.get(i);
            if (isOnlyTransposed(body, constant) && !varying.contains(original.inputs().get(i))
                    && isKept(values.get(i))) {
                values.set(i, transposed(values.get(i)));
                inputs.set(i, Expr.input(new TensorType(constant.dtype(), values.get(i).shape())));
                replaced.put(constant, inputs.get(i));
            }
        }
        return replaced.isEmpty() ? node
                : Node.of(scan.with(Graph.of(inputs, straightened(body, replaced))), values, node.source());
    }

    private static boolean isOnlyTransposed(Graph body, Expr constant) {
        List<Node> users = body.nodes().stream().filter(node -> node.inputs().contains(constant)).toList();
        return !users.isEmpty() && !body.outputs().contains(constant) && users.stream()
                .allMatch(user -> user.op() instanceof Op.Dot dot && isTransposing(dot)
                        && user.inputs().get(1).equals(constant) && !user.inputs().get(0).equals(constant));
    }

    /** The body's outputs with products by the replaced constants turned. */
    private static List<Expr> straightened(Graph body, Map<Expr, Expr> replaced) {
        Map<Expr, Expr> image = new HashMap<>();
        for (Node node : body.nodes()) {
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            Expr right = inputs.size() == 2 ? replaced.get(inputs.get(1)) : null;
            if (right == null && inputs.equals(node.inputs())) {
                continue;
            }
            Node copy = right != null && node.op() instanceof Op.Dot dot
                    ? Node.of(straight(dot), List.of(inputs.get(0), right), node.source())
                    : Node.of(node.op(), inputs, node.source());
            IntStream.range(0, node.types().size()).forEach(i -> image.put(node.output(i), copy.output(i)));
        }
        return body.outputs().stream().map(output -> image.getOrDefault(output, output)).toList();
    }
}
