package cotangent.dsl;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The extents of a tensor's axes, outermost first; immutable. A scalar has rank 0 and size 1. */
public final class Shape {
    /** The shape of a scalar. */
    public static final Shape SCALAR = new Shape(new int[0]);

    private final int[] extents;
    private final int size;

    private Shape(int[] extents) {
        this.extents = extents;
        this.size = checkedSize(extents);
    }

    /**
     * The shape with the given extents.
     *
     * @throws ShapeException if an extent is negative or the number of elements exceeds 2^31 - 1
     */
    public static Shape of(int... extents) {
        return extents.length == 0 ? SCALAR : new Shape(extents.clone());
    }

    private static int checkedSize(int[] extents) {
        long size = 1;
        boolean empty = false;
        for (int extent : extents) {
            if (extent < 0) {
                throw new ShapeException("shape: extents must not be negative, got " + Arrays.toString(extents));
            }
            empty |= extent == 0;
        }
        if (empty) {
            return 0;
        }
        for (int extent : extents) {
            size *= extent;
            if (size > Integer.MAX_VALUE) {
                throw new ShapeException("shape: %s has more than 2^31 - 1 elements, which one tensor cannot hold; "
                        .formatted(Arrays.toString(extents)) + "split it along an axis");
            }
        }
        return (int) size;
    }

    /**
     * A sum or product of extents as the extent of one axis.
     *
     * @throws ShapeException if it exceeds 2^31 - 1
     */
    public static int extentOf(long extent) {
        if (extent > Integer.MAX_VALUE) {
            throw new ShapeException("shape: an axis of %d exceeds 2^31 - 1, which one tensor cannot hold; split it"
                    .formatted(extent));
        }
        return (int) extent;
    }

    /** Number of axes. */
    public int rank() {
        return extents.length;
    }

    /** Extent of an axis; {@code -1} is the last one. */
    public int extent(int axis) {
        return extents[axis < 0 ? axis + extents.length : axis];
    }

    /** Number of elements: the product of the extents. */
    public int size() {
        return size;
    }

    /** The extents as a fresh array. */
    public int[] toArray() {
        return extents.clone();
    }

    /** The extents as a stream. */
    public IntStream stream() {
        return Arrays.stream(extents);
    }

    /** Row-major strides in elements: the last axis has stride 1. */
    public int[] strides() {
        int[] strides = new int[extents.length];
        int stride = 1;
        for (int axis = extents.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= extents[axis];
        }
        return strides;
    }

    /** The extents of the given axes, in their order. */
    public Shape select(Axes axes) {
        return new Shape(axes.stream().map(axis -> extents[axis]).toArray());
    }

    /** This shape without the given axes. */
    public Shape without(Axes axes) {
        return select(axes.complement(extents.length));
    }

    /** This shape with one extent replaced. */
    public Shape with(int axis, int extent) {
        int[] copy = extents.clone();
        copy[axis] = extent;
        return new Shape(copy);
    }

    /** This shape with an axis inserted before position {@code axis}. */
    public Shape insert(int axis, int extent) {
        int[] wider = new int[extents.length + 1];
        System.arraycopy(extents, 0, wider, 0, axis);
        wider[axis] = extent;
        System.arraycopy(extents, axis, wider, axis + 1, extents.length - axis);
        return new Shape(wider);
    }

    /** This shape followed by the extents of another. */
    public Shape then(Shape other) {
        return new Shape(IntStream.concat(stream(), other.stream()).toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape that && Arrays.equals(extents, that.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    @Override
    public String toString() {
        return stream().mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
