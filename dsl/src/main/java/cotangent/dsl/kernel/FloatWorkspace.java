package cotangent.dsl.kernel;

/** A thread's packing buffers, grown to the largest product it has seen and then reused. */
final class FloatWorkspace {
    private static final ThreadLocal<FloatWorkspace> CURRENT = ThreadLocal.withInitial(FloatWorkspace::new);

    private float[] left = {};
    private float[] right = {};
    private float[] tile = {};
    private float[] block = {};

    static FloatWorkspace current() {
        return CURRENT.get();
    }

    /** Room for rows of A. */
    float[] left(int length) {
        if (left.length < length) {
            left = new float[grown(length)];
        }
        return left;
    }

    /** Room for columns of B. */
    float[] right(int length) {
        if (right.length < length) {
            right = new float[grown(length)];
        }
        return right;
    }

    /** Room for one tile of C that hangs over an edge, or for a few vectors of sums. */
    float[] tile(int length) {
        if (tile.length < length) {
            tile = new float[length];
        }
        return tile;
    }

    /** Room for a block that lives across products. */
    float[] block(int length) {
        if (block.length < length) {
            block = new float[length];
        }
        return block;
    }

    /** A quarter more than asked for, so that slowly growing products do not allocate each time. */
    private static int grown(int length) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, length + length / 4L);
    }
}
