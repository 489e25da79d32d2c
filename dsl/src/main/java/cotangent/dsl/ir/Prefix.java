package cotangent.dsl.ir;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first entries of a value along an axis, from what only they depend on: of a loop's stacked outputs the first steps, of
 * an elementwise value the first entries of its inputs. What cannot be cut further down is computed whole and sliced. The
 * entries are the same to rounding.
 *
 * <p>A recurrence's first states do not depend on later inputs; cut this way, neither do their derivatives' programs.
 */
public final class Prefix {
    private record Wanted(Expr value, int axis, int limit) {}

    private record Loop(Node node, int limit) {}

    private final Map<Wanted, Expr> made = new HashMap<>();
    private final Map<Loop, Node> loops = new HashMap<>();

    private Prefix() {}

    /**
     * The first entries of a value.
     *
     * @param axis  not negative
     * @param limit how many, at most the axis' extent
     */
    public static Expr of(Expr value, int axis, int limit) {
        return new Prefix().cut(value, axis, limit);
    }

    private Expr cut(Expr value, int axis, int limit) {
        if (value.shape().extent(axis) == limit) {
            return value;
        }
        Wanted wanted = new Wanted(value, axis, limit);
        Expr known = made.get(wanted);
        if (known == null) {
            Expr below = below(value, axis, limit);
            known = below == null ? value.slice(axis, 0, limit) : below;
            made.put(wanted, known);
        }
        return known;
    }

    /** From cut inputs; null where that is not possible. */
    private @Nullable Expr below(Expr value, int axis, int limit) {
        Node node = value.node();
        List<Expr> in = node.inputs();
        Shape shape = value.shape().with(axis, limit);
        return switch (node.op()) {
            case Op.Unary op -> elementwise(op, node, axis, limit);
            case Op.Binary op -> elementwise(op, node, axis, limit);
            case Op.Compare op -> elementwise(op, node, axis, limit);
            case Op.Select op -> elementwise(op, node, axis, limit);
            case Op.Cast op -> elementwise(op, node, axis, limit);
            case Op.StopGradient op -> elementwise(op, node, axis, limit);
            case Op.CumSum op when op.axis() != axis || !op.reverse() -> elementwise(op, node, axis, limit);
            case Op.Reverse op when !op.axes().contains(axis) -> elementwise(op, node, axis, limit);
            case Op.Concat op when op.axis() != axis -> elementwise(op, node, axis, limit);
            case Op.Concat op -> parts(op, node, limit);
            case Op.Transpose op -> remade(op, node, cut(in.getFirst(), op.permutation().at(axis), limit));
            case Op.Broadcast op -> {
                int from = op.axes().indexOf(axis);
                yield remade(new Op.Broadcast(shape, op.axes()), node, from < 0
                        ? in.getFirst()
                        : cut(in.getFirst(), from, limit));
            }
            case Op.Reduce op ->
                remade(op, node, cut(in.getFirst(), op.axes().complement(in.getFirst().rank()).at(axis),
                        limit));
            case Op.Reshape ignored -> reshaped(node, axis, limit, shape);
            case Op.Dot op -> dot(op, node, axis, limit);
            case Op.Scan op when value.index() >= op.carries() && axis == 0 && !op.reverse() -> loop(op, node, limit)
                    .output(value.index());
            default -> null;
        };
    }

    private static Expr remade(Op op, Node node, Expr... inputs) {
        return Node.of(op, List.of(inputs), node.source()).output(0);
    }

    private Expr elementwise(Op op, Node node, int axis, int limit) {
        return remade(op, node, node.inputs().stream().map(input -> cut(input, axis, limit)).toArray(Expr[]::new));
    }

    private Expr parts(Op.Concat op, Node node, int limit) {
        List<Expr> parts = new ArrayList<>();
        int left = limit;
        for (Expr part : node.inputs()) {
            int taken = Math.min(left, part.shape().extent(op.axis()));
            if (taken > 0 || parts.isEmpty()) {
                parts.add(cut(part, op.axis(), taken));
            }
            left -= taken;
        }
        return remade(op, node, parts.toArray(Expr[]::new));
    }

    /** In row-major order the first entries along an axis, given all indices before, are the first along another. */
    private @Nullable Expr reshaped(Node node, int axis, int limit, Shape shape) {
        Expr input = node.inputs().getFirst();
        int[] to = node.output(0).shape().toArray();
        long before = product(to, 0, axis);
        long wanted = limit * product(to, axis + 1, to.length);
        int[] from = input.shape().toArray();
        for (int i = 0; i < from.length; i++) {
            long run = product(from, i + 1, from.length);
            if (product(from, 0, i) == before && wanted % Math.max(1, run) == 0
                    && wanted / Math.max(1, run) <= from[i]) {
                Expr cut = cut(input, i, (int) (wanted / Math.max(1, run)));
                return remade(new Op.Reshape(shape), node, cut);
            }
        }
        return null;
    }

    private static long product(int[] extents, int from, int to) {
        return Arrays.stream(extents, from, to).asLongStream().reduce(1, (a, b) -> a * b);
    }

    private Expr dot(Op.Dot op, Node node, int axis, int limit) {
        Expr left = node.inputs().get(0);
        Expr right = node.inputs().get(1);
        int batch = op.leftBatch().count();
        Axes leftFree = op.leftBatch().then(op.leftContract()).complement(left.rank());
        Axes rightFree = op.rightBatch().then(op.rightContract()).complement(right.rank());
        if (axis < batch) {
            return remade(op, node, cut(left, op.leftBatch().at(axis), limit), cut(right, op.rightBatch().at(axis),
                    limit));
        }
        return axis < batch + leftFree.count()
                ? remade(op, node, cut(left, leftFree.at(axis - batch), limit), right)
                : remade(op, node, left, cut(right, rightFree.at(axis - batch - leftFree.count()), limit));
    }

    private Node loop(Op.Scan op, Node node, int limit) {
        Loop wanted = new Loop(node, limit);
        Node known = loops.get(wanted);
        if (known == null) {
            List<Expr> inputs = new ArrayList<>(node.inputs());
            for (int i = op.carries(); i < op.carries() + op.sequences(); i++) {
                inputs.set(i, cut(inputs.get(i), 0, limit));
            }
            known = Node.of(new Op.Scan(op.body(), op.carries(), op.sequences(), limit, false, op.recomputes()), inputs,
                    node.source());
            loops.put(wanted, known);
        }
        return known;
    }
}
