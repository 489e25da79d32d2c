package cotangent.dsl.compile;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes out of a function what does not depend on the argument that varies, where computing it takes a product, or where
 * it is an operand of a product that was put together or transposed for it.
 *
 * <p>Cheaper values, such as a broadcast or one minus a square, stay where they are: to compute them again costs less than
 * to read them from memory once more.
 */
public final class Hoist {
    private Hoist() {}

    /** The products, and operands of products and loops, that depend on no varying input. */
    public static List<Expr> products(Graph graph, Expr argument) {
        Set<Expr> varying = new HashSet<>(List.of(argument));
        Set<Expr> hoisted = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            if (node.inputs().stream().anyMatch(varying::contains)) {
                for (int i = 0; i < node.types().size(); i++) {
                    varying.add(node.output(i));
                }
                if (node.op() instanceof Op.Dot || node.op() instanceof Op.Scan) {
                    node.inputs()
                            .stream()
                            .filter(operand -> !varying.contains(operand) && isMade(operand.node().op()))
                            .forEach(hoisted::add);
                }
            } else if (node.op() instanceof Op.Dot) {
                hoisted.add(node.output(0));
            }
        }
        return List.copyOf(hoisted);
    }

    private static boolean isMade(Op op) {
        return op instanceof Op.Concat || op instanceof Op.Transpose;
    }

    /** The function with each of the given expressions replaced by the input that stands for it. */
    public static Graph replace(Graph graph, List<Expr> hoisted, List<Expr> standIns) {
        Map<Expr, Expr> replacement = new HashMap<>();
        for (int i = 0; i < hoisted.size(); i++) {
            replacement.put(hoisted.get(i), standIns.get(i));
        }
        return Graph.of(graph.inputs(), Graph.substitute(graph.outputs(), replacement));
    }
}
