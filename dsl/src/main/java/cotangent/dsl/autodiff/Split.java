package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Splits a graph where tangents enter it. What the linear side uses of the primal side is the tape; constants and values
 * that only repeat or re-arrange a smaller one are built again on the linear side instead of being kept.
 */
final class Split {
    private final List<Expr> tape;
    private final Map<Expr, Expr> inputs;

    private Split(List<Expr> tape, Map<Expr, Expr> inputs) {
        this.tape = tape;
        this.inputs = inputs;
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
        Map<Expr, Expr> inputs = new HashMap<>();
        tape.forEach(entry -> inputs.put(entry, Expr.input(entry.type())));
        return new Split(List.copyOf(tape), inputs);
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

    /** The inputs that stand for them on the linear side, in their order. */
    List<Expr> inputs() {
        return tape.stream().map(entry -> Objects.requireNonNull(inputs.get(entry))).toList();
    }

    /** The inputs that stand for them on the linear side, with their values. */
    Map<Expr, Tensor> tape(List<Tensor> values) {
        Map<Expr, Tensor> result = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            result.put(inputs.get(tape.get(i)), values.get(i));
        }
        return Collections.unmodifiableMap(result);
    }

    /** Linear-side expressions, over inputs in place of the tape. */
    List<Expr> cut(List<Expr> expressions) {
        return Graph.substitute(expressions, inputs);
    }
}
