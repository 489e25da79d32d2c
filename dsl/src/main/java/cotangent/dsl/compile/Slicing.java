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
import java.util.Objects;
import java.util.Set;

/**
 * Slices elementwise values before they are computed, where slices are all that is used of them: then each slice is made
 * in the loop nest that reads it, and the whole is never stored. The values are the same to the last bit.
 */
final class Slicing {
    private record Wanted(Expr value, Op.Slice slice) {}

    private final Set<Expr> whole;
    private final Map<Expr, Set<Op.Slice>> parts = new HashMap<>();
    private final Set<Expr> sliced = new HashSet<>();
    private final Map<Wanted, Expr> made = new HashMap<>();
    private final Map<Expr, Expr> image = new HashMap<>();

    private Slicing(Graph graph) {
        this.whole = new HashSet<>(graph.outputs());
    }

    /** The same function with slices taken first; the graph itself if there is nothing to gain. */
    static Graph apply(Graph graph) {
        Slicing slicing = new Slicing(graph);
        for (Node node : graph.nodes().reversed()) {
            slicing.want(node);
        }
        return slicing.sliced.isEmpty() ? graph : slicing.rebuild(graph);
    }

    private void want(Node node) {
        Expr value = node.output(0);
        if (node.op() instanceof Op.Slice slice && slice.strides().stream().allMatch(stride -> stride == 1)) {
            parts.computeIfAbsent(node.inputs().getFirst(), key -> new LinkedHashSet<>()).add(slice);
            return;
        }
        Set<Op.Slice> slices = parts.get(value);
        if (slices != null && Simplify.isElementwise(node.op()) && !whole.contains(value) && covers(slices, value)) {
            sliced.add(value);
            for (Expr input : node.inputs()) {
                parts.computeIfAbsent(input, key -> new LinkedHashSet<>()).addAll(slices);
            }
        } else {
            whole.addAll(node.inputs());
        }
    }

    /** Whether the slices have no more elements than the whole. */
    private static boolean covers(Set<Op.Slice> slices, Expr value) {
        long size = 0;
        for (Op.Slice slice : slices) {
            long elements = 1;
            for (int axis = 0; axis < value.rank(); axis++) {
                elements *= slice.limits().at(axis) - slice.starts().at(axis);
            }
            size += elements;
        }
        return size <= value.type().size();
    }

    private Graph rebuild(Graph graph) {
        for (Node node : graph.nodes()) {
            Expr value = node.output(0);
            if (sliced.contains(value)) {
                slice(node);
                continue;
            }
            if (node.op() instanceof Op.Slice slice && sliced.contains(node.inputs().getFirst())) {
                image.put(value, Objects.requireNonNull(made.get(new Wanted(node.inputs().getFirst(), slice))));
                continue;
            }
            List<Expr> inputs = node.inputs().stream().map(this::image).toList();
            if (!inputs.equals(node.inputs())) {
                Node copy = Node.of(node.op(), inputs, node.source());
                for (int i = 0; i < node.types().size(); i++) {
                    image.put(node.output(i), copy.output(i));
                }
            }
        }
        return Graph.of(graph.inputs(), graph.outputs().stream().map(this::image).toList());
    }

    private Expr image(Expr value) {
        return image.getOrDefault(value, value);
    }

    /** The wanted slices of an elementwise value, from those of its inputs. */
    private void slice(Node node) {
        Expr value = node.output(0);
        for (Op.Slice slice : parts.getOrDefault(value, Set.of())) {
            List<Expr> inputs = node.inputs().stream().map(input -> {
                Expr known = made.get(new Wanted(input, slice));
                return known != null ? known : image(input).operation(slice);
            }).toList();
            made.put(new Wanted(value, slice), Node.of(node.op(), inputs, node.source()).output(0));
        }
    }
}
