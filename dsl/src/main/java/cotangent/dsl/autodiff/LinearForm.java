package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a step's tangents in normal form: where forward mode leaves a tree of sums, differences and products
 * with primal factors, there stands one sum of terms, each a tangent times one factor that is made of primal values alone.
 *
 * <p>The factors become the loop's tape, so a step of the linear loop, and of its transpose, is one multiplication and one
 * addition a term. Terms that do not depend on the loop's carries come first, as one sum, so that they leave the loop as
 * one value. What several sums read, and what anything else than such arithmetic makes or reads, stays a value of its own.
 * A tree whose normal form would need more factors than it has keeps its shape. Equal to rounding, except that a product of
 * factors may overflow where the products with the tangent, one after the other, do not.
 */
final class LinearForm {
    private static final Op ADD = new Op.Binary(BinaryFunction.ADD);

    private final Set<Expr> linear;
    private final Set<Expr> sequential;
    private final Map<Expr, Expr> image = new HashMap<>();
    private final Map<Expr, Expr[]> halves = new HashMap<>();

    private LinearForm(List<Expr> tangents, List<Expr> carries) {
        this.linear = new HashSet<>(tangents);
        this.sequential = new HashSet<>(carries);
    }

    /**
     * The same values in normal form.
     *
     * @param tangents inputs that the results are linear in
     * @param carries  those among them that the step before gives
     * @param results  expressions over them and primal values
     */
    static List<Expr> of(List<Expr> tangents, List<Expr> carries, List<Expr> results) {
        LinearForm form = new LinearForm(tangents, carries);
        List<Expr> apart = form.splitSums(tangents, results);
        form.image.clear();
        return form.collapse(Graph.of(tangents, apart));
    }

    private void mark(Node node) {
        boolean isLinear = node.inputs().stream().anyMatch(linear::contains);
        boolean waits = node.inputs().stream().anyMatch(sequential::contains);
        for (int i = 0; i < node.types().size(); i++) {
            if (isLinear) {
                linear.add(node.output(i));
            }
            if (waits) {
                sequential.add(node.output(i));
            }
        }
    }

    private Expr marked(Expr value) {
        mark(value.node());
        return value;
    }

    /** A slice of a sum of what waits for the carries and what does not is the sum of two slices. */
    private List<Expr> splitSums(List<Expr> tangents, List<Expr> results) {
        for (Node node : Graph.of(tangents, results).nodes()) {
            List<Expr> inputs = node.inputs().stream().map(this::image).toList();
            boolean changed = !inputs.equals(node.inputs());
            Node copy = changed ? Node.of(node.op(), inputs, node.source()) : node;
            mark(copy);
            boolean isView = node.op() instanceof Op.Slice || node.op() instanceof Op.Reshape
                    || node.op() instanceof Op.Transpose;
            Expr[] parts = isView ? halves(inputs.getFirst()) : null;
            if (parts != null) {
                Expr early = marked(parts[0].operation(node.op()));
                Expr late = marked(parts[1].operation(node.op()));
                image.put(node.output(0), marked(early.plus(late)));
            } else if (changed) {
                IntStream.range(0, node.types().size()).forEach(i -> image.put(node.output(i), copy.output(i)));
            }
        }
        return results.stream().map(this::image).toList();
    }

    private Expr image(Expr value) {
        return image.getOrDefault(value, value);
    }

    /** What a sum adds that does not wait for the carries, and what does; null if it is not a sum of both. */
    private Expr @Nullable [] halves(Expr sum) {
        if (!ADD.equals(sum.node().op()) || !sequential.contains(sum)) {
            return null;
        }
        Expr[] known = halves.get(sum);
        if (known != null) {
            return known;
        }
        Expr early = null;
        Expr late = null;
        for (Expr part : sum.node().inputs()) {
            Expr[] inner = halves(part);
            if (inner != null) {
                early = added(early, inner[0]);
                late = added(late, inner[1]);
            } else if (sequential.contains(part)) {
                late = added(late, part);
            } else {
                early = added(early, part);
            }
        }
        if (early == null || late == null) {
            return null;
        }
        Expr[] parts = {early, late};
        halves.put(sum, parts);
        return parts;
    }

    private Expr added(@Nullable Expr sum, Expr part) {
        return sum == null ? part : marked(sum.plus(part));
    }

    /** Whether the node is a sum, difference, negation, or a product or quotient with a primal factor. */
    private boolean isArithmetic(Node node) {
        return switch (node.op()) {
            case Op.Unary unary -> unary.function() == UnaryFunction.NEG;
            case Op.Binary binary -> switch (binary.function()) {
                case ADD, SUB, MUL -> true;
                case DIV -> !LinearFactor.isNarrow(node.inputs().get(1));
                case POW, MAX, MIN, AND, OR -> false;
            };
            default -> false;
        };
    }

    private List<Expr> collapse(Graph graph) {
        graph.nodes().forEach(this::mark);
        List<Node> nodes = graph.nodes().stream().filter(node -> linear.contains(node.output(0))).toList();
        Map<Expr, List<Node>> trees = trees(nodes, graph.outputs());
        for (Node node : nodes) {
            Expr value = node.output(0);
            List<Node> tree = trees.get(value);
            if (tree != null) {
                image.put(value, normal(value, tree));
            } else if (!isArithmetic(node)) {
                rebuild(node);
            }
        }
        return graph.outputs().stream().map(this::image).toList();
    }

    private void rebuild(Node node) {
        List<Expr> inputs = node.inputs().stream().map(this::image).toList();
        if (!inputs.equals(node.inputs())) {
            Node copy = Node.of(node.op(), inputs, node.source());
            IntStream.range(0, node.types().size()).forEach(i -> image.put(node.output(i), copy.output(i)));
        }
    }

    /** The arithmetic nodes by the one value that they are only used for; each list ends with the node of that value. */
    private Map<Expr, List<Node>> trees(List<Node> nodes, List<Expr> results) {
        Map<Expr, Expr> root = new HashMap<>();
        results.forEach(result -> root.put(result, result));
        Map<Expr, List<Node>> trees = new HashMap<>();
        for (Node node : nodes.reversed()) {
            Expr value = node.output(0);
            boolean isArithmetic = isArithmetic(node);
            Expr own = isArithmetic ? root.get(value) : null;
            if (own != null) {
                trees.computeIfAbsent(own, key -> new ArrayList<>()).addFirst(node);
            }
            for (Expr input : node.inputs()) {
                Expr before = root.get(input);
                root.put(input, own != null && (before == null || before.equals(own)) ? own : input);
            }
        }
        return trees;
    }

    /** The value of a tree as a sum of terms. */
    private Expr normal(Expr value, List<Node> tree) {
        Set<Expr> inside = new HashSet<>();
        tree.forEach(node -> inside.add(node.output(0)));
        Map<Expr, LinearFactor> pending = new HashMap<>(Map.of(value, LinearFactor.ONE));
        Map<Expr, LinearFactor> terms = new LinkedHashMap<>();
        Set<Expr> given = new HashSet<>();
        for (Node node : tree.reversed()) {
            LinearFactor factor = pending.remove(node.output(0));
            for (int i = 0; factor != null && i < node.inputs().size(); i++) {
                Expr input = node.inputs().get(i);
                if (linear.contains(input)) {
                    Map<Expr, LinearFactor> target = inside.contains(input) ? pending : terms;
                    target.merge(input, factor.through(node, i), (a, b) -> a.plus(b, input));
                } else if (!LinearFactor.isNarrow(input)) {
                    given.add(input);
                }
            }
        }
        long needed = terms.values().stream().map(LinearFactor::dense).filter(f -> f != null).distinct().count();
        return needed > given.size() ? kept(value, tree) : sum(terms);
    }

    /** The tree as it is. */
    private Expr kept(Expr value, List<Node> tree) {
        tree.forEach(this::rebuild);
        return image(value);
    }

    private Expr sum(Map<Expr, LinearFactor> terms) {
        Map<LinearFactor, Expr> early = new LinkedHashMap<>();
        Map<LinearFactor, Expr> late = new LinkedHashMap<>();
        List<Map.Entry<Expr, LinearFactor>> ordered = new ArrayList<>(terms.entrySet());
        for (Map.Entry<Expr, LinearFactor> term : ordered.reversed()) {
            Map<LinearFactor, Expr> side = sequential.contains(term.getKey()) ? late : early;
            side.merge(term.getValue(), image(term.getKey()), Expr::plus);
        }
        Expr sum = LinearFactor.addTo(null, early);
        return java.util.Objects.requireNonNull(LinearFactor.addTo(sum, late));
    }
}
