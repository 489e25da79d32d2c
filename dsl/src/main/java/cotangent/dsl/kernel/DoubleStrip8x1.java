package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows of A, read where they lie, times a packed strip of B 1 vector wide, 8 rows at a time.
 *
 * <p>For C up to one vector wide, or what is left beside wider strips: eight sums cover an FMA's latency on two ports.
 */
final class DoubleStrip8x1 {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoubleStrip8x1() {}

    /**
     * C := A B, or C += A B, for a strip of B laid out [k][1 vector].
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
            DoubleVector s10;
            DoubleVector s20;
            DoubleVector s30;
            DoubleVector s40;
            DoubleVector s50;
            DoubleVector s60;
            DoubleVector s70;
            if (accumulate) {
                s00 = DoubleVector.fromArray(S, c, c0);
                s10 = DoubleVector.fromArray(S, c, c1);
                s20 = DoubleVector.fromArray(S, c, c2);
                s30 = DoubleVector.fromArray(S, c, c3);
                s40 = DoubleVector.fromArray(S, c, c4);
                s50 = DoubleVector.fromArray(S, c, c5);
                s60 = DoubleVector.fromArray(S, c, c6);
                s70 = DoubleVector.fromArray(S, c, c7);
            } else {
                DoubleVector zero = DoubleVector.zero(S);
                s00 = zero;
                s10 = zero;
                s20 = zero;
                s30 = zero;
                s40 = zero;
                s50 = zero;
                s60 = zero;
                s70 = zero;
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * LANES;
                DoubleVector b0 = DoubleVector.fromArray(S, b, bp);
                DoubleVector x = DoubleVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                x = DoubleVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                x = DoubleVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                x = DoubleVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                x = DoubleVector.broadcast(S, a[a4 + q]);
                s40 = x.fma(b0, s40);
                x = DoubleVector.broadcast(S, a[a5 + q]);
                s50 = x.fma(b0, s50);
                x = DoubleVector.broadcast(S, a[a6 + q]);
                s60 = x.fma(b0, s60);
                x = DoubleVector.broadcast(S, a[a7 + q]);
                s70 = x.fma(b0, s70);
            }
            s00.intoArray(c, c0);
            s10.intoArray(c, c1);
            s20.intoArray(c, c2);
            s30.intoArray(c, c3);
            s40.intoArray(c, c4);
            s50.intoArray(c, c5);
            s60.intoArray(c, c6);
            s70.intoArray(c, c7);
        }
    }
}
