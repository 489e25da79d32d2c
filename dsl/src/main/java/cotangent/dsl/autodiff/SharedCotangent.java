package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds cotangents that are the same for all samples up to a factor which does not depend on the output: near the end of a
 * network δ[n, c] = u[c] ∘ v[n], since what flows back is the same for all samples until it meets the first values of their own.
 * Sums over outputs of products of such cotangents cost those of v alone.
 */
final class SharedCotangent {
    /**
     * A value {@code shared ∘ own}, the first repeated along an axis of samples.
     *
     * @param shared without that axis
     * @param axis   where it comes in; -1 where it has not yet
     * @param own    of the whole value's shape; null for ones
     */
    record Parts(Expr shared, int axis, @Nullable Expr own) {
        Parts times(Expr factor) {
            Expr before = own;
            return new Parts(shared, axis, before == null ? factor : before.times(factor));
        }
    }

    private final Expr unit;
    private final int samples;
    private final Set<Expr> dependent = new HashSet<>();
    private final Map<Expr, Parts> parts = new HashMap<>();

    /**
     * A search in expressions.
     *
     * @param unit  which output it is, the same for all samples
     * @param nodes of the expressions, each after its inputs
     */
    SharedCotangent(Expr unit, int samples, List<Node> nodes) {
        this.unit = unit;
        this.samples = samples;
        dependent.add(unit);
        parts.put(unit, new Parts(unit, -1, null));
        nodes.forEach(this::visit);
    }

    /** The parts of a value, if it has such. */
    Optional<Parts> of(Expr value) {
        return Optional.ofNullable(parts.get(value)).filter(found -> found.axis() >= 0);
    }

    /** Of products that are the same for all samples the one that is made once, repeated. */
    Map<Expr, Expr> repeated() {
        Map<Expr, Expr> repeated = new HashMap<>();
        parts.forEach((value, found) -> {
            if (value.node().op() instanceof Op.Dot && found.axis() >= 0) {
                Axes others = Axes.of(found.axis()).complement(value.rank());
                repeated.put(value, found.shared().operation(new Op.Broadcast(value.shape(), others)));
            }
        });
        return repeated;
    }

    private void visit(Node node) {
        if (node.output(0).equals(unit) || node.inputs().stream().noneMatch(dependent::contains)) {
            return;
        }
        for (int i = 0; i < node.types().size(); i++) {
            dependent.add(node.output(i));
        }
        Parts found = found(node);
        if (found != null) {
            parts.put(node.output(0), found);
        }
    }

    private @Nullable Parts found(Node node) {
        Parts first = parts.get(node.inputs().getFirst());
        return switch (node.op()) {
            case Op.Unary unary when unary.function() == UnaryFunction.NEG && first != null -> new Parts(first.shared()
                    .operation(unary), first.axis(), first.own());
            case Op.Slice slice when first != null && first.axis() < 0 -> new Parts(first.shared().operation(slice), -1,
                    null);
            case Op.Reshape reshape when first != null -> reshaped(first, node.inputs().getFirst().shape(), reshape
                    .shape());
            case Op.Transpose transpose when first != null -> transposed(first, transpose.permutation());
            case Op.Broadcast broadcast when first != null && first.axis() < 0 -> spread(first, broadcast);
            case Op.Binary binary when binary.function() == BinaryFunction.MUL -> product(node);
            case Op.Dot dot -> dot(node, dot);
            default -> null;
        };
    }

    private @Nullable Parts reshaped(Parts value, Shape from, Shape to) {
        if (value.axis() < 0) {
            return new Parts(value.shared().reshape(to), -1, null);
        }
        long before = from.select(Axes.range(0, value.axis())).size();
        long prefix = 1;
        for (int axis = 0; axis < to.rank(); axis++) {
            if (prefix == before && to.extent(axis) == samples) {
                Expr own = value.own();
                return new Parts(value.shared().reshape(to.without(Axes.of(axis))), axis, own == null ? null
                        : own.reshape(to));
            }
            prefix *= to.extent(axis);
        }
        return null;
    }

    private static Parts transposed(Parts value, Axes order) {
        if (value.axis() < 0) {
            return new Parts(value.shared().operation(new Op.Transpose(order)), -1, null);
        }
        int axis = order.indexOf(value.axis());
        int[] without = order.stream()
                .filter(from -> from != value.axis())
                .map(from -> from > value.axis() ? from - 1
                        : from)
                .toArray();
        Expr own = value.own();
        return new Parts(value.shared().operation(new Op.Transpose(Axes.of(without))), axis, own == null ? null
                : own.operation(new Op.Transpose(order)));
    }

    /** Repeated along one new axis as long as there are samples. */
    private @Nullable Parts spread(Parts value, Op.Broadcast broadcast) {
        Axes added = broadcast.axes().complement(broadcast.shape().rank());
        return added.count() == 1 && broadcast.shape().extent(added.at(0)) == samples
                ? new Parts(value.shared(), added.at(0), null)
                : null;
    }

    private @Nullable Parts product(Node node) {
        Expr a = node.inputs().get(0);
        Expr b = node.inputs().get(1);
        Parts left = parts.get(a);
        Parts right = parts.get(b);
        if (left != null && left.axis() >= 0 && !dependent.contains(b)) {
            return left.times(b);
        }
        return right != null && right.axis() >= 0 && !dependent.contains(a) ? right.times(a) : null;
    }

    /** A product with what is the same for all samples is the same for all samples. */
    private @Nullable Parts dot(Node node, Op.Dot dot) {
        if (dot.leftBatch().count() > 0) {
            return null;
        }
        Expr a = node.inputs().get(0);
        Expr b = node.inputs().get(1);
        Parts left = parts.get(a);
        Parts right = parts.get(b);
        Axes leftFree = dot.leftContract().complement(a.rank());
        Axes rightFree = dot.rightContract().complement(b.rank());
        if (left != null && left.own() == null && leftFree.contains(left.axis()) && !dependent.contains(b)) {
            return new Parts(left.shared()
                    .dot(b, below(dot.leftContract(), left.axis()), dot.rightContract(), Axes.of(),
                            Axes.of()),
                    leftFree.indexOf(left.axis()), null);
        }
        if (right != null && right.own() == null && rightFree.contains(right.axis()) && !dependent.contains(a)) {
            return new Parts(a.dot(right.shared(), dot.leftContract(), below(dot.rightContract(), right.axis()), Axes
                    .of(), Axes.of()), leftFree.count() + rightFree.indexOf(right.axis()), null);
        }
        return null;
    }

    private static Axes below(Axes axes, int gone) {
        return Axes.of(axes.stream().map(axis -> axis > gone ? axis - 1 : axis).toArray());
    }
}
