package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of A, read where they lie, times a packed strip of B 3 vectors wide, 4 rows at a time.
 *
 * <p>For 16 registers: twelve sums, three vectors of B and a broadcast, 16 in all.
 */
final class DoubleStrip4x3 {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoubleStrip4x3() {}

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
        for (int i = 0; i < m; i += 4) {
            int i1 = Math.min(i + 1, m - 1);
            int i2 = Math.min(i + 2, m - 1);
            int i3 = Math.min(i + 3, m - 1);
            int a0 = aOff + i * aRow;
            int a1 = aOff + i1 * aRow;
            int a2 = aOff + i2 * aRow;
            int a3 = aOff + i3 * aRow;
            int c0 = cOff + i * cRow;
            int c1 = cOff + i1 * cRow;
            int c2 = cOff + i2 * cRow;
            int c3 = cOff + i3 * cRow;
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
        }
    }
}
