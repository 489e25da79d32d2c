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
import java.util.stream.IntStream;

/**
 * δ·Wᵀ becomes δ·T with T = Wᵀ kept, where W stays the same while δ varies: a right operand whose rows are contiguous is
 * multiplied where it lies, a transposed one has to be packed in every product.
 */
public final class FixedOperands {
    private FixedOperands() {}

    /**
     * The same function with such operands transposed, the same to the bit.
     *
     * @param argument the input that varies; all others stay the same
     * @param memory   for all that is kept
     */
    public static Graph apply(Graph graph, Expr argument, Allowance memory) {
        Set<Expr> varying = new HashSet<>(List.of(argument));
        Map<Expr, Expr> image = new HashMap<>();
        Map<Expr, Expr> transposed = new HashMap<>();
        for (Node node : graph.nodes()) {
            boolean varies = node.inputs().stream().anyMatch(varying::contains);
            if (varies) {
                IntStream.range(0, node.types().size()).forEach(i -> varying.add(node.output(i)));
            }
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            Node rebuilt = inputs.equals(node.inputs()) ? node : Node.of(node.op(), inputs, node.source());
            if (varies && node.op() instanceof Op.Dot dot && isTransposed(dot, node.inputs().get(1))
                    && !varying.contains(node.inputs().get(1))) {
                Expr fixed = inputs.get(1);
                if (transposed.containsKey(fixed) || memory.take((long) fixed.type().size() * fixed.dtype().bytes())) {
                    Expr right = transposed.computeIfAbsent(fixed, w -> w.operation(new Op.Transpose(Axes.of(1, 0))));
                    Op.Dot straight = new Op.Dot(dot.leftContract(), Axes.of(0), dot.leftBatch(), dot.rightBatch());
                    rebuilt = Node.of(straight, List.of(inputs.get(0), right), node.source());
                }
            }
            if (rebuilt != node) {
                for (int i = 0; i < node.types().size(); i++) {
                    image.put(node.output(i), rebuilt.output(i));
                }
            }
        }
        return Graph.of(graph.inputs(), graph.outputs()
                .stream()
                .map(output -> image.getOrDefault(output, output))
                .toList());
    }

    private static boolean isTransposed(Op.Dot dot, Expr right) {
        return right.rank() == 2 && dot.leftBatch().count() == 0 && dot.rightContract().equals(Axes.of(1));
    }
}
