package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/** Collects the nodes of one group into a {@link Region}. */
final class LoopBuilder {
    private final Shape shape;
    private final List<Expr> inputs = new ArrayList<>();
    private final List<Region.Instruction> instructions = new ArrayList<>();
    private final List<Region.Root> roots = new ArrayList<>();
    private final List<Expr> results = new ArrayList<>();

    LoopBuilder(Shape shape, List<Node> group, BiPredicate<Node, List<Node>> isUsedOutside) {
        this.shape = shape;
        Map<Expr, Integer> values = number(group);
        for (Node node : group) {
            Expr result = node.output(0);
            if (node.op() instanceof Op.Reduce reduce) {
                roots.add(new Region.Root(number(values, node.inputs().getFirst()), reduce.reduction(), reduce.axes()));
                results.add(result);
                continue;
            }
            List<Integer> arguments = node.inputs().stream().map(input -> number(values, input)).toList();
            instructions.add(new Region.Instruction(node.op(), result.dtype(), arguments));
            if (isUsedOutside.test(node, group)) {
                roots.add(new Region.Root(number(values, result), null, Axes.of()));
                results.add(result);
            }
        }
    }

    private static int number(Map<Expr, Integer> values, Expr value) {
        return Objects.requireNonNull(values.get(value));
    }

    /** Loaded values first, then the results of instructions, in order. */
    private Map<Expr, Integer> number(List<Node> group) {
        List<Expr> made = group.stream()
                .filter(node -> !(node.op() instanceof Op.Reduce))
                .map(node -> node.output(0))
                .toList();
        java.util.Set<Expr> inside = new java.util.HashSet<>(made);
        Map<Expr, Integer> values = new HashMap<>();
        for (Node node : group) {
            for (Expr input : node.inputs()) {
                if (!inside.contains(input) && values.putIfAbsent(input, inputs.size()) == null) {
                    inputs.add(input);
                }
            }
        }
        for (Expr value : made) {
            values.put(value, values.size());
        }
        return values;
    }

    /** What the loop reads, in the order of the region's inputs. */
    List<Expr> inputs() {
        return inputs;
    }

    /** What the loop makes, in the order of the roots. */
    List<Expr> results() {
        return results;
    }

    /** Stores a result at one more place, after all others. */
    void repeat(int result) {
        roots.add(roots.get(result));
    }

    List<Region.Root> roots() {
        return roots;
    }

    Region region() {
        List<DType> dtypes = inputs.stream().map(Expr::dtype).toList();
        return new Region(shape, dtypes, List.copyOf(instructions), List.copyOf(roots));
    }
}
