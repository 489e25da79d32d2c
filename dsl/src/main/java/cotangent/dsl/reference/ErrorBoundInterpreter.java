package cotangent.dsl.reference;

import cotangent.dsl.Expr;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Unroll;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The oracle: the values of a graph together with a bound, for every element, on how far any correct implementation may
 * be from them.
 *
 * <p>It runs the graph in float64 and carries a ball (center and radius: ball arithmetic, van der Hoeven 2009) per
 * floating-point element. Each primitive moves the radius on: what its operands' radii can do to its result, by its slope
 * over the whole ball, plus what rounding may add ({@link ErrorModel}: rounding to the graph's dtype or to any wider one,
 * sums in any order, products fused with them or not). An element whose radius is infinite cannot be judged: so is what
 * may overflow, what may leave a function's domain, and what may be divided by zero. An integer or truth value that a
 * comparison within its bounds decides is marked as undecided.
 *
 * <p>An implementation may also change the order of sums, but not that of operations: a graph that was rewritten by
 * algebra is to be compared with the oracle's run of the rewritten graph.
 *
 * <p>Cost: one record per element and operation, some hundred times a plain run.
 */
public final class ErrorBoundInterpreter {
    private ErrorBoundInterpreter() {}

    /**
     * The graph's outputs with their bounds.
     *
     * @param inputs one tensor per input of the graph, of its type; they are taken as exact
     * @throws UndecidedException if an index, a random key or an integer divisor depends on an undecided comparison
     * @throws ShapeException     if the inputs do not fit
     */
    public static List<BoundedTensor> run(Graph graph, List<Tensor> inputs) {
        List<Enclosure> arguments = inputs.stream().map(input -> Enclosure.exact(Elements.of(input))).toList();
        if (!inputs.stream().map(Tensor::type).toList().equals(graph.inputTypes())) {
            throw new ShapeException("run: expected inputs " + graph.inputTypes() + ", got " + inputs.stream()
                    .map(
                            Tensor::type)
                    .toList());
        }
        List<Enclosure> outputs = enclose(graph, arguments);
        List<BoundedTensor> result = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            result.add(new BoundedTensor(graph.outputTypes().get(i), outputs.get(i)));
        }
        return result;
    }

    private static List<Enclosure> enclose(Graph graph, List<Enclosure> arguments) {
        Map<Expr, Enclosure> known = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            known.put(graph.inputs().get(i), arguments.get(i));
        }
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Input)) {
                List<Enclosure> outputs = enclose(node, values(known, node.inputs()));
                for (int i = 0; i < outputs.size(); i++) {
                    known.put(node.output(i), outputs.get(i));
                }
            }
        }
        return values(known, graph.outputs());
    }

    private static List<Enclosure> values(Map<Expr, Enclosure> known, List<Expr> wanted) {
        return wanted.stream().map(value -> Objects.requireNonNull(known.get(value))).toList();
    }

    private static List<Enclosure> enclose(Node node, List<Enclosure> inputs) {
        return switch (node.op()) {
            case Op.Custom custom -> enclose(custom.body(), inputs);
            case Op.Scan scan -> {
                List<Expr> arguments = node.inputs().stream().map(input -> Expr.input(input.type())).toList();
                yield enclose(Graph.of(arguments, Unroll.scan(scan, arguments)), inputs);
            }
            default -> List.of(new EnclosureRules(node, inputs).apply());
        };
    }
}
