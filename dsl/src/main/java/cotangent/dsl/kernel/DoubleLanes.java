package cotangent.dsl.kernel;

/** The order in which the lanes of a vector of partial sums are added: halves onto halves. */
final class DoubleLanes {
    static final int COUNT = Simd.F64_LANES;

    private DoubleLanes() {}

    /** The sum of one vector's lanes, which lie at {@code off}; in registers, since sums in memory would wait for one another. */
    static double sum(double[] lanes, int off) {
        double first = lanes[off];
        double second = lanes[off + 1];
        if (COUNT == 4) {
            first += lanes[off + 2];
            second += lanes[off + 3];
        } else if (COUNT == 8) {
            first = (first + lanes[off + 4]) + (lanes[off + 2] + lanes[off + 6]);
            second = (second + lanes[off + 5]) + (lanes[off + 3] + lanes[off + 7]);
        }
        return first + second;
    }
}
