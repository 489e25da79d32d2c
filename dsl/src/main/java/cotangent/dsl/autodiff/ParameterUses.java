package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.ParameterUse.Kind;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a linear function of parameter tangents uses them. A tangent, transposed, reshaped, sliced or reversed, is
 * still the parameter, since each of its entries stays one entry; where that meets a primal value in a product, or is
 * repeated, the function is cut: what lies behind is linear in the cut values alone.
 */
final class ParameterUses {
    /**
     * One use in the graph.
     *
     * @param leaf     number of the parameter
     * @param kind     of use
     * @param cut      the value that is made there
     * @param view     the parameter's entries as [groups, in, out]
     * @param input    what they meet, [groups, positions, in]; null for ones
     * @param shape    [groups, positions, out]
     * @param shared   axes of the cut value that the positions run over, in order
     * @param toCut    order of the axes (groups, positions, out) that the cut value has
     */
    record Found(int leaf, Kind kind, Expr cut, Expr view, @Nullable Expr input, Shape shape, Axes shared, Axes toCut) {
        /** The cut value from its canonical form. */
        Expr natural(Expr canonical, Shape wide) {
            Shape spread = wide.select(toCut.inverse());
            Expr value = canonical.reshape(spread);
            return toCut.isIdentity() ? value : value.operation(new Op.Transpose(toCut));
        }
    }

    private final Map<Expr, Integer> leaves = new HashMap<>();
    private final Set<Expr> linear;
    private final Map<Expr, Found> found = new LinkedHashMap<>();

    private ParameterUses(List<Expr> tangents) {
        this.linear = new HashSet<>(tangents);
        for (int i = 0; i < tangents.size(); i++) {
            leaves.put(tangents.get(i), i);
        }
    }

    /** The uses of tangents in expressions that are linear in them, each before what depends on it. */
    static List<Found> of(List<Expr> tangents, List<Expr> outputs) {
        ParameterUses uses = new ParameterUses(tangents);
        for (Node node : Graph.of(tangents, outputs).nodes()) {
            uses.visit(node);
        }
        outputs.forEach(uses::whole);
        return List.copyOf(uses.found.values());
    }

    private void visit(Node node) {
        if (node.inputs().stream().noneMatch(linear::contains)) {
            return;
        }
        for (int i = 0; i < node.types().size(); i++) {
            linear.add(node.output(i));
        }
        Expr first = node.inputs().getFirst();
        Integer leaf = leaves.get(first);
        boolean isView = node.op() instanceof Op.Transpose || node.op() instanceof Op.Reshape
                || node.op() instanceof Op.Slice || node.op() instanceof Op.Reverse;
        if (isView && leaf != null) {
            leaves.put(node.output(0), leaf);
        } else if (node.op() instanceof Op.Broadcast broadcast && leaf != null) {
            repeated(node, broadcast, leaf);
        } else if (node.op() instanceof Op.Dot dot && linear.contains(first) != linear.contains(node.inputs().get(1))
                && node.inputs().stream().anyMatch(leaves::containsKey)) {
            product(node, dot);
        } else {
            node.inputs().forEach(this::whole);
        }
    }

    private void add(Found use) {
        found.put(use.cut(), use);
    }

    private void whole(Expr value) {
        Integer leaf = leaves.get(value);
        if (leaf != null) {
            int size = value.type().size();
            add(new Found(leaf, Kind.WHOLE, value, value.reshape(1, 1, size), null, Shape.of(1, 1, size), Axes.of(),
                    Axes
                            .range(0, value.rank())));
        }
    }

    private void repeated(Node node, Op.Broadcast broadcast, int leaf) {
        Expr value = node.inputs().getFirst();
        Axes added = broadcast.axes().complement(broadcast.shape().rank());
        int positions = broadcast.shape().select(added).size();
        int size = value.type().size();
        // The canonical axes are those added, then the parameter's.
        add(new Found(leaf, Kind.SUM, node.output(0), value.reshape(1, 1, size), null, Shape.of(1, positions, size),
                added,
                added.then(broadcast.axes()).inverse()));
    }

    private void product(Node node, Op.Dot dot) {
        Expr left = node.inputs().get(0);
        Expr right = node.inputs().get(1);
        boolean isRight = leaves.containsKey(right);
        Expr w = isRight ? right : left;
        Expr x = isRight ? left : right;
        Axes wBatch = isRight ? dot.rightBatch() : dot.leftBatch();
        Axes xBatch = isRight ? dot.leftBatch() : dot.rightBatch();
        Axes wContract = isRight ? dot.rightContract() : dot.leftContract();
        Axes xContract = isRight ? dot.leftContract() : dot.rightContract();
        Axes wFree = wBatch.then(wContract).complement(w.rank());
        Axes xFree = xBatch.then(xContract).complement(x.rank());
        int groups = w.shape().select(wBatch).size();
        int in = w.shape().select(wContract).size();
        int out = w.shape().select(wFree).size();
        int positions = x.shape().select(xFree).size();
        Expr view = arranged(w, wBatch.then(wContract).then(wFree)).reshape(groups, in, out);
        Expr input = arranged(x, xBatch.then(xFree).then(xContract)).reshape(groups, positions, in);
        int batch = wBatch.count();
        Axes left0 = Axes.range(batch, batch + (isRight ? xFree : wFree).count());
        Axes right0 = Axes.range(left0.count() + batch, node.output(0).rank());
        Axes shared = isRight ? left0 : right0;
        Axes order = Axes.range(0, batch).then(shared).then(isRight ? right0 : left0);
        add(new Found(leaves.getOrDefault(w, 0), Kind.PRODUCT, node.output(0), view, input, Shape.of(groups, positions,
                out), shared, order.inverse()));
    }

    private static Expr arranged(Expr value, Axes order) {
        return order.isIdentity() ? value : value.operation(new Op.Transpose(order));
    }

    /** Which sample each position of a use belongs to, or null if positions do not keep samples apart. */
    static int @Nullable [] samples(Found use, SampleAxes.@Nullable Place place, int count) {
        int at = place == null ? -1 : use.shared().indexOf(place.axis());
        if (place == null || at < 0) {
            return null;
        }
        Shape shape = use.cut().shape().select(use.shared());
        int after = shape.select(Axes.range(at + 1, shape.rank())).size();
        int[] samples = new int[shape.size()];
        for (int p = 0; p < samples.length; p++) {
            samples[p] = p / after % shape.extent(at) / place.inner() % count;
        }
        return samples;
    }

    /** Inputs in place of the cut values, in canonical form, and the cut values made of them. */
    static Map<Expr, Expr> cut(List<Found> uses, List<Expr> canonical) {
        Map<Expr, Expr> replacement = new HashMap<>();
        for (int i = 0; i < uses.size(); i++) {
            Found use = uses.get(i);
            replacement.put(use.cut(), use.natural(canonical.get(i), use.cut().shape()));
        }
        return replacement;
    }

    /** All distinct values that products meet. */
    static List<Expr> inputs(List<Found> uses) {
        List<Expr> inputs = new ArrayList<>();
        for (Found use : uses) {
            Expr input = use.input();
            if (input != null) {
                inputs.add(input);
            }
        }
        return inputs;
    }

    /** The numbers of the leaf's elements, seen as each use sees the leaf. */
    static List<Tensor> entries(List<Found> found, List<Expr> tangents, Backend backend) {
        Map<Expr, Expr> numbers = new HashMap<>();
        for (Expr tangent : tangents) {
            Shape shape = tangent.shape();
            int[] all = new int[shape.size()];
            Arrays.setAll(all, i -> i);
            numbers.put(tangent, Expr.of(Tensor.wrap(shape, all)));
        }
        List<Expr> views = Graph.substitute(found.stream().map(Found::view).toList(), numbers);
        return backend.compile(Graph.of(List.of(), views)).run(List.of());
    }
}
