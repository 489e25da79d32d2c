package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of A, read where they lie, times a packed strip of B 3 vectors wide, 8 rows at a time.
 *
 * <p>For 32 registers (AVX-512): 24 sums, three vectors of B and a broadcast; eleven loads feed 24 fused multiply-adds.
 */
final class DoubleStrip8x3 {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoubleStrip8x3() {}

    /**
     * C := A B, or C += A B, for a strip of B laid out [k][3 vectors].
     *
     * <p>Rows beyond the last one repeat it: the same bits are computed and stored again, which is cheaper than a second
     * loop for what is left.
     */
    static void multiply(
            int m,
            int k,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            double[] c,
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
            DoubleVector s00;
            DoubleVector s01;
            DoubleVector s02;
            DoubleVector s10;
            DoubleVector s11;
            DoubleVector s12;
            DoubleVector s20;
            DoubleVector s21;
            DoubleVector s22;
            DoubleVector s30;
            DoubleVector s31;
            DoubleVector s32;
            DoubleVector s40;
            DoubleVector s41;
            DoubleVector s42;
            DoubleVector s50;
            DoubleVector s51;
            DoubleVector s52;
            DoubleVector s60;
            DoubleVector s61;
            DoubleVector s62;
            DoubleVector s70;
            DoubleVector s71;
            DoubleVector s72;
            if (accumulate) {
                s00 = DoubleVector.fromArray(S, c, c0);
                s01 = DoubleVector.fromArray(S, c, c0 + LANES);
                s02 = DoubleVector.fromArray(S, c, c0 + 2 * LANES);
                s10 = DoubleVector.fromArray(S, c, c1);
                s11 = DoubleVector.fromArray(S, c, c1 + LANES);
                s12 = DoubleVector.fromArray(S, c, c1 + 2 * LANES);
                s20 = DoubleVector.fromArray(S, c, c2);
                s21 = DoubleVector.fromArray(S, c, c2 + LANES);
                s22 = DoubleVector.fromArray(S, c, c2 + 2 * LANES);
                s30 = DoubleVector.fromArray(S, c, c3);
                s31 = DoubleVector.fromArray(S, c, c3 + LANES);
                s32 = DoubleVector.fromArray(S, c, c3 + 2 * LANES);
                s40 = DoubleVector.fromArray(S, c, c4);
                s41 = DoubleVector.fromArray(S, c, c4 + LANES);
                s42 = DoubleVector.fromArray(S, c, c4 + 2 * LANES);
                s50 = DoubleVector.fromArray(S, c, c5);
                s51 = DoubleVector.fromArray(S, c, c5 + LANES);
                s52 = DoubleVector.fromArray(S, c, c5 + 2 * LANES);
                s60 = DoubleVector.fromArray(S, c, c6);
                s61 = DoubleVector.fromArray(S, c, c6 + LANES);
                s62 = DoubleVector.fromArray(S, c, c6 + 2 * LANES);
                s70 = DoubleVector.fromArray(S, c, c7);
                s71 = DoubleVector.fromArray(S, c, c7 + LANES);
                s72 = DoubleVector.fromArray(S, c, c7 + 2 * LANES);
            } else {
                DoubleVector zero = DoubleVector.zero(S);
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
                DoubleVector b0 = DoubleVector.fromArray(S, b, bp);
                DoubleVector b1 = DoubleVector.fromArray(S, b, bp + LANES);
                DoubleVector b2 = DoubleVector.fromArray(S, b, bp + 2 * LANES);
                DoubleVector x = DoubleVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                s02 = x.fma(b2, s02);
                x = DoubleVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                s12 = x.fma(b2, s12);
                x = DoubleVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                s22 = x.fma(b2, s22);
                x = DoubleVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                s31 = x.fma(b1, s31);
                s32 = x.fma(b2, s32);
                x = DoubleVector.broadcast(S, a[a4 + q]);
                s40 = x.fma(b0, s40);
                s41 = x.fma(b1, s41);
                s42 = x.fma(b2, s42);
                x = DoubleVector.broadcast(S, a[a5 + q]);
                s50 = x.fma(b0, s50);
                s51 = x.fma(b1, s51);
                s52 = x.fma(b2, s52);
                x = DoubleVector.broadcast(S, a[a6 + q]);
                s60 = x.fma(b0, s60);
                s61 = x.fma(b1, s61);
                s62 = x.fma(b2, s62);
                x = DoubleVector.broadcast(S, a[a7 + q]);
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
