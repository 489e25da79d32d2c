package cotangent.dsl.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The packed product's inner kernel: 12 rows by 2 vectors of C, held in registers over a panel of A and one of B.
 *
 * <p>For 32 registers (AVX-512): 24 sums, two vectors of B and one broadcast of A. Twelve broadcasts and two loads feed
 * 24 fused multiply-adds, so the two load ports keep ahead of the two FMA ports, and each sum waits for its predecessor
 * less than the FMA's latency.
 * Everything is written out because a vector that passes through a helper method or an array of vectors is boxed.
 */
final class DoubleTile12x2 {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;
    private static final int BYTES = Simd.BITS / Byte.SIZE;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private DoubleTile12x2() {}

    /**
     * C := A B, or C += A B, for a panel of A laid out [k][12] and a panel of B laid out [k][2 vectors].
     *
     *         DoubleVector s00;
        DoubleVector s01;
        DoubleVector s10;
        DoubleVector s11;
        DoubleVector s20;
        DoubleVector s21;
        DoubleVector s30;
        DoubleVector s31;
        DoubleVector s40;
        DoubleVector s41;
        DoubleVector s50;
        DoubleVector s51;
        DoubleVector s60;
        DoubleVector s61;
        DoubleVector s70;
        DoubleVector s71;
        DoubleVector s80;
        DoubleVector s81;
        DoubleVector s90;
        DoubleVector s91;
        DoubleVector s100;
        DoubleVector s101;
        DoubleVector s110;
        DoubleVector s111;
        if (accumulate) {
            s00 = DoubleVector.fromArray(S, c, c0);
            s01 = DoubleVector.fromArray(S, c, c0 + LANES);
            s10 = DoubleVector.fromArray(S, c, c1);
            s11 = DoubleVector.fromArray(S, c, c1 + LANES);
            s20 = DoubleVector.fromArray(S, c, c2);
            s21 = DoubleVector.fromArray(S, c, c2 + LANES);
            s30 = DoubleVector.fromArray(S, c, c3);
            s31 = DoubleVector.fromArray(S, c, c3 + LANES);
            s40 = DoubleVector.fromArray(S, c, c4);
            s41 = DoubleVector.fromArray(S, c, c4 + LANES);
            s50 = DoubleVector.fromArray(S, c, c5);
            s51 = DoubleVector.fromArray(S, c, c5 + LANES);
            s60 = DoubleVector.fromArray(S, c, c6);
            s61 = DoubleVector.fromArray(S, c, c6 + LANES);
            s70 = DoubleVector.fromArray(S, c, c7);
            s71 = DoubleVector.fromArray(S, c, c7 + LANES);
            s80 = DoubleVector.fromArray(S, c, c8);
            s81 = DoubleVector.fromArray(S, c, c8 + LANES);
            s90 = DoubleVector.fromArray(S, c, c9);
            s91 = DoubleVector.fromArray(S, c, c9 + LANES);
            s100 = DoubleVector.fromArray(S, c, c10);
            s101 = DoubleVector.fromArray(S, c, c10 + LANES);
            s110 = DoubleVector.fromArray(S, c, c11);
            s111 = DoubleVector.fromArray(S, c, c11 + LANES);
        } else {
            DoubleVector zero = DoubleVector.zero(S);
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
            s60 = zero;
            s61 = zero;
            s70 = zero;
            s71 = zero;
            s80 = zero;
            s81 = zero;
            s90 = zero;
            s91 = zero;
            s100 = zero;
            s101 = zero;
            s110 = zero;
            s111 = zero;
        }
    param c where the tile lies, written in full and, to be added to, read: 12 rows of 2 vectors, {        DoubleVector s00;
        DoubleVector s01;
        DoubleVector s10;
        DoubleVector s11;
        DoubleVector s20;
        DoubleVector s21;
        DoubleVector s30;
        DoubleVector s31;
        DoubleVector s40;
        DoubleVector s41;
        DoubleVector s50;
        DoubleVector s51;
        DoubleVector s60;
        DoubleVector s61;
        DoubleVector s70;
        DoubleVector s71;
        DoubleVector s80;
        DoubleVector s81;
        DoubleVector s90;
        DoubleVector s91;
        DoubleVector s100;
        DoubleVector s101;
        DoubleVector s110;
        DoubleVector s111;
        if (accumulate) {
            s00 = DoubleVector.fromArray(S, c, c0);
            s01 = DoubleVector.fromArray(S, c, c0 + LANES);
            s10 = DoubleVector.fromArray(S, c, c1);
            s11 = DoubleVector.fromArray(S, c, c1 + LANES);
            s20 = DoubleVector.fromArray(S, c, c2);
            s21 = DoubleVector.fromArray(S, c, c2 + LANES);
            s30 = DoubleVector.fromArray(S, c, c3);
            s31 = DoubleVector.fromArray(S, c, c3 + LANES);
            s40 = DoubleVector.fromArray(S, c, c4);
            s41 = DoubleVector.fromArray(S, c, c4 + LANES);
            s50 = DoubleVector.fromArray(S, c, c5);
            s51 = DoubleVector.fromArray(S, c, c5 + LANES);
            s60 = DoubleVector.fromArray(S, c, c6);
            s61 = DoubleVector.fromArray(S, c, c6 + LANES);
            s70 = DoubleVector.fromArray(S, c, c7);
            s71 = DoubleVector.fromArray(S, c, c7 + LANES);
            s80 = DoubleVector.fromArray(S, c, c8);
            s81 = DoubleVector.fromArray(S, c, c8 + LANES);
            s90 = DoubleVector.fromArray(S, c, c9);
            s91 = DoubleVector.fromArray(S, c, c9 + LANES);
            s100 = DoubleVector.fromArray(S, c, c10);
            s101 = DoubleVector.fromArray(S, c, c10 + LANES);
            s110 = DoubleVector.fromArray(S, c, c11);
            s111 = DoubleVector.fromArray(S, c, c11 + LANES);
        } else {
            DoubleVector zero = DoubleVector.zero(S);
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
            s60 = zero;
            s61 = zero;
            s70 = zero;
            s71 = zero;
            s80 = zero;
            s81 = zero;
            s90 = zero;
            s91 = zero;
            s100 = zero;
            s101 = zero;
            s110 = zero;
            s111 = zero;
        }
    code row} apart
     */
    static void multiply(
            int k,
            double[] a,
            int aOff,
            MemorySegment b,
            long bOff,
            double[] c,
            int cOff,
            int row,
            boolean accumulate) {
        int c0 = cOff;
        int c1 = cOff + row;
        int c2 = cOff + 2 * row;
        int c3 = cOff + 3 * row;
        int c4 = cOff + 4 * row;
        int c5 = cOff + 5 * row;
        int c6 = cOff + 6 * row;
        int c7 = cOff + 7 * row;
        int c8 = cOff + 8 * row;
        int c9 = cOff + 9 * row;
        int c10 = cOff + 10 * row;
        int c11 = cOff + 11 * row;
        DoubleVector s00;
        DoubleVector s01;
        DoubleVector s10;
        DoubleVector s11;
        DoubleVector s20;
        DoubleVector s21;
        DoubleVector s30;
        DoubleVector s31;
        DoubleVector s40;
        DoubleVector s41;
        DoubleVector s50;
        DoubleVector s51;
        DoubleVector s60;
        DoubleVector s61;
        DoubleVector s70;
        DoubleVector s71;
        DoubleVector s80;
        DoubleVector s81;
        DoubleVector s90;
        DoubleVector s91;
        DoubleVector s100;
        DoubleVector s101;
        DoubleVector s110;
        DoubleVector s111;
        if (accumulate) {
            s00 = DoubleVector.fromArray(S, c, c0);
            s01 = DoubleVector.fromArray(S, c, c0 + LANES);
            s10 = DoubleVector.fromArray(S, c, c1);
            s11 = DoubleVector.fromArray(S, c, c1 + LANES);
            s20 = DoubleVector.fromArray(S, c, c2);
            s21 = DoubleVector.fromArray(S, c, c2 + LANES);
            s30 = DoubleVector.fromArray(S, c, c3);
            s31 = DoubleVector.fromArray(S, c, c3 + LANES);
            s40 = DoubleVector.fromArray(S, c, c4);
            s41 = DoubleVector.fromArray(S, c, c4 + LANES);
            s50 = DoubleVector.fromArray(S, c, c5);
            s51 = DoubleVector.fromArray(S, c, c5 + LANES);
            s60 = DoubleVector.fromArray(S, c, c6);
            s61 = DoubleVector.fromArray(S, c, c6 + LANES);
            s70 = DoubleVector.fromArray(S, c, c7);
            s71 = DoubleVector.fromArray(S, c, c7 + LANES);
            s80 = DoubleVector.fromArray(S, c, c8);
            s81 = DoubleVector.fromArray(S, c, c8 + LANES);
            s90 = DoubleVector.fromArray(S, c, c9);
            s91 = DoubleVector.fromArray(S, c, c9 + LANES);
            s100 = DoubleVector.fromArray(S, c, c10);
            s101 = DoubleVector.fromArray(S, c, c10 + LANES);
            s110 = DoubleVector.fromArray(S, c, c11);
            s111 = DoubleVector.fromArray(S, c, c11 + LANES);
        } else {
            DoubleVector zero = DoubleVector.zero(S);
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
            s60 = zero;
            s61 = zero;
            s70 = zero;
            s71 = zero;
            s80 = zero;
            s81 = zero;
            s90 = zero;
            s91 = zero;
            s100 = zero;
            s101 = zero;
            s110 = zero;
            s111 = zero;
        }
        for (int p = 0; p < k; p++) {
            int ap = aOff + p * 12;
            long bp = bOff + p * (2L * BYTES);
            DoubleVector b0 = DoubleVector.fromMemorySegment(S, b, bp, ORDER);
            DoubleVector b1 = DoubleVector.fromMemorySegment(S, b, bp + BYTES, ORDER);
            DoubleVector a0 = DoubleVector.broadcast(S, a[ap]);
            s00 = a0.fma(b0, s00);
            s01 = a0.fma(b1, s01);
            a0 = DoubleVector.broadcast(S, a[ap + 1]);
            s10 = a0.fma(b0, s10);
            s11 = a0.fma(b1, s11);
            a0 = DoubleVector.broadcast(S, a[ap + 2]);
            s20 = a0.fma(b0, s20);
            s21 = a0.fma(b1, s21);
            a0 = DoubleVector.broadcast(S, a[ap + 3]);
            s30 = a0.fma(b0, s30);
            s31 = a0.fma(b1, s31);
            a0 = DoubleVector.broadcast(S, a[ap + 4]);
            s40 = a0.fma(b0, s40);
            s41 = a0.fma(b1, s41);
            a0 = DoubleVector.broadcast(S, a[ap + 5]);
            s50 = a0.fma(b0, s50);
            s51 = a0.fma(b1, s51);
            a0 = DoubleVector.broadcast(S, a[ap + 6]);
            s60 = a0.fma(b0, s60);
            s61 = a0.fma(b1, s61);
            a0 = DoubleVector.broadcast(S, a[ap + 7]);
            s70 = a0.fma(b0, s70);
            s71 = a0.fma(b1, s71);
            a0 = DoubleVector.broadcast(S, a[ap + 8]);
            s80 = a0.fma(b0, s80);
            s81 = a0.fma(b1, s81);
            a0 = DoubleVector.broadcast(S, a[ap + 9]);
            s90 = a0.fma(b0, s90);
            s91 = a0.fma(b1, s91);
            a0 = DoubleVector.broadcast(S, a[ap + 10]);
            s100 = a0.fma(b0, s100);
            s101 = a0.fma(b1, s101);
            a0 = DoubleVector.broadcast(S, a[ap + 11]);
            s110 = a0.fma(b0, s110);
            s111 = a0.fma(b1, s111);
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
        s60.intoArray(c, c6);
        s61.intoArray(c, c6 + LANES);
        s70.intoArray(c, c7);
        s71.intoArray(c, c7 + LANES);
        s80.intoArray(c, c8);
        s81.intoArray(c, c8 + LANES);
        s90.intoArray(c, c9);
        s91.intoArray(c, c9 + LANES);
        s100.intoArray(c, c10);
        s101.intoArray(c, c10 + LANES);
        s110.intoArray(c, c11);
        s111.intoArray(c, c11 + LANES);
    }
}
