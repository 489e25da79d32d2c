package cotangent.dsl;

import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.List;

/** NumPy's broadcasting rule: shapes are aligned at the last axis, and an extent of 1 stretches to meet the other. */
final class Broadcasting {
    private Broadcasting() {}

    static <V extends Array<V>> V binary(BinaryFunction function, V left, V right) {
        return apply(new Op.Binary(function), left, right);
    }

    static <V extends Array<V>> V compare(Comparison comparison, V left, V right) {
        return apply(new Op.Compare(comparison), left, right);
    }

    /** A Java number as a value of {@code x}'s dtype. */
    static <V extends Array<V>> V number(V x, double number) {
        if (x.dtype() == DType.BOOL || x.dtype() == DType.I32 && number != (int) number) {
            throw new ShapeException("the number %s cannot become %s; convert the other operand with cast (%s)"
                    .formatted(number, x.dtype(), SourceLine.current()));
        }
        return x.constant(Tensor.scalar(number, x.dtype()));
    }

    private static <V extends Array<V>> V apply(Op op, V left, V right) {
        Shape common = common(op.label(), left.shape(), right.shape());
        return left.operation(op, List.of(left.broadcastTo(common), right.broadcastTo(common)));
    }

    /** The shape that both shapes stretch to. */
    static Shape common(String operation, Shape left, Shape right) {
        if (left.equals(right)) {
            return left;
        }
        int rank = Math.max(left.rank(), right.rank());
        int[] extents = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            int a = aligned(left, axis - rank);
            int b = aligned(right, axis - rank);
            if (a != b && a != 1 && b != 1) {
                throw new ShapeException("%s: shapes %s and %s cannot be broadcast together: %d against %d (%s)"
                        .formatted(operation, left, right, a, b, SourceLine.current()));
            }
            extents[axis] = a == 1 ? b : a;
        }
        return Shape.of(extents);
    }

    private static int aligned(Shape shape, int fromEnd) {
        return -fromEnd > shape.rank() ? 1 : shape.extent(fromEnd);
    }

    /** {@code x} stretched to a shape. */
    static <V extends Array<V>> V to(V x, Shape target) {
        if (x.shape().equals(target)) {
            return x;
        }
        Shape shape = x.shape();
        int offset = target.rank() - shape.rank();
        boolean fits = offset >= 0;
        for (int axis = 0; fits && axis < shape.rank(); axis++) {
            int extent = shape.extent(axis);
            fits = extent == 1 || extent == target.extent(axis + offset);
        }
        if (!fits) {
            throw new ShapeException("broadcastTo: %s cannot be broadcast to %s (%s)".formatted(shape, target,
                    SourceLine.current()));
        }
        int[] kept = java.util.stream.IntStream.range(0, shape.rank())
                .filter(axis -> shape.extent(axis) == target.extent(axis + offset))
                .toArray();
        V squeezed = kept.length == shape.rank() ? x : x.reshape(shape.select(Axes.of(kept)));
        int[] axes = java.util.Arrays.stream(kept).map(axis -> axis + offset).toArray();
        return squeezed.operation(new Op.Broadcast(target, Axes.of(axes)));
    }
}
