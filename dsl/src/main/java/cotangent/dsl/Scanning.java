package cotangent.dsl;

import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Traces the step of a loop over time and closes it: values from outside become constants of the loop. */
final class Scanning {
    private Scanning() {}

    static Expr scan(Fn.Binary step, Expr initial, Expr sequences, boolean reverse) {
        int length = length(sequences);
        List<Expr> carries = initial.leaves().stream().map(leaf -> Expr.input(leaf.type())).toList();
        List<Expr> entries = sequences.leaves()
                .stream()
                .map(leaf -> Expr.input(leaf.type()
                        .with(leaf.shape().without(Axes.of(0)))))
                .toList();
        Expr result = step.apply(Expr.tree(initial.structure(), carries), Expr.tree(retyped(sequences.structure(),
                entries), entries));
        requireResult(result, initial.structure());
        List<Expr> inputs = new ArrayList<>(carries);
        inputs.addAll(entries);
        List<Expr> outside = outside(inputs, result.leaves());
        Map<Expr, Expr> lifted = new HashMap<>();
        outside.forEach(value -> lifted.put(value, Expr.input(value.type())));
        outside.forEach(value -> inputs.add(lifted.get(value)));
        Graph body = Graph.of(inputs, Graph.substitute(result.leaves(), lifted));
        List<Expr> values = new ArrayList<>(initial.leaves());
        values.addAll(sequences.leaves());
        values.addAll(outside);
        Node loop = Node.of(new Op.Scan(body, carries.size(), entries.size(), length, reverse), values);
        List<Expr> outputs = IntStream.range(0, loop.types().size()).mapToObj(loop::output).toList();
        List<Expr> stacked = outputs.subList(carries.size(), outputs.size());
        return Expr.tuple(Expr.tree(initial.structure(), outputs.subList(0, carries.size())), Expr.tree(retyped(result
                .get(1)
                .structure(), stacked), stacked));
    }

    private static int length(Expr sequences) {
        List<Integer> lengths = sequences.leaves()
                .stream()
                .map(leaf -> leaf.rank() == 0 ? -1 : leaf.shape().extent(0))
                .distinct()
                .toList();
        if (lengths.size() != 1 || lengths.getFirst() < 0) {
            throw new ShapeException("scan: expected sequences with one length along their first axis, got %s (%s)"
                    .formatted(sequences.structure(), SourceLine.current()));
        }
        return lengths.getFirst();
    }

    private static void requireResult(Expr result, Structure carry) {
        List<Structure> parts = result.structure().children();
        if (!(result.structure() instanceof Structure.Tuple) || parts.size() != 2 || !parts.getFirst().equals(carry)) {
            throw new ShapeException(
                    "scan: a step must give the tuple (carry, what is stacked) with a carry like the first one, %s; got %s (%s)"
                            .formatted(carry, result.structure(), SourceLine.current()));
        }
    }

    /** The values that a step uses and does not compute from its inputs, as far out as they go. */
    private static List<Expr> outside(List<Expr> inputs, List<Expr> results) {
        Set<Expr> inside = new HashSet<>(inputs);
        Set<Expr> outside = new LinkedHashSet<>();
        for (Node node : Graph.of(inputs, results).nodes()) {
            if (node.inputs().stream().anyMatch(inside::contains)) {
                IntStream.range(0, node.types().size()).forEach(i -> inside.add(node.output(i)));
                node.inputs().stream().filter(input -> !inside.contains(input)).forEach(input -> lift(input, outside));
            }
        }
        results.stream().filter(result -> !inside.contains(result)).forEach(result -> lift(result, outside));
        return List.copyOf(outside);
    }

    /** Constants are part of the loop, and what only repeats a value is done inside it. */
    private static void lift(Expr value, Set<Expr> outside) {
        switch (value.node().op()) {
            case Op.Constant ignored -> {
                // part of the step
            }
            case Op.Iota ignored -> {
                // part of the step
            }
            case Op.Broadcast ignored -> lift(value.node().inputs().getFirst(), outside);
            default -> outside.add(value);
        }
    }

    /** The structure with the types of the given leaves. */
    private static Structure retyped(Structure structure, List<Expr> leaves) {
        return switch (structure) {
            case Structure.Leaf ignored -> new Structure.Leaf(leaves.getFirst().type());
            case Structure.Named named -> new Structure.Named(named.names(), children(named, leaves));
            case Structure.Tuple tuple -> new Structure.Tuple(children(tuple, leaves));
        };
    }

    private static List<Structure> children(Structure structure, List<Expr> leaves) {
        List<Structure> children = new ArrayList<>();
        int from = 0;
        for (Structure child : structure.children()) {
            children.add(retyped(child, leaves.subList(from, from + child.leafCount())));
            from += child.leafCount();
        }
        return children;
    }
}
