package cotangent.dsl.reference;

import cotangent.dsl.CotangentException;
import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph as a list of steps over numbered slots. Every value has a slot of its own; a run clones the slots (constants
 * are in place), fills them in order, and lets go of each array after its last use. Immutable, so safe for any number of
 * threads.
 */
final class Program {
    private sealed interface Step {
        Node node();

        int[] inputs();

        int[] lastUses();
    }

    private record Apply(Node node, Kernel kernel, int[] inputs, int output, int[] lastUses) implements Step {}

    private record Call(Node node, Program body, int[] inputs, int[] outputs, int[] lastUses) implements Step {}

    private record Repeat(Node node, Op.Scan scan, Program body, int[] inputs, int[] outputs, int[] lastUses)
            implements
                Step {}

    private final @Nullable Object[] slots;
    private final int[] inputs;
    private final int[] outputs;
    private final List<Step> steps;

    private Program(@Nullable Object[] slots, int[] inputs, int[] outputs, List<Step> steps) {
        this.slots = slots;
        this.inputs = inputs;
        this.outputs = outputs;
        this.steps = steps;
    }

    static Program of(Graph graph, ElementaryFunctions functions) {
        return new Builder(graph, functions).build();
    }

    Object[] run(Object[] arguments) {
        @Nullable
        Object[] values = slots.clone();
        for (int i = 0; i < inputs.length; i++) {
            values[inputs[i]] = arguments[i];
        }
        for (Step step : steps) {
            Object[] operands = select(values, step.inputs());
            switch (step) {
                case Apply apply -> values[apply.output] = apply.kernel.apply(operands);
                case Call call -> store(call.body.run(operands), values, call.outputs);
                case Repeat loop -> store(Repetition.run(loop.scan, loop.body::run, operands), values, loop.outputs);
            }
            for (int slot : step.lastUses()) {
                values[slot] = null;
            }
        }
        return select(values, outputs);
    }

    private static void store(Object[] results, @Nullable Object[] values, int[] slots) {
        for (int i = 0; i < results.length; i++) {
            values[slots[i]] = results[i];
        }
    }

    private static Object[] select(@Nullable Object[] values, int[] chosen) {
        Object[] result = new Object[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            result[i] = Objects.requireNonNull(values[chosen[i]]);
        }
        return result;
    }

    /** One line a step. */
    String explain() {
        StringBuilder text = new StringBuilder("reference: ").append(steps.size())
                .append(" steps, scalar, one thread\n");
        for (Step step : steps) {
            text.append("  ").append(step.node().op().label()).append(' ');
            text.append(
                    String.join(", ", step.node().inputs().stream().map(input -> input.type().toString()).toList()));
            text.append(" -> ").append(String.join(", ", step.node().types().stream().map(Object::toString).toList()));
            text.append("  ").append(step.node().source()).append('\n');
        }
        return text.toString();
    }

    private static final class Builder {
        private final Graph graph;
        private final ElementaryFunctions functions;
        private final Map<Expr, Integer> slotOf = new HashMap<>();
        private final Map<Integer, Object> constants = new HashMap<>();

        Builder(Graph graph, ElementaryFunctions functions) {
            this.graph = graph;
            this.functions = functions;
        }

        Program build() {
            for (Expr free : graph.freeInputs()) {
                throw new CotangentException(
                        "compile: the graph depends on " + free + ", which is not among its inputs");
            }
            int[] inputs = graph.inputs().stream().mapToInt(this::slot).toArray();
            Map<Node, int[]> lastUses = lastUses();
            List<Step> steps = new ArrayList<>();
            for (Node node : graph.nodes()) {
                switch (node.op()) {
                    case Op.Input ignored -> slot(node.output(0));
                    case Op.Constant constant -> constants.put(slot(node.output(0)), Elements.of(constant.value()));
                    default -> steps.add(step(node, slotsOf(lastUses, node)));
                }
            }
            int[] outputs = graph.outputs().stream().mapToInt(this::slot).toArray();
            @Nullable
            Object[] slots = new @Nullable Object[slotOf.size()];
            constants.forEach((slot, array) -> slots[slot] = array);
            return new Program(slots, inputs, outputs, List.copyOf(steps));
        }

        private static int[] slotsOf(Map<Node, int[]> lastUses, Node node) {
            int[] slots = lastUses.get(node);
            return slots == null ? new int[0] : slots;
        }

        private Step step(Node node, int[] lastUses) {
            int[] inputs = node.inputs().stream().mapToInt(this::slot).toArray();
            int[] outputs = new int[node.types().size()];
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] = slot(node.output(i));
            }
            if (node.op() instanceof Op.Scan scan) {
                return new Repeat(node, scan, Program.of(scan.body(), functions), inputs, outputs, lastUses);
            }
            if (node.op() instanceof Op.Custom custom) {
                return new Call(node, Program.of(custom.body(), functions), inputs, outputs, lastUses);
            }
            return new Apply(node, Kernels.of(node, functions), inputs, outputs[0], lastUses);
        }

        private int slot(Expr value) {
            return slotOf.computeIfAbsent(value, ignored -> slotOf.size());
        }

        /** For each node, the slots whose value no later node needs and that are not outputs. */
        private Map<Node, int[]> lastUses() {
            Set<Expr> alive = new HashSet<>(graph.outputs());
            Map<Node, int[]> result = new HashMap<>();
            for (Node node : graph.nodes().reversed()) {
                List<Expr> ending = new ArrayList<>();
                for (int i = 0; i < node.types().size(); i++) {
                    // An output of a Custom or Scan that nobody uses ends where it is made.
                    if (alive.add(node.output(i))) {
                        ending.add(node.output(i));
                    }
                }
                for (Expr input : node.inputs()) {
                    if (alive.add(input)) {
                        ending.add(input);
                    }
                }
                result.put(node, ending.stream().mapToInt(this::slot).toArray());
            }
            return result;
        }
    }
}
