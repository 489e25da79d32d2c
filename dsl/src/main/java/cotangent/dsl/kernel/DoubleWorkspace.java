package cotangent.dsl.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A thread's packing buffers, grown to the largest product it has seen and then reused. */
final class DoubleWorkspace {
    private static final ThreadLocal<DoubleWorkspace> CURRENT = ThreadLocal.withInitial(DoubleWorkspace::new);

    private double[] left = {};
    private double[] right = {};
    private double[] tile = {};
    private double[] block = {};
    private MemorySegment panels = MemorySegment.NULL;

    static DoubleWorkspace current() {
        return CURRENT.get();
    }

    /** Room for rows of A. */
    double[] left(int length) {
        if (left.length < length) {
            left = new double[grown(length)];
        }
        return left;
    }

    /** Room for columns of B. */
    double[] right(int length) {
        if (right.length < length) {
            right = new double[grown(length)];
        }
        return right;
    }

    /** Room for one tile of C that hangs over an edge, or for a few vectors of sums. */
    double[] tile(int length) {
        if (tile.length < length) {
            tile = new double[length];
        }
        return tile;
    }

    /** Room for a block that lives across products. */
    double[] block(int length) {
        if (block.length < length) {
            block = new double[length];
        }
        return block;
    }

    /** So many bytes outside the heap, aligned to the widest vector. */
    MemorySegment panels(long bytes) {
        if (panels.byteSize() < bytes) {
            panels = Arena.ofAuto().allocate(bytes + bytes / 4, Long.BYTES * 8L);
        }
        return panels;
    }

    /** A quarter more than asked for, so that slowly growing products do not allocate each time. */
    private static int grown(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, length + length / 4L);
    }
}
