package cotangent.dsl.simd;

import cotangent.dsl.ir.Reduction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything a kernel's code depends on: no extents, strides or offsets but whether neighbours along the inner loop are
 * adjacent or the same element.
 *
 * @param program what it computes
 * @param inputs  what it loads
 * @param outputs what it stores
 * @param lanes   vector lanes, a power of two
 * @param row     how a row is walked
 */
record KernelKey(LaneProgram program, List<Input> inputs, List<Output> outputs, int lanes, Row row) {
    /**
     * How a row is walked.
     *
     * @param vectors vectors across a row, if they are written out one by one; 0 if a loop goes along it
     * @param ragged  whether the last of them lies over the one before it, so as not to reach beyond the row
     */
    record Row(int vectors, boolean ragged) {
        /** Rows of any length. A loop along a row of few vectors would be over before it has begun. */
        static final Row LONG = new Row(0, false);

        boolean isShort() {
            return vectors > 0;
        }

        boolean isLaidOver(int vector) {
            return ragged && vector == vectors - 1;
        }
    }

    /**
     * An array the kernel reads.
     *
     * @param type  element type
     * @param fixed whether the inner loop stays on one element
     */
    record Input(LaneType type, boolean fixed) {}

    /** How a value leaves the loop. */
    enum Mode {
        /** Stored at its place. */
        STORE,
        /** Combined with what is at its place. */
        ACCUMULATE,
        /** Reduced along the inner loop, then combined with what is at the row's place. */
        REDUCE,
        /** Combined with what is at its place, which is the same in every row: held in registers down the rows. */
        FOLD
    }

    /**
     * An array the kernel writes.
     *
     * @param value     the value's number in the program
     * @param type      element type
     * @param mode      how it is written
     * @param reduction how values are combined, unless they are stored
     */
    record Output(int value, LaneType type, Mode mode, @Nullable Reduction reduction) {}
}
