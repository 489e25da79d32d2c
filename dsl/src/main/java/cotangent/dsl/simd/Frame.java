package cotangent.dsl.simd;

import cotangent.dsl.DType;
import cotangent.dsl.compile.Buffer;
import cotangent.dsl.compile.Plan;
import cotangent.dsl.compile.View;
import cotangent.dsl.kernel.Storage;
import java.util.Arrays;

/**
 * The arrays of one call: inputs, constants, results and the workspace, by slot. What a slot stands for may begin further
 * on in its array: a loop over time shows its steps one entry of a sequence after the other.
 */
final class Frame {
    /** Stands where an array of the caller will be. */
    private static final Object NONE = new Object();

    private final Object[] arrays;
    private final int[] shifts;

    /** A frame with its constants and a workspace. */
    Frame(Plan plan) {
        arrays = new Object[plan.slots()];
        Arrays.fill(arrays, NONE);
        shifts = new int[plan.slots()];
        plan.constants()
                .forEach(constant -> arrays[constant.slot()] = Storage.array(constant
                        .value()));
        for (Plan.Arena arena : plan.arenas()) {
            arrays[arena.slot()] = allocate(arena.dtype(), arena.size());
        }
    }

    static Object allocate(DType dtype, int size) {
        return switch (dtype) {
            case F32 -> new float[size];
            case F64 -> new double[size];
            case I32 -> new int[size];
            case BOOL -> new boolean[size];
        };
    }

    /** Drops the arrays that belong to the caller: inputs from slot 0 on, and results. */
    void forget(int inputs, Buffer[] fresh) {
        Arrays.fill(arrays, 0, inputs, NONE);
        for (Buffer output : fresh) {
            arrays[output.slot()] = NONE;
        }
    }

    Object[] arrays() {
        return arrays;
    }

    /** By slot, how far into its array it begins. */
    int[] shifts() {
        return shifts;
    }

    /** Where a view's first element is in the array of its slot. */
    int start(View view) {
        return shifts[view.buffer().slot()] + view.start();
    }

    /** Puts part of an array, from a position on, in a slot. */
    void put(int slot, Object array, int shift) {
        arrays[slot] = array;
        shifts[slot] = shift;
    }

    /** Drops what is in a slot. */
    void drop(int slot) {
        put(slot, NONE, 0);
    }

    double[] doubles(int slot) {
        return (double[]) arrays[slot];
    }

    float[] floats(int slot) {
        return (float[]) arrays[slot];
    }

    int[] ints(int slot) {
        return (int[]) arrays[slot];
    }
}
