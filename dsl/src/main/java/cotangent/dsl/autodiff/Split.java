package cotangent.dsl.autodiff;

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
 * Splits a graph where tangents enter it. What the linear side uses of the primal side is the tape; constants and values
 * that only repeat or re-arrange a smaller one are built again on the linear side instead of being kept.
 */
final class Split {
    private final List<Expr> tape;
    private final Map<Expr, Expr> kept;

    private Split(List<Expr> tape, Map<Expr, Expr> kept) {
        this.tape = tape;
        this.kept = kept;
    }

    /**
     * Finds the tape.
     *
     * @param tangents inputs of the linear side
     * @param outputs  what the linear side computes
     */
    static Split at(List<Expr> tangents, List<Expr> outputs) {
        Set<Expr> linear = new HashSet<>(tangents);
        Set<Expr> tape = new LinkedHashSet<>();
        for (Node node : Graph.of(tangents, outputs).nodes()) {
            if (node.inputs().stream().anyMatch(linear::contains)) {
                for (int i = 0; i < node.types().size(); i++) {
                    linear.add(node.output(i));
                }
                node.inputs().stream().filter(input -> !linear.contains(input)).forEach(input -> keep(input, tape));
            }
        }
        outputs.stream().filter(output -> !linear.contains(output)).forEach(output -> keep(output, tape));
        Map<Expr, Expr> kept = new HashMap<>();
        tape.forEach(entry -> kept.put(entry, Expr.input(entry.type())));
        return new Split(List.copyOf(tape), kept);
    }

    private static void keep(Expr expression, Set<Expr> tape) {
        switch (expression.node().op()) {
            case Op.Constant ignored -> {
                // part of the linear side itself
            }
            case Op.Iota ignored -> {
                // made again
            }
            case Op.Broadcast ignored -> keep(expression.node().inputs().getFirst(), tape);
            case Op.Reshape ignored -> keep(expression.node().inputs().getFirst(), tape);
            default -> tape.add(expression);
        }
    }

    /** The primal values that the linear side uses. */
    List<Expr> tape() {
        return tape;
    }

    /** The inputs that stand for them on the linear side. */
    List<Expr> tapeInputs() {
        return tape.stream().map(kept::get).toList();
    }

    /** Linear-side expressions, over {@link #tapeInputs} in place of the tape. */
    List<Expr> cut(List<Expr> expressions) {
        return Graph.substitute(expressions, kept);
    }
}
