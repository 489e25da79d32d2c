package cotangent.dsl.kernel;

/** The order in which the lanes of a vector of partial sums are added: halves onto halves. */
final class FloatLanes {
    static final int COUNT = Simd.F32_LANES;

    private FloatLanes() {}

    /** The sum of one vector's lanes, which lie at {@code off}; in registers, since sums in memory would wait for one another. */
    static float sum(float[] lanes, int off) {
        return everySecond(lanes, off) + everySecond(lanes, off + 1);
    }

    private static float everySecond(float[] lanes, int off) {
        if (COUNT == 2) {
            return lanes[off];
        }
        if (COUNT == 4) {
            return lanes[off] + lanes[off + 2];
        }
        if (COUNT == 8) {
            return (lanes[off] + lanes[off + 4]) + (lanes[off + 2] + lanes[off + 6]);
        }
        return ((lanes[off] + lanes[off + 8]) + (lanes[off + 4] + lanes[off + 12]))
                + ((lanes[off + 2] + lanes[off + 10]) + (lanes[off + 6] + lanes[off + 14]));
    }
}
