package cotangent.tornado.device;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An array that lies on the device as long as the program it belongs to.
 *
 * @param number   its number in the plan
 * @param dtype    element type; truth values are bytes
 * @param size     number of elements
 * @param role     what it is for
 * @param constant its elements, if it is a constant
 */
public record DeviceBuffer(int number, DType dtype, int size, Role role, @Nullable Tensor constant) {
    /** What a buffer is for. */
    public enum Role {
        /** Filled by the caller, again only when what it holds changes. */
        INPUT,
        /** Filled once. */
        CONSTANT,
        /** Never leaves the device. */
        WORKSPACE,
        /** Read by the caller after every run. */
        OUTPUT
    }

    /** What TornadoVM puts before an array's elements, in bytes. */
    private static final int HEADER = 16;

    /** Size on the device in bytes. */
    public long bytes() {
        return HEADER + (long) Math.max(1, size) * dtype.bytes();
    }
}
