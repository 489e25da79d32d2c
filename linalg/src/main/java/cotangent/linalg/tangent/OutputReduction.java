package cotangent.linalg.tangent;

import cotangent.dsl.Axes;
import cotangent.dsl.Shape;
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

    /** Whether two reductions pair: their outputs differ along axes that are neither averaged over nor diagonal only. */
    public boolean pairs(OutputReduction other) {
        return traced.equals(other.traced) && diagonal.equals(other.diagonal) && output.select(traced)
                .equals(other.output.select(traced)) && output.select(diagonal).equals(other.output.select(diagonal));
    }
}
