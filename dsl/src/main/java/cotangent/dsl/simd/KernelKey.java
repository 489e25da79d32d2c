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
 */
record KernelKey(LaneProgram program, List<Input> inputs, List<Output> outputs, int lanes) {
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
        REDUCE
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
