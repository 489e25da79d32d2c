package cotangent.dsl.ir;

import cotangent.dsl.Axes;
import cotangent.dsl.CotangentException;
import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Checks what every graph must keep and no single constructor can see: that inputs are inputs and none is missing, that
 * each node stands after what it depends on and has the types that {@link ShapeInference} gives, that no axis is named
 * twice, and that the same holds for the bodies of {@link Op.Custom} and {@link Op.Scan}. Tests run it on every graph they make or transform.
 */
public final class GraphVerifier {
    private final Graph graph;

    private GraphVerifier(Graph graph) {
        this.graph = graph;
    }

    /**
     * The graph itself, if it is sound. Cost: one shape inference a node.
     *
     * @throws CotangentException if it is not, which is a fault of the transformation that made it
     */
    public static Graph verify(Graph graph) {
        new GraphVerifier(graph).verify();
        return graph;
    }

    private void verify() {
        verifyInputs();
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Node node : graph.nodes()) {
            check(seen.add(node), node, "stands twice");
            node.inputs().forEach(input -> verifyUse(input, node, seen));
            verifyTypes(node);
            verifyAxes(node);
            if (node.op() instanceof Op.Custom custom) {
                verify(custom.body());
            }
            if (node.op() instanceof Op.Scan scan) {
                verify(scan.body());
            }
        }
        for (Expr output : graph.outputs()) {
            check(seen.contains(output.node()), output.node(), "gives an output but is not among the nodes");
            check(output.index() < output.node().types().size(), output.node(), "has no output " + output.index());
        }
    }

    private void verifyInputs() {
        Set<Expr> distinct = new HashSet<>();
        for (Expr input : graph.inputs()) {
            check(input.node().op() instanceof Op.Input, input.node(), "is listed as an input");
            check(distinct.add(input), input.node(), "is listed as an input twice");
        }
        for (Expr free : graph.freeInputs()) {
            check(false, free.node(), "is needed but is not among the inputs");
        }
    }

    private void verifyUse(Expr input, Node user, Set<Node> seen) {
        check(seen.contains(input.node()), user, "stands before its input " + input.node());
        check(input.index() < input.node().types().size(), user, "uses output %d of %s, which has none".formatted(input
                .index(), input.node()));
    }

    private void verifyTypes(Node node) {
        List<TensorType> inferred = ShapeInference.infer(node.op(), node.inputs().stream().map(Expr::type).toList(),
                node
                        .source());
        check(inferred.equals(node.types()), node, "should have the types " + inferred);
    }

    private void verifyAxes(Node node) {
        switch (node.op()) {
            case Op.Reduce reduce -> verifyDistinct(node, reduce.axes());
            case Op.Broadcast broadcast -> verifyDistinct(node, broadcast.axes());
            default -> {
            }
        }
    }

    private void verifyDistinct(Node node, Axes axes) {
        check(axes.stream().distinct().count() == axes.count(), node, "names an axis twice: " + axes);
    }

    private void check(boolean holds, Node node, String problem) {
        if (!holds) {
            throw new CotangentException("graph verifier: node %s %s, in\n%s".formatted(node, problem, graph));
        }
    }
}
