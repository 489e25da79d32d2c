package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import cotangent.dsl.ir.UnaryFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a linear function round: from the cotangents of its outputs to those of its inputs.
 *
 * <p>It knows the primitives that are linear in an input, and needs to know no others, since {@link ForwardMode} builds
 * nothing else from tangents. A cotangent of {@code null} is zero.
 */
public final class Transpose {
    private final Set<Expr> linear = new HashSet<>();
    private final Map<Expr, Expr> cotangents = new HashMap<>();

    private Transpose() {}

    /**
     * The transpose applied to cotangents.
     *
     * @param inputs     the expressions that the outputs are linear in
     * @param outputs    the linear function's outputs; {@code null} is zero
     * @param cotangents one per output, of its type; {@code null} is zero
     * @return one per input, of its type; {@code null} is zero
     */
    public static List<@Nullable Expr> transpose(List<Expr> inputs, List<? extends @Nullable Expr> outputs,
            List<? extends @Nullable Expr> cotangents) {
        Transpose transpose = new Transpose();
        transpose.linear.addAll(inputs);
        List<Expr> roots = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            Expr output = outputs.get(i);
            if (output != null) {
                roots.add(output);
                transpose.add(output, cotangents.get(i));
            }
        }
        List<Node> order = transpose.mark(Graph.of(inputs, roots).nodes());
        for (Node node : order.reversed()) {
            Expr cotangent = transpose.cotangents.get(node.output(0));
            if (cotangent != null) {
                transpose.pull(node, cotangent);
            }
        }
        List<@Nullable Expr> result = new ArrayList<>();
        inputs.forEach(input -> result.add(transpose.cotangents.get(input)));
        return result;
    }

    /** The nodes between the linear inputs and the outputs, each after its inputs. */
    private List<Node> mark(List<Node> nodes) {
        List<Node> between = new ArrayList<>();
        for (Node node : nodes) {
            if (node.inputs().stream().anyMatch(linear::contains)) {
                between.add(node);
                IntStream.range(0, node.types().size()).forEach(i -> linear.add(node.output(i)));
            }
        }
        return between;
    }

    private void add(Expr expression, @Nullable Expr cotangent) {
        if (cotangent != null) {
            cotangents.merge(expression, cotangent, Expr::plus);
        }
    }

    /** Adds to the cotangent of an input, if the function is linear in it. */
    private void give(Node node, int input, java.util.function.Supplier<Expr> cotangent) {
        Expr target = node.inputs().get(input);
        if (linear.contains(target)) {
            add(target, cotangent.get());
        }
    }

    private void pull(Node node, Expr ct) {
        Expr first = node.inputs().getFirst();
        switch (node.op()) {
            case Op.Unary unary -> {
                requireLinear(unary.function() == UnaryFunction.NEG, node);
                add(first, ct.neg());
            }
            case Op.Binary binary -> binary(node, binary.function(), ct);
            case Op.Select ignored -> {
                Expr condition = first;
                give(node, 1, () -> condition.where(ct, ct.filled(0)));
                give(node, 2, () -> condition.where(ct.filled(0), ct));
            }
            case Op.Cast ignored -> add(first, ct.cast(first.dtype()));
            case Op.Reduce reduce -> {
                requireLinear(reduce.reduction() == Reduction.SUM, node);
                add(first, ct.operation(new Op.Broadcast(first.shape(), reduce.axes().complement(first.rank()))));
            }
            case Op.CumSum sum -> add(first, ct.operation(new Op.CumSum(sum.axis(), !sum.reverse())));
            case Op.Dot dot -> {
                give(node, 0, () -> leftOfDot(dot, node, ct));
                give(node, 1, () -> rightOfDot(dot, node, ct));
            }
            case Op.Transpose transpose -> add(first, ct.operation(new Op.Transpose(transpose.permutation()
                    .inverse())));
            case Op.Reshape ignored -> add(first, ct.reshape(first.shape()));
            case Op.Broadcast broadcast -> {
                Axes repeated = broadcast.axes().complement(broadcast.shape().rank());
                add(first, repeated.count() == 0 ? ct : ct.operation(new Op.Reduce(Reduction.SUM, repeated)));
            }
            case Op.Reverse reverse -> add(first, ct.operation(reverse));
            case Op.Slice slice -> add(first, ct.operation(padding(slice, first.shape(), ct.shape())));
            case Op.Pad pad -> add(first, ct.operation(inside(pad, first.shape())));
            case Op.Concat concat -> split(node, concat.axis(), ct);
            case Op.Gather gather -> add(first, ct.operation(new Op.ScatterAdd(gather.axis(), gather.batch()), List.of(
                    ForwardMode.zeros(first.type()), node.inputs().get(1), ct)));
            case Op.ScatterAdd scatter -> {
                give(node, 0, () -> ct);
                give(node, 2, () -> ct.operation(new Op.Gather(scatter.axis(), scatter.batch()), List.of(ct, node
                        .inputs()
                        .get(1))));
            }
            case Op.StopGradient ignored -> requireLinear(false, node);
            case Op.Compare ignored -> requireLinear(false, node);
            case Op.ArgMax ignored -> requireLinear(false, node);
            case Op.Random ignored -> requireLinear(false, node);
            case Op.Custom ignored -> requireLinear(false, node);
            case Op.Input ignored -> requireLinear(false, node);
            case Op.Constant ignored -> requireLinear(false, node);
            case Op.Iota ignored -> requireLinear(false, node);
        }
    }

    private static void requireLinear(boolean holds, Node node) {
        if (!holds) {
            throw new ShapeException(
                    "transpose: %s is not linear; a custom derivative rule must be linear in the tangents (%s)"
                            .formatted(node.op().label(), node.source()));
        }
    }

    private void binary(Node node, BinaryFunction function, Expr ct) {
        Expr a = node.inputs().get(0);
        Expr b = node.inputs().get(1);
        switch (function) {
            case ADD -> {
                give(node, 0, () -> ct);
                give(node, 1, () -> ct);
            }
            case SUB -> {
                give(node, 0, () -> ct);
                give(node, 1, ct::neg);
            }
            case MUL -> {
                requireLinear(!linear.contains(a) || !linear.contains(b), node);
                give(node, 0, () -> ct.times(b));
                give(node, 1, () -> ct.times(a));
            }
            case DIV -> {
                requireLinear(!linear.contains(b), node);
                give(node, 0, () -> ct.dividedBy(b));
            }
            case POW, MAX, MIN, AND, OR -> requireLinear(false, node);
        }
    }

    /** ct·b over b's free axes: axes come out as batch, left free, then b's contracted ones, and are put in a's order. */
    private static Expr leftOfDot(Op.Dot dot, Node node, Expr ct) {
        Expr a = node.inputs().get(0);
        Expr b = node.inputs().get(1);
        int batch = dot.leftBatch().count();
        Axes leftFree = dot.leftBatch().then(dot.leftContract()).complement(a.rank());
        Axes rightFree = dot.rightBatch().then(dot.rightContract()).complement(b.rank());
        int free = batch + leftFree.count();
        Expr product = ct.dot(b, Axes.range(free, ct.rank()), rightFree, Axes.range(0, batch), dot.rightBatch());
        Axes contracted = dot.leftContract().partners(dot.rightContract());
        return arrange(product, dot.leftBatch().then(leftFree).then(contracted));
    }

    /** a·ct over a's free axes: axes come out as batch, a's contracted ones, then right free, and are put in b's order. */
    private static Expr rightOfDot(Op.Dot dot, Node node, Expr ct) {
        Expr a = node.inputs().get(0);
        Expr b = node.inputs().get(1);
        int batch = dot.leftBatch().count();
        Axes leftFree = dot.leftBatch().then(dot.leftContract()).complement(a.rank());
        Axes rightFree = dot.rightBatch().then(dot.rightContract()).complement(b.rank());
        Expr product = a.dot(ct, leftFree, Axes.range(batch, batch + leftFree.count()), dot.leftBatch(), Axes.range(0,
                batch));
        Axes contracted = dot.rightContract().partners(dot.leftContract());
        return arrange(product, dot.rightBatch().then(contracted).then(rightFree));
    }

    /** Puts the product's axis {@code i} at position {@code target[i]}. */
    private static Expr arrange(Expr product, Axes target) {
        return target.isIdentity() ? product : product.operation(new Op.Transpose(target.inverse()));
    }

    private static Op.Pad padding(Op.Slice slice, Shape whole, Shape part) {
        int rank = whole.rank();
        int[] high = IntStream.range(0, rank).map(axis -> {
            int covered = part.extent(axis) == 0 ? 0 : (part.extent(axis) - 1) * slice.strides().at(axis) + 1;
            return whole.extent(axis) - slice.starts().at(axis) - covered;
        }).toArray();
        return new Op.Pad(slice.starts(), Axes.of(high), Axes.of(slice.strides().stream().map(s -> s - 1).toArray()));
    }

    private static Op.Slice inside(Op.Pad pad, Shape shape) {
        Axes strides = Axes.of(pad.interior().stream().map(interior -> interior + 1).toArray());
        int[] limits = IntStream.range(0, shape.rank()).map(axis -> {
            int extent = shape.extent(axis);
            return pad.low().at(axis) + (extent == 0 ? 0 : (extent - 1) * strides.at(axis) + 1);
        }).toArray();
        return new Op.Slice(pad.low(), Axes.of(limits), strides);
    }

    private void split(Node node, int axis, Expr ct) {
        int from = 0;
        for (int i = 0; i < node.inputs().size(); i++) {
            TensorType type = node.inputs().get(i).type();
            int start = from;
            int limit = from + type.shape().extent(axis);
            give(node, i, () -> ct.slice(axis, start, limit));
            from = limit;
        }
    }
}
