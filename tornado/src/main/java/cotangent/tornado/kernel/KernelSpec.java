package cotangent.tornado.kernel;

import cotangent.dsl.DType;
import java.util.List;

/**
 * All that a kernel's code depends on: structure and dtypes, no extents, strides, offsets or scalars, which come in an
 * array of integers, the kernel's geometry. Equal specs are one kernel.
 *
 * <p>Every kernel takes {@code (KernelContext, IntArray geometry, IntArray clock, IntArray status, arrays...)}. The clock
 * holds the step of each loop over time around the kernel; an operand begins at its start plus, for each such loop, the
 * step times a stride. The status is where a kernel reports what a user did wrong, since it cannot throw.
 */
public sealed interface KernelSpec
        permits
        PointKernel,
        ReductionKernel,
        ProductKernel,
        GatherKernel,
        ScatterAddKernel,
        IndexCheckKernel,
        CumSumKernel,
        ArgMaxKernel,
        ClockKernel {
    /** Dtypes of the arrays. */
    List<DType> parameters();

    /** Loops over time around the kernel. */
    int depth();

    /** What it is, in a word. */
    String label();

    /** Whether a run may report an error. */
    boolean mayFail();

    /** Writes the method's body. */
    void write(KernelCode code);
}
