package cotangent.dsl.kernel;

/** The order in which the lanes of a vector of partial sums are added: halves onto halves. */
final class DoubleLanes {
    static final int COUNT = Simd.F64_LANES;

    private DoubleLanes() {}

    /** The sum of one vector's lanes, which lie at {@code off} and are overwritten. */
    static double sum(double[] lanes, int off) {
        for (int half = COUNT / 2; half > 0; half /= 2) {
            for (int lane = off; lane < off + half; lane++) {
                lanes[lane] += lanes[lane + half];
            }
        }
        return lanes[off];
    }
}
