package cotangent.dsl;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** An immutable list of axis numbers, with the value equality that a record component needs. */
public final class Axes {
    private static final Axes NONE = new Axes(new int[0]);

    private final int[] axes;

    private Axes(int[] axes) {
        this.axes = axes;
    }

    /** The given axes, in the given order. */
    public static Axes of(int... axes) {
        return axes.length == 0 ? NONE : new Axes(axes.clone());
    }

    /** The axes {@code from, from + 1, ..., to - 1}. */
    public static Axes range(int from, int to) {
        return new Axes(IntStream.range(from, to).toArray());
    }

    /**
     * The given axes as non-negative numbers, where {@code -1} means the last of {@code rank} axes.
     *
     * @throws ShapeException if an axis is out of range or named twice
     */
    public static Axes normalize(String operation, int rank, int... axes) {
        int[] result = new int[axes.length];
        boolean[] seen = new boolean[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = axes[i] < 0 ? axes[i] + rank : axes[i];
            if (axis < 0 || axis >= rank) {
                throw new ShapeException("%s: axis %d is out of range for rank %d; expected %d..%d".formatted(operation,
                        axes[i], rank, -rank, rank - 1));
            }
            if (seen[axis]) {
                throw new ShapeException("%s: axis %d is named twice in %s".formatted(operation, axes[i],
                        Arrays.toString(axes)));
            }
            seen[axis] = true;
            result[i] = axis;
        }
        return new Axes(result);
    }

    /** Number of axes. */
    public int count() {
        return axes.length;
    }

    /** The axis at a position of the list. */
    public int at(int position) {
        return axes[position];
    }

    /** The position of an axis in the list, or -1. */
    public int indexOf(int axis) {
        for (int i = 0; i < axes.length; i++) {
            if (axes[i] == axis) {
                return i;
            }
        }
        return -1;
    }

    /** Whether the list holds an axis. */
    public boolean contains(int axis) {
        return indexOf(axis) >= 0;
    }

    /** The axes {@code 0..rank-1} that the list does not hold, ascending. */
    public Axes complement(int rank) {
        return new Axes(IntStream.range(0, rank).filter(axis -> !contains(axis)).toArray());
    }

    /** This list followed by another. */
    public Axes then(Axes other) {
        return new Axes(IntStream.concat(stream(), other.stream()).toArray());
    }

    /** For two lists of pairs: this list's entries in the order that sorts the other list's. */
    public Axes partners(Axes other) {
        return new Axes(other.sorted().stream().map(axis -> axes[other.indexOf(axis)]).toArray());
    }

    /** The same axes, ascending. */
    public Axes sorted() {
        return new Axes(stream().sorted().toArray());
    }

    /** For a permutation of {@code 0..count-1}: its inverse. */
    public Axes inverse() {
        int[] inverse = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            inverse[axes[i]] = i;
        }
        return new Axes(inverse);
    }

    /** Whether the list is {@code 0, 1, ..., count - 1}. */
    public boolean isIdentity() {
        return IntStream.range(0, axes.length).allMatch(i -> axes[i] == i);
    }

    /** The axes as a stream. */
    public IntStream stream() {
        return Arrays.stream(axes);
    }

    /** The axes as a fresh array. */
    public int[] toArray() {
        return axes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Axes that && Arrays.equals(axes, that.axes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(axes);
    }

    @Override
    public String toString() {
        return stream().mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
