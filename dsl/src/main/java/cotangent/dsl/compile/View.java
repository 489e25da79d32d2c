package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Op;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor's elements where they lie: a buffer, an offset and a stride per axis. Transposing, broadcasting, slicing and
 * reversing only change the view; strides may be zero or negative.
 */
public final class View {
    private final Buffer buffer;
    private final Shape shape;
    private final int offset;
    private final int[] strides;

    private View(Buffer buffer, Shape shape, int offset, int[] strides) {
        this.buffer = buffer;
        this.shape = shape;
        this.offset = shape.size() == 0 ? 0 : offset; // what has no elements may lie in an array that has none
        this.strides = strides;
    }

    /** The buffer in row-major order. */
    static View dense(Buffer buffer, Shape shape) {
        return new View(buffer, shape, 0, shape.strides());
    }

    /** The buffer's elements. */
    public Buffer buffer() {
        return buffer;
    }

    /** Element type. */
    public DType dtype() {
        return buffer.dtype();
    }

    /** Extents. */
    public Shape shape() {
        return shape;
    }

    /** Number of elements. */
    public int size() {
        return shape.size();
    }

    /** The first element's position in the call's array: the buffer's place plus the view's own offset. */
    public int start() {
        return buffer.offset() + offset;
    }

    /** Elements between neighbours along an axis. */
    public int stride(int axis) {
        return strides[axis];
    }

    /** Where the elements lie: equal for views of the same elements in the same order. */
    record Place(Buffer buffer, int offset, Shape shape, List<Integer> strides) {}

    Place place() {
        return new Place(buffer, offset, shape, Arrays.stream(strides).boxed().toList());
    }

    /** Whether the elements lie in row-major order without gaps. */
    public boolean isDense() {
        int expected = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            int extent = shape.extent(axis);
            if (extent > 1 && strides[axis] != expected) {
                return size() == 0;
            }
            expected *= extent;
        }
        return true;
    }

    /** Whether the view is the whole buffer in row-major order. */
    boolean isWhole() {
        return offset == 0 && size() == buffer.size() && isDense();
    }

    View transpose(Axes permutation) {
        return new View(buffer, shape.select(permutation), offset, permutation.stream()
                .map(axis -> strides[axis])
                .toArray());
    }

    View broadcast(Op.Broadcast broadcast) {
        int[] result = new int[broadcast.shape().rank()];
        for (int i = 0; i < strides.length; i++) {
            result[broadcast.axes().at(i)] = strides[i];
        }
        return new View(buffer, broadcast.shape(), offset, result);
    }

    View slice(Op.Slice slice, Shape result) {
        int start = offset;
        int[] steps = new int[strides.length];
        for (int axis = 0; axis < strides.length; axis++) {
            start += slice.starts().at(axis) * strides[axis];
            steps[axis] = slice.strides().at(axis) * strides[axis];
        }
        return new View(buffer, result, start, steps);
    }

    View reverse(Axes axes) {
        int start = offset;
        int[] steps = strides.clone();
        for (int i = 0; i < axes.count() && size() > 0; i++) {
            int axis = axes.at(i);
            start += (shape.extent(axis) - 1) * strides[axis];
            steps[axis] = -strides[axis];
        }
        return new View(buffer, shape, start, steps);
    }

    /** The part of this view that begins at {@code starts}, has the given shape and takes every {@code steps}-th. */
    View window(int[] starts, int[] steps, Shape window) {
        int start = offset;
        int[] result = new int[strides.length];
        for (int axis = 0; axis < strides.length; axis++) {
            start += starts[axis] * strides[axis];
            result[axis] = strides[axis] * steps[axis];
        }
        return new View(buffer, window, start, result);
    }

    /** The same elements over more axes, along which nothing moves: for a reduction's result seen from its loop nest. */
    View spread(Axes axes, Shape loop) {
        int[] result = new int[loop.rank()];
        Axes kept = axes.complement(loop.rank());
        for (int i = 0; i < kept.count(); i++) {
            result[kept.at(i)] = strides[i];
        }
        return new View(buffer, loop, offset, result);
    }

    /** The view without the axes along which nothing moves: what must be stored to have every element once. */
    View core() {
        if (size() == 0) {
            // Without its axis of no elements it would have some.
            return this;
        }
        int[] kept = java.util.stream.IntStream.range(0, strides.length)
                .filter(axis -> strides[axis] != 0 && shape
                        .extent(axis) > 1)
                .toArray();
        return transpose(Axes.of(kept));
    }

    /** A dense buffer of this view's core, seen with this view's shape. */
    View like(Buffer coreBuffer) {
        int[] result = new int[strides.length];
        int stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            if (strides[axis] != 0 && shape.extent(axis) > 1) {
                result[axis] = stride;
                stride *= shape.extent(axis);
            }
        }
        return new View(coreBuffer, shape, 0, result);
    }

    /** Stride along the last axis that has more than one element; 1 if there is none. */
    int innerStride() {
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            if (shape.extent(axis) > 1) {
                return strides[axis];
            }
        }
        return 1;
    }

    /** The same elements under another shape, or null if no strides can say that. */
    @Nullable
    View reshape(Shape target) {
        if (target.size() == 0) {
            return new View(buffer, target, 0, target.strides());
        }
        int[] result = new int[target.rank()];
        int from = 0;
        int to = 0;
        while (from < shape.rank() && to < target.rank()) {
            int fromEnd = from + 1;
            int toEnd = to + 1;
            long have = shape.extent(from);
            long want = target.extent(to);
            while (have != want) {
                if (have < want) {
                    have *= shape.extent(fromEnd++);
                } else {
                    want *= target.extent(toEnd++);
                }
            }
            int stride = chain(from, fromEnd);
            if (stride == Integer.MIN_VALUE) {
                return null;
            }
            for (int axis = toEnd - 1; axis >= to; axis--) {
                result[axis] = stride;
                stride *= target.extent(axis);
            }
            from = fromEnd;
            to = toEnd;
        }
        return new View(buffer, target, offset, result);
    }

    /** The one stride that walks through axes {@code from..to-1} as if they were one, or MIN_VALUE. */
    private int chain(int from, int to) {
        int stride = Integer.MIN_VALUE;
        int expected = 0;
        for (int axis = to - 1; axis >= from; axis--) {
            int extent = shape.extent(axis);
            if (extent == 1) {
                continue;
            }
            if (stride == Integer.MIN_VALUE) {
                stride = strides[axis];
            } else if (strides[axis] != expected) {
                return Integer.MIN_VALUE;
            }
            expected = strides[axis] * extent;
        }
        return stride == Integer.MIN_VALUE ? 0 : stride;
    }

    /** Whether the first axes are walked with one stride, as if they were one. */
    boolean walksAsOne(int axes) {
        return chain(0, axes) != Integer.MIN_VALUE;
    }

    /** That stride. */
    int rowStride(int axes) {
        return chain(0, axes);
    }

    /** Whether the elements of row r all lie between r and r + 1 row strides from the buffer's begin. */
    boolean staysInRow(int axes) {
        int first = offset;
        int last = offset;
        for (int axis = axes; axis < strides.length; axis++) {
            int reach = (shape.extent(axis) - 1) * strides[axis];
            first += Math.min(0, reach);
            last += Math.max(0, reach);
        }
        return first >= 0 && last < chain(0, axes);
    }

    /** The first so many rows, their axes as one, in a buffer that has them in the same places. */
    View block(int axes, int rows, Buffer in) {
        int[] result = new int[strides.length - axes + 1];
        result[0] = chain(0, axes);
        System.arraycopy(strides, axes, result, 1, strides.length - axes);
        return new View(in, rows(shape, axes, rows), offset, result);
    }

    /** A shape whose first axes are one of the given extent. */
    static Shape rows(Shape shape, int axes, int rows) {
        return shape.select(Axes.range(axes, shape.rank())).insert(0, rows);
    }

    /** The same with fewer of its rows. */
    public View rows(int rows) {
        return block(1, rows, buffer);
    }

    @Override
    public String toString() {
        return buffer.dtype() + shape.toString() + (isDense() ? "" : " strides " + Arrays.toString(strides));
    }
}
