package cotangent.dsl.ir;

import cotangent.dsl.Expr;
import cotangent.dsl.ShapeException;
import cotangent.dsl.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A function as a directed acyclic graph: input nodes and the expressions it returns.
 *
 * <p>Expressions may be shared between graphs, since nodes are immutable: a transformation adds nodes that refer to the
 * old ones instead of copying them.
 */
public final class Graph {
    private final List<Expr> inputs;
    private final List<Expr> outputs;
    private final List<Node> nodes;

    private Graph(List<Expr> inputs, List<Expr> outputs) {
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.nodes = Collections.unmodifiableList(sort(this.outputs));
    }

    /**
     * The function that takes the given input expressions to the given outputs.
     *
     * @param inputs  expressions over distinct {@link Op.Input} nodes
     * @param outputs any expressions
     */
    public static Graph of(List<Expr> inputs, List<Expr> outputs) {
        return new Graph(inputs, outputs);
    }

    /** The parameters of the function, in order. */
    public List<Expr> inputs() {
        return inputs;
    }

    /** The results of the function, in order. */
    public List<Expr> outputs() {
        return outputs;
    }

    /** Every node the outputs depend on, each after its inputs; the order is a function of the graph alone. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The types of the inputs. */
    public List<TensorType> inputTypes() {
        return inputs.stream().map(Expr::type).toList();
    }

    /** The types of the outputs. */
    public List<TensorType> outputTypes() {
        return outputs.stream().map(Expr::type).toList();
    }

    /** Input nodes that the outputs depend on and that are not among this graph's inputs: values of an outer graph. */
    public List<Expr> freeInputs() {
        Set<Node> own = Collections.newSetFromMap(new IdentityHashMap<>());
        inputs.forEach(input -> own.add(input.node()));
        return nodes.stream()
                .filter(node -> node.op() instanceof Op.Input && !own.contains(node))
                .map(node -> node.output(0))
                .toList();
    }

    /**
     * This function applied to other expressions: the outputs with every input replaced.
     *
     * @throws ShapeException if the arguments' number or types differ from the inputs'
     */
    public List<Expr> call(List<Expr> arguments) {
        if (arguments.size() != inputs.size()) {
            throw new ShapeException("call: expected " + inputs.size() + " arguments, got " + arguments.size());
        }
        Map<Expr, Expr> replacement = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).type().equals(arguments.get(i).type())) {
                throw new ShapeException("call: argument %d is %s, expected %s".formatted(i, arguments.get(i).type(),
                        inputs.get(i).type()));
            }
            replacement.put(inputs.get(i), arguments.get(i));
        }
        return substitute(outputs, replacement);
    }

    /** The expressions with others put in place of some of what they depend on; what does not change is shared. */
    public static List<Expr> substitute(List<Expr> outputs, Map<Expr, Expr> replacement) {
        Map<Expr, Expr> image = new HashMap<>(replacement);
        List<Expr> roots = outputs.stream().filter(output -> !image.containsKey(output)).toList();
        for (Node node : sort(roots)) {
            List<Expr> mapped = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            if (!mapped.equals(node.inputs())) {
                Node copy = Node.of(node.op(), mapped, node.source());
                for (int i = 0; i < node.types().size(); i++) {
                    image.putIfAbsent(node.output(i), copy.output(i));
                }
            }
        }
        return outputs.stream().map(output -> image.getOrDefault(output, output)).toList();
    }

    /** Depth-first post-order, without recursion: graphs may be deeper than the Java stack. */
    private static List<Node> sort(List<Expr> outputs) {
        List<Node> order = new ArrayList<>();
        IdentityHashMap<Node, Integer> next = new IdentityHashMap<>();
        ArrayList<Node> stack = new ArrayList<>();
        for (Expr output : outputs) {
            if (!next.containsKey(output.node())) {
                stack.add(output.node());
                next.put(output.node(), 0);
            }
            while (!stack.isEmpty()) {
                Node top = stack.getLast();
                int position = next.merge(top, 1, Integer::sum) - 1;
                if (position == top.inputs().size()) {
                    order.add(top);
                    stack.removeLast();
                } else {
                    Node input = top.inputs().get(position).node();
                    if (next.putIfAbsent(input, 0) == null) {
                        stack.add(input);
                    }
                }
            }
        }
        return order;
    }

    /** The graph as text, one line a node. */
    @Override
    public String toString() {
        IdentityHashMap<Node, Integer> number = new IdentityHashMap<>();
        StringBuilder text = new StringBuilder();
        for (Node node : nodes) {
            number.put(node, number.size());
            text.append("%").append(number.get(node)).append(" = ").append(node.op().label()).append('(');
            for (int i = 0; i < node.inputs().size(); i++) {
                Expr input = node.inputs().get(i);
                text.append(i == 0 ? "%" : ", %").append(number.get(input.node()));
            }
            text.append(") : ").append(node.types()).append("  ").append(node.source()).append('\n');
        }
        outputs.forEach(output -> text.append("return %").append(number.get(output.node())).append('\n'));
        return text.toString();
    }
}
