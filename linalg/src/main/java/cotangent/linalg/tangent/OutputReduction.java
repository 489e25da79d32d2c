package cotangent.linalg.tangent;

import cotangent.dsl.Axes;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.util.Arrays;

/**
 * Which outputs a kernel is over, and how: axes of the outputs that it is averaged over, and axes along which it is block
 * diagonal.
 *
 * <p>Every output has a trace index along the averaged axes, a diagonal index along the block-diagonal ones, and a row: its
 * position once the averaged axes are gone. Entry (q, q') of the reduced kernel is, where q and q' have the same diagonal
 * index, the mean of K over the pairs of outputs with these rows and the same trace index, and 0 elsewhere (R. Novak et al.,
 * Neural Tangents, ICLR 2020, {@code trace_axes} and {@code diagonal_axes}).
 */
public final class OutputReduction {
    private final Shape output;
    private final Axes traced;
    private final Axes diagonal;
    private final int[] traceIndex;
    private final int[] diagonalIndex;
    private final int[] row;

    private OutputReduction(Shape output, Axes traced, Axes diagonal) {
        this.output = output;
        this.traced = traced;
        this.diagonal = diagonal;
        this.traceIndex = indices(traced);
        this.diagonalIndex = indices(diagonal);
        this.row = indices(traced.complement(output.rank()));
    }

    /**
     * The reduction of outputs of a shape.
     *
     * @param traced   averaged over; not negative
     * @param diagonal only the blocks on the diagonal; not negative, and none of those averaged over
     */
    public static OutputReduction of(Shape output, Axes traced, Axes diagonal) {
        return new OutputReduction(output, traced, diagonal);
    }

    /** The kernel over a number of outputs as it is. */
    public static OutputReduction none(int size) {
        return new OutputReduction(Shape.of(size), Axes.of(), Axes.of());
    }

    /** Of each output, the row-major position along some axes, in ascending order. */
    private int[] indices(Axes axes) {
        int[] strides = output.strides();
        int[] result = new int[output.size()];
        for (int axis : axes.sorted().toArray()) {
            int extent = output.extent(axis);
            for (int i = 0; i < result.length; i++) {
                result[i] = result[i] * extent + i / strides[axis] % extent;
            }
        }
        return result;
    }

    /** Whether the kernel stays as it is. */
    public boolean isNone() {
        return traced.count() == 0 && diagonal.count() == 0;
    }

    /** Number of outputs of the model. */
    public int outputs() {
        return output.size();
    }

    /** Number of rows of the reduced kernel. */
    public int rows() {
        return output.without(traced).size();
    }

    /** Number of outputs averaged over. */
    public int traces() {
        return output.select(traced).size();
    }

    /** Number of blocks on the diagonal. */
    public int blocks() {
        return output.select(diagonal).size();
    }

    int traceIndex(int of) {
        return traceIndex[of];
    }

    int diagonalIndex(int of) {
        return diagonalIndex[of];
    }

    int channel(int of) {
        return traceIndex[of] * blocks() + diagonalIndex[of];
    }

    int row(int of) {
        return row[of];
    }

    /** Outputs with a trace and a diagonal index, in the order of their rows. */
    int[] members(int trace, int block) {
        int[] members = new int[rows() / Math.max(1, blocks())];
        int count = 0;
        for (int i = 0; i < row.length; i++) {
            if (traceIndex[i] == trace && diagonalIndex[i] == block) {
                members[count++] = i;
            }
        }
        return Arrays.copyOf(members, count);
    }

    /** Whether another kernel's columns go with these rows: as many outputs averaged over, and as many blocks. */
    public boolean pairs(OutputReduction other) {
        return output.rank() == other.output.rank() && traced.equals(other.traced) && diagonal.equals(other.diagonal)
                && output.select(traced).equals(other.output.select(traced)) && output.select(diagonal)
                        .equals(
                                other.output.select(diagonal));
    }

    /**
     * A reduced kernel with an axis for each that is block diagonal and two next to each other, of rows and of columns, for each
     * that is neither.
     *
     * @param kernel [rows, columns]
     * @param other  the reduction of its columns
     */
    public Tensor zipped(Tensor kernel, OutputReduction other) {
        Axes kept = traced.complement(output.rank());
        int pairs = kept.count();
        int[] extents = new int[2 * pairs];
        int[] order = new int[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            extents[i] = output.extent(kept.at(i));
            extents[pairs + i] = other.output.extent(kept.at(i));
            order[2 * i] = i;
            order[2 * i + 1] = pairs + i;
        }
        Tensor zipped = kernel.reshape(extents).transpose(order);
        for (int i = pairs - 1; i >= 0; i--) {
            if (diagonal.contains(kept.at(i))) {
                zipped = diagonal(zipped, 2 * i);
            }
        }
        return zipped;
    }

    /** Two neighbouring axes of one extent as one, on which they are equal. */
    private static Tensor diagonal(Tensor tensor, int axis) {
        Tensor[] parts = new Tensor[tensor.shape().extent(axis)];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = tensor.at(axis + 1, i).at(axis, i);
        }
        return Tensor.stack(axis, parts);
    }
}
