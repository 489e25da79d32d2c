package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.ShapeInference;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.dsl.kernel.Storage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Algebraic identities, each a rule that looks at one primitive and what its inputs are. Every rule keeps the value,
 * NaN and infinities included, up to the sign of a zero; so there is none for {@code x * 0} or {@code x - x}.
 */
final class Identities {
    private static final int SEARCHED = 1 << 20;

    /** Builds a simplified primitive. */
    @FunctionalInterface
    interface Make {
        Expr apply(Op op, List<Expr> inputs);
    }

    private Identities() {}

    /** Something equal and simpler than {@code op(inputs)}, or null. */
    static @Nullable Expr rewrite(Op op, List<Expr> inputs, Make make) {
        return switch (op) {
            case Op.StopGradient ignored -> inputs.getFirst();
            case Op.Constant constant -> constant(constant.value(), make);
            case Op.Transpose transpose -> transpose(transpose.permutation(), inputs.getFirst(), make);
            case Op.Reshape reshape -> reshape(reshape, inputs.getFirst(), make);
            case Op.Broadcast broadcast -> broadcast(broadcast, inputs.getFirst(), make);
            case Op.Slice slice -> slice(slice, inputs.getFirst(), make);
            case Op.Reverse reverse -> reverse(reverse.axes(), inputs.getFirst());
            case Op.Pad pad -> pad(pad, inputs.getFirst());
            case Op.Concat concat -> inputs.size() == 1 ? inputs.getFirst() : Joins.ofReshapes(concat, inputs, make);
            case Op.Reduce reduce -> reduce(reduce, inputs.getFirst(), make);
            case Op.Cast cast -> cast.dtype() == inputs.getFirst().dtype() ? inputs.getFirst() : null;
            case Op.Unary unary -> unary(unary.function(), inputs.getFirst());
            case Op.Binary binary -> binary(binary.function(), inputs.get(0), inputs.get(1), make);
            case Op.Select ignored -> select(inputs);
            default -> null;
        };
    }

    /** A large constant with every element the same is a broadcast scalar. */
    private static @Nullable Expr constant(Tensor value, Make make) {
        if (value.rank() == 0 || value.type().size() < 2 || value.type().size() > SEARCHED || !isUniform(value)) {
            return null;
        }
        double element = value.get(new int[value.rank()]);
        Expr scalar = make.apply(new Op.Constant(Tensor.scalar(element, value.dtype())), List.of());
        return make.apply(new Op.Broadcast(value.shape(), Axes.of()), List.of(scalar));
    }

    /** Transpose of a transpose is one transpose, and none if it moves no axis. */
    private static @Nullable Expr transpose(Axes permutation, Expr x, Make make) {
        if (permutation.isIdentity()) {
            return x;
        }
        if (x.node().op() instanceof Op.Transpose inner) {
            Axes both = Axes.of(permutation.stream().map(axis -> inner.permutation().at(axis)).toArray());
            return make.apply(new Op.Transpose(both), x.node().inputs());
        }
        return null;
    }

    /** Reshape of a reshape is one reshape, and none if the shape is the same. */
    private static @Nullable Expr reshape(Op.Reshape reshape, Expr x, Make make) {
        if (reshape.shape().equals(x.shape())) {
            return x;
        }
        return x.node().op() instanceof Op.Reshape ? make.apply(reshape, x.node().inputs()) : null;
    }

    /** Broadcast of a broadcast is one broadcast, and none if the shape is the same. */
    private static @Nullable Expr broadcast(Op.Broadcast broadcast, Expr x, Make make) {
        if (broadcast.shape().equals(x.shape())) {
            return x;
        }
        if (x.node().op() instanceof Op.Broadcast inner) {
            Axes both = Axes.of(inner.axes().stream().map(axis -> broadcast.axes().at(axis)).toArray());
            return make.apply(new Op.Broadcast(broadcast.shape(), both), x.node().inputs());
        }
        return null;
    }

    /** A slice of everything is nothing; a slice inside one part of a concatenation is a slice of that part. */
    private static @Nullable Expr slice(Op.Slice slice, Expr x, Make make) {
        boolean contiguous = slice.strides().stream().allMatch(stride -> stride == 1);
        if (contiguous && slice.starts().stream().allMatch(start -> start == 0)
                && Arrays.equals(slice.limits().toArray(), x.shape().toArray())) {
            return x;
        }
        return switch (x.node().op()) {
            case Op.Concat concat -> sliceOfPart(slice, concat.axis(), x, make);
            case Op.Broadcast broadcast -> sliceOfRepeated(slice, broadcast.axes(), x, make);
            default -> null;
        };
    }

    /** A slice of a repeated value repeats a slice of it. */
    private static Expr sliceOfRepeated(Op.Slice slice, Axes axes, Expr x, Make make) {
        Op.Slice inner = new Op.Slice(picked(slice.starts(), axes), picked(slice.limits(), axes), picked(slice
                .strides(), axes));
        Expr part = make.apply(inner, x.node().inputs());
        Shape shape = ShapeInference.infer(slice, List.of(x.type()), x.node().source()).getFirst().shape();
        return make.apply(new Op.Broadcast(shape, axes), List.of(part));
    }

    private static @Nullable Expr sliceOfPart(Op.Slice slice, int axis, Expr x, Make make) {
        int start = slice.starts().at(axis);
        int limit = slice.limits().at(axis);
        int from = 0;
        for (Expr part : x.node().inputs()) {
            int to = from + part.shape().extent(axis);
            if (from <= start && start < limit && limit <= to) {
                return make
                        .apply(new Op.Slice(moved(slice.starts(), axis, start - from), moved(slice.limits(), axis, limit
                                - from), slice.strides()), List.of(part));
            }
            from = to;
        }
        return null;
    }

    private static Axes picked(Axes positions, Axes axes) {
        return Axes.of(axes.stream().map(positions::at).toArray());
    }

    private static Axes moved(Axes positions, int axis, int position) {
        int[] copy = positions.toArray();
        copy[axis] = position;
        return Axes.of(copy);
    }

    private static @Nullable Expr reverse(Axes axes, Expr x) {
        return axes.stream().allMatch(axis -> x.shape().extent(axis) <= 1) ? x : null;
    }

    private static @Nullable Expr pad(Op.Pad pad, Expr x) {
        return pad.low().then(pad.high()).then(pad.interior()).stream().allMatch(count -> count == 0) ? x : null;
    }

    /** A reduction over axes of extent 1 is a reshape. */
    private static @Nullable Expr reduce(Op.Reduce reduce, Expr x, Make make) {
        return reduce.axes().stream().allMatch(axis -> x.shape().extent(axis) == 1)
                ? make.apply(new Op.Reshape(x.shape().without(reduce.axes())), List.of(x))
                : Joins.reduce(reduce, x, make);
    }

    /** Negation and logical negation undo themselves; abs and sign are idempotent. */
    private static @Nullable Expr unary(UnaryFunction function, Expr x) {
        if (x.node().op() instanceof Op.Unary inner && inner.function() == function) {
            return switch (function) {
                case NEG, NOT -> x.node().inputs().getFirst();
                case ABS, SIGN -> x;
                default -> null;
            };
        }
        return null;
    }

    private static @Nullable Expr binary(BinaryFunction function, Expr a, Expr b, Make make) {
        Double left = uniform(a);
        Double right = uniform(b);
        return switch (function) {
            case ADD -> is(left, 0) ? b : is(right, 0) ? a : Joins.sum(a, b, make);
            case SUB -> is(right, 0) ? a : is(left, 0) ? make.apply(new Op.Unary(UnaryFunction.NEG), List.of(b)) : null;
            case MUL -> is(left, 1)
                    ? b
                    : is(right, 1) ? a
                    : is(left, -1) ? negated(b, make)
                    : is(right, -1) ? negated(a, make)
                    : null;
            case DIV -> is(right, 1) ? a : is(right, -1) ? negated(a, make) : null;
            case POW -> power(a, right, make);
            case AND -> is(left, 1) ? b : is(right, 1) ? a : is(left, 0) ? a : is(right, 0) || a.equals(b) ? b : null;
            case OR -> is(left, 0) ? b : is(right, 0) ? a : is(left, 1) ? a : is(right, 1) || a.equals(b) ? b : null;
            case MAX, MIN -> a.equals(b) ? a : null;
        };
    }

    private static Expr negated(Expr x, Make make) {
        return make.apply(new Op.Unary(UnaryFunction.NEG), List.of(x));
    }

    /** Small powers are products: correctly rounded, which pow is not. */
    private static @Nullable Expr power(Expr x, @Nullable Double exponent, Make make) {
        if (is(exponent, 1)) {
            return x;
        }
        if (is(exponent, 2)) {
            return make.apply(new Op.Binary(BinaryFunction.MUL), List.of(x, x));
        }
        if (is(exponent, -1)) {
            Expr one = make.apply(new Op.Constant(Tensor.scalar(1, x.dtype())), List.of());
            Expr ones = make.apply(new Op.Broadcast(x.shape(), Axes.of()), List.of(one));
            return make.apply(new Op.Binary(BinaryFunction.DIV), List.of(ones, x));
        }
        return null;
    }

    private static @Nullable Expr select(List<Expr> inputs) {
        Double condition = uniform(inputs.get(0));
        if (inputs.get(1).equals(inputs.get(2))) {
            return inputs.get(1);
        }
        return condition == null ? null : condition != 0 ? inputs.get(1) : inputs.get(2);
    }

    private static boolean is(@Nullable Double value, double expected) {
        return value != null && value == expected;
    }

    /** The number every element of a constant, broadcast or reshaped or not, is known to be; or null. */
    static @Nullable Double uniform(Expr x) {
        Expr source = x;
        while (source.node().op() instanceof Op.Broadcast || source.node().op() instanceof Op.Reshape) {
            source = source.node().inputs().getFirst();
        }
        return source.node().op() instanceof Op.Constant constant && constant.value().type().size() == 1
                ? constant.value().item()
                : null;
    }

    /** Every element equals its neighbour. */
    private static boolean isUniform(Tensor value) {
        return (switch (Storage.array(value)) {
            case double[] a -> Arrays.mismatch(a, 0, a.length - 1, a, 1, a.length);
            case float[] a -> Arrays.mismatch(a, 0, a.length - 1, a, 1, a.length);
            case int[] a -> Arrays.mismatch(a, 0, a.length - 1, a, 1, a.length);
            case boolean[] a -> Arrays.mismatch(a, 0, a.length - 1, a, 1, a.length);
            default -> throw new AssertionError(value.type());
        }) < 0;
    }
}
