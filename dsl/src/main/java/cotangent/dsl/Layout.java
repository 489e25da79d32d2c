package cotangent.dsl;

import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Operations that move elements without changing them. Axes and positions count from the end when negative.
 *
 * @param <V> the kind of value
 */
public sealed interface Layout<V extends Array<V>> extends Operand<V> permits Array {
    /** The axes in reverse order; of a matrix, its transpose. */
    default V transpose() {
        return transpose(IntStream.range(0, rank()).map(axis -> rank() - 1 - axis).toArray());
    }

    /** Axis {@code i} of the result is axis {@code permutation[i]} of this value. */
    default V transpose(int... permutation) {
        Axes axes = Axes.normalize("transpose", rank(), permutation);
        return axes.count() == rank() && axes.isIdentity() ? self() : operation(new Op.Transpose(axes));
    }

    /** The value with two axes exchanged. */
    default V swapAxes(int first, int second) {
        Axes pair = Axes.normalize("swapAxes", rank(), first, second);
        int[] permutation = Axes.range(0, rank()).toArray();
        permutation[pair.at(0)] = pair.at(1);
        permutation[pair.at(1)] = pair.at(0);
        return transpose(permutation);
    }

    /** The value with one axis moved to another position, the others kept in order. */
    default V moveAxis(int from, int to) {
        int source = Axes.normalize("moveAxis", rank(), from).at(0);
        int target = Axes.normalize("moveAxis", rank(), to).at(0);
        int[] others = Axes.of(source).complement(rank()).toArray();
        int[] permutation = IntStream.range(0, rank())
                .map(axis -> axis == target
                        ? source
                        : others[axis < target ? axis : axis - 1])
                .toArray();
        return transpose(permutation);
    }

    /** The elements in row-major order under another shape; one extent may be -1 and is then worked out. */
    default V reshape(int... extents) {
        int known = 1;
        int unknown = -1;
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] == -1 && unknown < 0) {
                unknown = axis;
            } else {
                known *= extents[axis];
            }
        }
        if (unknown < 0) {
            return reshape(Shape.of(extents));
        }
        if (known <= 0 || shape().size() % known != 0) {
            throw new ShapeException("reshape: no extent in place of -1 makes %s into %s (%s)".formatted(shape(),
                    Arrays.toString(extents), SourceLine.current()));
        }
        int[] full = extents.clone();
        full[unknown] = shape().size() / known;
        return reshape(Shape.of(full));
    }

    /** The elements in row-major order under another shape. */
    default V reshape(Shape shape) {
        return shape.equals(shape()) ? self() : operation(new Op.Reshape(shape));
    }

    /** The elements in row-major order as a vector. */
    default V flatten() {
        return reshape(Shape.of(shape().size()));
    }

    /** The value repeated to a shape that it can be broadcast to. */
    default V broadcastTo(Shape shape) {
        return Broadcasting.to(self(), shape);
    }

    /** The value repeated to the shape with the given extents. */
    default V broadcastTo(int... extents) {
        return broadcastTo(Shape.of(extents));
    }

    /** The value with an axis of extent 1 at a position of the result. */
    default V expandDims(int axis) {
        return reshape(shape().insert(Axes.normalize("expandDims", rank() + 1, axis).at(0), 1));
    }

    /** The value without an axis of extent 1. */
    default V squeeze(int axis) {
        Axes axes = Axes.normalize("squeeze", rank(), axis);
        if (shape().extent(axes.at(0)) != 1) {
            throw new ShapeException("squeeze: axis %d of %s has extent %d, expected 1 (%s)".formatted(axis, shape(),
                    shape().extent(axes.at(0)), SourceLine.current()));
        }
        return reshape(shape().without(axes));
    }

    /** Positions {@code start} to {@code limit - 1} of an axis. */
    default V slice(int axis, int start, int limit) {
        return slice(axis, start, limit, 1);
    }

    /**
     * Positions {@code start, start + stride, ...} below {@code limit} of an axis.
     *
     * @throws ShapeException if the stride is not positive or a position lies outside the axis
     */
    default V slice(int axis, int start, int limit, int stride) {
        int along = Axes.normalize("slice", rank(), axis).at(0);
        int extent = shape().extent(along);
        int[] starts = new int[rank()];
        int[] limits = shape().toArray();
        int[] strides = IntStream.generate(() -> 1).limit(rank()).toArray();
        starts[along] = start < 0 ? start + extent : start;
        limits[along] = limit < 0 ? limit + extent : limit;
        strides[along] = stride;
        return operation(new Op.Slice(Axes.of(starts), Axes.of(limits), Axes.of(strides)));
    }

    /** The entry at a position of an axis, which vanishes: {@code a.at(0, 3)} is row 3 of a matrix. */
    default V at(int axis, int position) {
        int along = Axes.normalize("at", rank(), axis).at(0);
        int start = position < 0 ? position + shape().extent(along) : position;
        return slice(along, start, start + 1).squeeze(along);
    }

    /** The value with zeros before and after each axis. */
    default V pad(int[] low, int[] high) {
        return operation(new Op.Pad(Axes.of(low), Axes.of(high), Axes.of(new int[rank()])));
    }

    /** The value with the order along axes reversed. */
    default V reverse(int... axes) {
        return operation(new Op.Reverse(Axes.normalize("reverse", rank(), axes)));
    }
}
