package cotangent.dsl.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The packed product's inner kernel: 6 rows by 2 vectors of C, held in registers over a panel of A and one of B.
 *
 * <p>For 16 registers (AVX2, and 128-bit machines): 12 sums, two vectors of B and one broadcast of A; 12 independent sums
 * cover two FMA ports of latency four or five.
 * Everything is written out because a vector that passes through a helper method or an array of vectors is boxed.
 */
final class FloatTile6x2 {
    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;
    private static final int BYTES = Simd.BITS / Byte.SIZE;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private FloatTile6x2() {}

    /**
     * C := A B, or C += A B, for a panel of A laid out [k][6] and a panel of B laid out [k][2 vectors].
     *
     *         FloatVector s00;
        FloatVector s01;
        FloatVector s10;
        FloatVector s11;
        FloatVector s20;
        FloatVector s21;
        FloatVector s30;
        FloatVector s31;
        FloatVector s40;
        FloatVector s41;
        FloatVector s50;
        FloatVector s51;
        if (accumulate) {
            s00 = FloatVector.fromArray(S, c, c0);
            s01 = FloatVector.fromArray(S, c, c0 + LANES);
            s10 = FloatVector.fromArray(S, c, c1);
            s11 = FloatVector.fromArray(S, c, c1 + LANES);
            s20 = FloatVector.fromArray(S, c, c2);
            s21 = FloatVector.fromArray(S, c, c2 + LANES);
            s30 = FloatVector.fromArray(S, c, c3);
            s31 = FloatVector.fromArray(S, c, c3 + LANES);
            s40 = FloatVector.fromArray(S, c, c4);
            s41 = FloatVector.fromArray(S, c, c4 + LANES);
            s50 = FloatVector.fromArray(S, c, c5);
            s51 = FloatVector.fromArray(S, c, c5 + LANES);
        } else {
            FloatVector zero = FloatVector.zero(S);
            s00 = zero;
            s01 = zero;
            s10 = zero;
            s11 = zero;
            s20 = zero;
            s21 = zero;
            s30 = zero;
            s31 = zero;
            s40 = zero;
            s41 = zero;
            s50 = zero;
            s51 = zero;
        }
    param c where the tile lies, written in full and, to be added to, read: 6 rows of 2 vectors, {        FloatVector s00;
        FloatVector s01;
        FloatVector s10;
        FloatVector s11;
        FloatVector s20;
        FloatVector s21;
        FloatVector s30;
        FloatVector s31;
        FloatVector s40;
        FloatVector s41;
        FloatVector s50;
        FloatVector s51;
        if (accumulate) {
            s00 = FloatVector.fromArray(S, c, c0);
            s01 = FloatVector.fromArray(S, c, c0 + LANES);
            s10 = FloatVector.fromArray(S, c, c1);
            s11 = FloatVector.fromArray(S, c, c1 + LANES);
            s20 = FloatVector.fromArray(S, c, c2);
            s21 = FloatVector.fromArray(S, c, c2 + LANES);
            s30 = FloatVector.fromArray(S, c, c3);
            s31 = FloatVector.fromArray(S, c, c3 + LANES);
            s40 = FloatVector.fromArray(S, c, c4);
            s41 = FloatVector.fromArray(S, c, c4 + LANES);
            s50 = FloatVector.fromArray(S, c, c5);
            s51 = FloatVector.fromArray(S, c, c5 + LANES);
        } else {
            FloatVector zero = FloatVector.zero(S);
            s00 = zero;
            s01 = zero;
            s10 = zero;
            s11 = zero;
            s20 = zero;
            s21 = zero;
            s30 = zero;
            s31 = zero;
            s40 = zero;
            s41 = zero;
            s50 = zero;
            s51 = zero;
        }
    code row} apart
     */
    static void multiply(
            int k,
            float[] a,
            int aOff,
            MemorySegment b,
            long bOff,
            float[] c,
            int cOff,
            int row,
            boolean accumulate) {
        int c0 = cOff;
        int c1 = cOff + row;
        int c2 = cOff + 2 * row;
        int c3 = cOff + 3 * row;
        int c4 = cOff + 4 * row;
        int c5 = cOff + 5 * row;
        FloatVector s00;
        FloatVector s01;
        FloatVector s10;
        FloatVector s11;
        FloatVector s20;
        FloatVector s21;
        FloatVector s30;
        FloatVector s31;
        FloatVector s40;
        FloatVector s41;
        FloatVector s50;
        FloatVector s51;
        if (accumulate) {
            s00 = FloatVector.fromArray(S, c, c0);
            s01 = FloatVector.fromArray(S, c, c0 + LANES);
            s10 = FloatVector.fromArray(S, c, c1);
            s11 = FloatVector.fromArray(S, c, c1 + LANES);
            s20 = FloatVector.fromArray(S, c, c2);
            s21 = FloatVector.fromArray(S, c, c2 + LANES);
            s30 = FloatVector.fromArray(S, c, c3);
            s31 = FloatVector.fromArray(S, c, c3 + LANES);
            s40 = FloatVector.fromArray(S, c, c4);
            s41 = FloatVector.fromArray(S, c, c4 + LANES);
            s50 = FloatVector.fromArray(S, c, c5);
            s51 = FloatVector.fromArray(S, c, c5 + LANES);
        } else {
            FloatVector zero = FloatVector.zero(S);
            s00 = zero;
            s01 = zero;
            s10 = zero;
            s11 = zero;
            s20 = zero;
            s21 = zero;
            s30 = zero;
            s31 = zero;
            s40 = zero;
            s41 = zero;
            s50 = zero;
            s51 = zero;
        }
        for (int p = 0; p < k; p++) {
            int ap = aOff + p * 6;
            long bp = bOff + p * (2L * BYTES);
            FloatVector b0 = FloatVector.fromMemorySegment(S, b, bp, ORDER);
            FloatVector b1 = FloatVector.fromMemorySegment(S, b, bp + BYTES, ORDER);
            FloatVector a0 = FloatVector.broadcast(S, a[ap]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            a0 = FloatVector.broadcast(S, a[ap + 1]);
            s10 = a0.fma(b0, s10);
            s11 = a0.fma(b1, s11);
            a0 = FloatVector.broadcast(S, a[ap + 2]);
            s20 = a0.fma(b0, s20);
            s21 = a0.fma(b1, s21);
            a0 = FloatVector.broadcast(S, a[ap + 3]);
            s30 = a0.fma(b0, s30);
            s31 = a0.fma(b1, s31);
            a0 = FloatVector.broadcast(S, a[ap + 4]);
            s40 = a0.fma(b0, s40);
            s41 = a0.fma(b1, s41);
            a0 = FloatVector.broadcast(S, a[ap + 5]);
            s50 = a0.fma(b0, s50);
            s51 = a0.fma(b1, s51);
        }
        s00.intoArray(c, c0);
        s01.intoArray(c, c0 + LANES);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + LANES);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + LANES);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + LANES);
        s40.intoArray(c, c4);
        s41.intoArray(c, c4 + LANES);
        s50.intoArray(c, c5);
        s51.intoArray(c, c5 + LANES);
    }
}
