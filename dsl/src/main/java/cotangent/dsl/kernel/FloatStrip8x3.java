package cotangent.dsl.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of A, read where they lie, times a packed strip of B 3 vectors wide, 8 rows at a time.
 *
 * <p>For 32 registers (AVX-512): 24 sums, three vectors of B and a broadcast; eleven loads feed 24 fused multiply-adds.
 */
final class FloatStrip8x3 {
    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;

    private FloatStrip8x3() {}

    /**
     * C := A B, or C += A B, for a strip of B laid out [k][3 vectors].
     *
     * <p>Rows beyond the last one repeat it: the same bits are computed and stored again, which is cheaper than a second
     * loop for what is left.
     */
    static void multiply(
            int m,
            int k,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float[] b,
            int bOff,
            float[] c,
            int cOff,
            int cRow,
            boolean accumulate) {
        for (int i = 0; i < m; i += 8) {
            int i1 = Math.min(i + 1, m - 1);
            int i2 = Math.min(i + 2, m - 1);
            int i3 = Math.min(i + 3, m - 1);
            int i4 = Math.min(i + 4, m - 1);
            int i5 = Math.min(i + 5, m - 1);
            int i6 = Math.min(i + 6, m - 1);
            int i7 = Math.min(i + 7, m - 1);
            int a0 = aOff + i * aRow;
            int a1 = aOff + i1 * aRow;
            int a2 = aOff + i2 * aRow;
            int a3 = aOff + i3 * aRow;
            int a4 = aOff + i4 * aRow;
            int a5 = aOff + i5 * aRow;
            int a6 = aOff + i6 * aRow;
            int a7 = aOff + i7 * aRow;
            int c0 = cOff + i * cRow;
            int c1 = cOff + i1 * cRow;
            int c2 = cOff + i2 * cRow;
            int c3 = cOff + i3 * cRow;
            int c4 = cOff + i4 * cRow;
            int c5 = cOff + i5 * cRow;
            int c6 = cOff + i6 * cRow;
            int c7 = cOff + i7 * cRow;
            FloatVector s00;
            FloatVector s01;
            FloatVector s02;
            FloatVector s10;
            FloatVector s11;
            FloatVector s12;
            FloatVector s20;
            FloatVector s21;
            FloatVector s22;
            FloatVector s30;
            FloatVector s31;
            FloatVector s32;
            FloatVector s40;
            FloatVector s41;
            FloatVector s42;
            FloatVector s50;
            FloatVector s51;
            FloatVector s52;
            FloatVector s60;
            FloatVector s61;
            FloatVector s62;
            FloatVector s70;
            FloatVector s71;
            FloatVector s72;
            if (accumulate) {
                s00 = FloatVector.fromArray(S, c, c0);
                s01 = FloatVector.fromArray(S, c, c0 + LANES);
                s02 = FloatVector.fromArray(S, c, c0 + 2 * LANES);
                s10 = FloatVector.fromArray(S, c, c1);
                s11 = FloatVector.fromArray(S, c, c1 + LANES);
                s12 = FloatVector.fromArray(S, c, c1 + 2 * LANES);
                s20 = FloatVector.fromArray(S, c, c2);
                s21 = FloatVector.fromArray(S, c, c2 + LANES);
                s22 = FloatVector.fromArray(S, c, c2 + 2 * LANES);
                s30 = FloatVector.fromArray(S, c, c3);
                s31 = FloatVector.fromArray(S, c, c3 + LANES);
                s32 = FloatVector.fromArray(S, c, c3 + 2 * LANES);
                s40 = FloatVector.fromArray(S, c, c4);
                s41 = FloatVector.fromArray(S, c, c4 + LANES);
                s42 = FloatVector.fromArray(S, c, c4 + 2 * LANES);
                s50 = FloatVector.fromArray(S, c, c5);
                s51 = FloatVector.fromArray(S, c, c5 + LANES);
                s52 = FloatVector.fromArray(S, c, c5 + 2 * LANES);
                s60 = FloatVector.fromArray(S, c, c6);
                s61 = FloatVector.fromArray(S, c, c6 + LANES);
                s62 = FloatVector.fromArray(S, c, c6 + 2 * LANES);
                s70 = FloatVector.fromArray(S, c, c7);
                s71 = FloatVector.fromArray(S, c, c7 + LANES);
                s72 = FloatVector.fromArray(S, c, c7 + 2 * LANES);
            } else {
                FloatVector zero = FloatVector.zero(S);
                s00 = zero;
                s01 = zero;
                s02 = zero;
                s10 = zero;
                s11 = zero;
                s12 = zero;
                s20 = zero;
                s21 = zero;
                s22 = zero;
                s30 = zero;
                s31 = zero;
                s32 = zero;
                s40 = zero;
                s41 = zero;
                s42 = zero;
                s50 = zero;
                s51 = zero;
                s52 = zero;
                s60 = zero;
                s61 = zero;
                s62 = zero;
                s70 = zero;
                s71 = zero;
                s72 = zero;
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * 3 * LANES;
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector b1 = FloatVector.fromArray(S, b, bp + LANES);
                FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * LANES);
                FloatVector x = FloatVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                s02 = x.fma(b2, s02);
                x = FloatVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                s12 = x.fma(b2, s12);
                x = FloatVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                s22 = x.fma(b2, s22);
                x = FloatVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                s31 = x.fma(b1, s31);
                s32 = x.fma(b2, s32);
                x = FloatVector.broadcast(S, a[a4 + q]);
                s40 = x.fma(b0, s40);
                s41 = x.fma(b1, s41);
                s42 = x.fma(b2, s42);
                x = FloatVector.broadcast(S, a[a5 + q]);
                s50 = x.fma(b0, s50);
                s51 = x.fma(b1, s51);
                s52 = x.fma(b2, s52);
                x = FloatVector.broadcast(S, a[a6 + q]);
                s60 = x.fma(b0, s60);
                s61 = x.fma(b1, s61);
                s62 = x.fma(b2, s62);
                x = FloatVector.broadcast(S, a[a7 + q]);
                s70 = x.fma(b0, s70);
                s71 = x.fma(b1, s71);
                s72 = x.fma(b2, s72);
            }
            s00.intoArray(c, c0);
            s01.intoArray(c, c0 + LANES);
            s02.intoArray(c, c0 + 2 * LANES);
            s10.intoArray(c, c1);
            s11.intoArray(c, c1 + LANES);
            s12.intoArray(c, c1 + 2 * LANES);
            s20.intoArray(c, c2);
            s21.intoArray(c, c2 + LANES);
            s22.intoArray(c, c2 + 2 * LANES);
            s30.intoArray(c, c3);
            s31.intoArray(c, c3 + LANES);
            s32.intoArray(c, c3 + 2 * LANES);
            s40.intoArray(c, c4);
            s41.intoArray(c, c4 + LANES);
            s42.intoArray(c, c4 + 2 * LANES);
            s50.intoArray(c, c5);
            s51.intoArray(c, c5 + LANES);
            s52.intoArray(c, c5 + 2 * LANES);
            s60.intoArray(c, c6);
            s61.intoArray(c, c6 + LANES);
            s62.intoArray(c, c6 + 2 * LANES);
            s70.intoArray(c, c7);
            s71.intoArray(c, c7 + LANES);
            s72.intoArray(c, c7 + 2 * LANES);
        }
    }
}
