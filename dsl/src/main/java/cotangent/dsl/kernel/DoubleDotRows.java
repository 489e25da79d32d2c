package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products of eight contiguous rows with one vector, one vector of partial sums each.
 *
 * <p>Eight rows are eight independent sums, enough to cover the latency of a fused multiply-add on two ports, and each
 * load of the vector serves all eight.
 */
final class DoubleDotRows {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoubleDotRows() {}

    /**
     * Writes eight sums to the front of {@code sums}, which has room for eight vectors.
     *
     * @param last the last row there is, counted from {@code off}; rows beyond it are replaced by it
     */
    static void multiply(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums) {
        int r0 = off;
        int r1 = off + Math.min(1, last) * row;
        int r2 = off + Math.min(2, last) * row;
        int r3 = off + Math.min(3, last) * row;
        int r4 = off + Math.min(4, last) * row;
        int r5 = off + Math.min(5, last) * row;
        int r6 = off + Math.min(6, last) * row;
        int r7 = off + Math.min(7, last) * row;
        DoubleVector s0 = DoubleVector.zero(S);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector s4 = s0;
        DoubleVector s5 = s0;
        DoubleVector s6 = s0;
        DoubleVector s7 = s0;
        int whole = k - k % LANES;
        int p = 0;
        for (; p < whole; p += LANES) {
            DoubleVector v = DoubleVector.fromArray(S, x, xOff + p);
            s0 = v.fma(DoubleVector.fromArray(S, rows, r0 + p), s0);
            s1 = v.fma(DoubleVector.fromArray(S, rows, r1 + p), s1);
            s2 = v.fma(DoubleVector.fromArray(S, rows, r2 + p), s2);
            s3 = v.fma(DoubleVector.fromArray(S, rows, r3 + p), s3);
            s4 = v.fma(DoubleVector.fromArray(S, rows, r4 + p), s4);
            s5 = v.fma(DoubleVector.fromArray(S, rows, r5 + p), s5);
            s6 = v.fma(DoubleVector.fromArray(S, rows, r6 + p), s6);
            s7 = v.fma(DoubleVector.fromArray(S, rows, r7 + p), s7);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, LANES);
        s2.intoArray(sums, 2 * LANES);
        s3.intoArray(sums, 3 * LANES);
        s4.intoArray(sums, 4 * LANES);
        s5.intoArray(sums, 5 * LANES);
        s6.intoArray(sums, 6 * LANES);
        s7.intoArray(sums, 7 * LANES);
        if (p < k) {
            for (int r = 0; r < 8; r++) {
                addTail(k - p, rows, off + Math.min(r, last) * row + p, x, xOff + p, sums, r * LANES);
            }
        }
        for (int r = 0; r < 8; r++) {
            sums[r] = DoubleLanes.sum(sums, r * LANES);
        }
    }

    /** The last terms of one row; apart, because masked calls for all eight are too many for the first-tier compiler. */
    private static void addTail(int n, double[] rows, int row, double[] x, int xOff, double[] sums, int to) {
        VectorMask<Double> tail = VectorMask.fromLong(S, -1L >>> (64 - n));
        DoubleVector v = DoubleVector.fromArray(S, x, xOff, tail);
        v.fma(DoubleVector.fromArray(S, rows, row, tail), DoubleVector.fromArray(S, sums, to)).intoArray(sums, to);
    }
}
