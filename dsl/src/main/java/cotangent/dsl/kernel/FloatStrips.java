package cotangent.dsl.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of rows of A, read where they lie, with a strip of B of up to four vectors' width.
 *
 * <p>The strip is packed [k][width], padded with zeros, so its strides are constants to the compiler and its last vector
 * needs no mask; C is loaded and stored with a mask instead, once per sum and not once per term. A row tile that hangs
 * over the last row computes the last row several times, from the same operands, and stores the same bits several times:
 * cheaper than a second loop for what is left.
 */
final class FloatStrips {
    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;

    private FloatStrips() {}

    /** 8 rows by 1 vector, the last of them {@code last} lanes wide. */
    static void rows8x1(
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
            int last,
            boolean accumulate) {
        VectorMask<Float> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            FloatVector s10;
            FloatVector s20;
            FloatVector s30;
            FloatVector s40;
            FloatVector s50;
            FloatVector s60;
            FloatVector s70;
            if (accumulate) {
                s00 = FloatVector.fromArray(S, c, c0, edge);
                s10 = FloatVector.fromArray(S, c, c1, edge);
                s20 = FloatVector.fromArray(S, c, c2, edge);
                s30 = FloatVector.fromArray(S, c, c3, edge);
                s40 = FloatVector.fromArray(S, c, c4, edge);
                s50 = FloatVector.fromArray(S, c, c5, edge);
                s60 = FloatVector.fromArray(S, c, c6, edge);
                s70 = FloatVector.fromArray(S, c, c7, edge);
            } else {
                FloatVector zero = FloatVector.zero(S);
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
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector x = FloatVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                x = FloatVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                x = FloatVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                x = FloatVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                x = FloatVector.broadcast(S, a[a4 + q]);
                s40 = x.fma(b0, s40);
                x = FloatVector.broadcast(S, a[a5 + q]);
                s50 = x.fma(b0, s50);
                x = FloatVector.broadcast(S, a[a6 + q]);
                s60 = x.fma(b0, s60);
                x = FloatVector.broadcast(S, a[a7 + q]);
                s70 = x.fma(b0, s70);
            }
            s00.intoArray(c, c0, edge);
            s10.intoArray(c, c1, edge);
            s20.intoArray(c, c2, edge);
            s30.intoArray(c, c3, edge);
            s40.intoArray(c, c4, edge);
            s50.intoArray(c, c5, edge);
            s60.intoArray(c, c6, edge);
            s70.intoArray(c, c7, edge);
        }
    }

    /** 4 rows by 2 vectors, the last of them {@code last} lanes wide. */
    static void rows4x2(
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
            int last,
            boolean accumulate) {
        VectorMask<Float> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            FloatVector s00, s01;
            FloatVector s10, s11;
            FloatVector s20, s21;
            FloatVector s30, s31;
            if (accumulate) {
                s00 = FloatVector.fromArray(S, c, c0);
                s01 = FloatVector.fromArray(S, c, c0 + LANES, edge);
                s10 = FloatVector.fromArray(S, c, c1);
                s11 = FloatVector.fromArray(S, c, c1 + LANES, edge);
                s20 = FloatVector.fromArray(S, c, c2);
                s21 = FloatVector.fromArray(S, c, c2 + LANES, edge);
                s30 = FloatVector.fromArray(S, c, c3);
                s31 = FloatVector.fromArray(S, c, c3 + LANES, edge);
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
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * 2 * LANES;
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector b1 = FloatVector.fromArray(S, b, bp + LANES);
                FloatVector x = FloatVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                x = FloatVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                x = FloatVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                x = FloatVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                s31 = x.fma(b1, s31);
            }
            s00.intoArray(c, c0);
            s01.intoArray(c, c0 + LANES, edge);
            s10.intoArray(c, c1);
            s11.intoArray(c, c1 + LANES, edge);
            s20.intoArray(c, c2);
            s21.intoArray(c, c2 + LANES, edge);
            s30.intoArray(c, c3);
            s31.intoArray(c, c3 + LANES, edge);
        }
    }

    /** 8 rows by 2 vectors, the last of them {@code last} lanes wide. */
    static void rows8x2(
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
            int last,
            boolean accumulate) {
        VectorMask<Float> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            FloatVector s00, s01;
            FloatVector s10, s11;
            FloatVector s20, s21;
            FloatVector s30, s31;
            FloatVector s40, s41;
            FloatVector s50, s51;
            FloatVector s60, s61;
            FloatVector s70, s71;
            if (accumulate) {
                s00 = FloatVector.fromArray(S, c, c0);
                s01 = FloatVector.fromArray(S, c, c0 + LANES, edge);
                s10 = FloatVector.fromArray(S, c, c1);
                s11 = FloatVector.fromArray(S, c, c1 + LANES, edge);
                s20 = FloatVector.fromArray(S, c, c2);
                s21 = FloatVector.fromArray(S, c, c2 + LANES, edge);
                s30 = FloatVector.fromArray(S, c, c3);
                s31 = FloatVector.fromArray(S, c, c3 + LANES, edge);
                s40 = FloatVector.fromArray(S, c, c4);
                s41 = FloatVector.fromArray(S, c, c4 + LANES, edge);
                s50 = FloatVector.fromArray(S, c, c5);
                s51 = FloatVector.fromArray(S, c, c5 + LANES, edge);
                s60 = FloatVector.fromArray(S, c, c6);
                s61 = FloatVector.fromArray(S, c, c6 + LANES, edge);
                s70 = FloatVector.fromArray(S, c, c7);
                s71 = FloatVector.fromArray(S, c, c7 + LANES, edge);
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
                s60 = zero;
                s61 = zero;
                s70 = zero;
                s71 = zero;
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * 2 * LANES;
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector b1 = FloatVector.fromArray(S, b, bp + LANES);
                FloatVector x = FloatVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                x = FloatVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                x = FloatVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                x = FloatVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                s31 = x.fma(b1, s31);
                x = FloatVector.broadcast(S, a[a4 + q]);
                s40 = x.fma(b0, s40);
                s41 = x.fma(b1, s41);
                x = FloatVector.broadcast(S, a[a5 + q]);
                s50 = x.fma(b0, s50);
                s51 = x.fma(b1, s51);
                x = FloatVector.broadcast(S, a[a6 + q]);
                s60 = x.fma(b0, s60);
                s61 = x.fma(b1, s61);
                x = FloatVector.broadcast(S, a[a7 + q]);
                s70 = x.fma(b0, s70);
                s71 = x.fma(b1, s71);
            }
            s00.intoArray(c, c0);
            s01.intoArray(c, c0 + LANES, edge);
            s10.intoArray(c, c1);
            s11.intoArray(c, c1 + LANES, edge);
            s20.intoArray(c, c2);
            s21.intoArray(c, c2 + LANES, edge);
            s30.intoArray(c, c3);
            s31.intoArray(c, c3 + LANES, edge);
            s40.intoArray(c, c4);
            s41.intoArray(c, c4 + LANES, edge);
            s50.intoArray(c, c5);
            s51.intoArray(c, c5 + LANES, edge);
            s60.intoArray(c, c6);
            s61.intoArray(c, c6 + LANES, edge);
            s70.intoArray(c, c7);
            s71.intoArray(c, c7 + LANES, edge);
        }
    }

    /** 4 rows by 3 vectors, the last of them {@code last} lanes wide. */
    static void rows4x3(
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
            int last,
            boolean accumulate) {
        VectorMask<Float> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            FloatVector s00, s01, s02;
            FloatVector s10, s11, s12;
            FloatVector s20, s21, s22;
            FloatVector s30, s31, s32;
            if (accumulate) {
                s00 = FloatVector.fromArray(S, c, c0);
                s01 = FloatVector.fromArray(S, c, c0 + LANES);
                s02 = FloatVector.fromArray(S, c, c0 + 2 * LANES, edge);
                s10 = FloatVector.fromArray(S, c, c1);
                s11 = FloatVector.fromArray(S, c, c1 + LANES);
                s12 = FloatVector.fromArray(S, c, c1 + 2 * LANES, edge);
                s20 = FloatVector.fromArray(S, c, c2);
                s21 = FloatVector.fromArray(S, c, c2 + LANES);
                s22 = FloatVector.fromArray(S, c, c2 + 2 * LANES, edge);
                s30 = FloatVector.fromArray(S, c, c3);
                s31 = FloatVector.fromArray(S, c, c3 + LANES);
                s32 = FloatVector.fromArray(S, c, c3 + 2 * LANES, edge);
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
            }
            s00.intoArray(c, c0);
            s01.intoArray(c, c0 + LANES);
            s02.intoArray(c, c0 + 2 * LANES, edge);
            s10.intoArray(c, c1);
            s11.intoArray(c, c1 + LANES);
            s12.intoArray(c, c1 + 2 * LANES, edge);
            s20.intoArray(c, c2);
            s21.intoArray(c, c2 + LANES);
            s22.intoArray(c, c2 + 2 * LANES, edge);
            s30.intoArray(c, c3);
            s31.intoArray(c, c3 + LANES);
            s32.intoArray(c, c3 + 2 * LANES, edge);
        }
    }

    /** 4 rows by 4 vectors, the last of them {@code last} lanes wide. */
    static void rows4x4(
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
            int last,
            boolean accumulate) {
        VectorMask<Float> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            FloatVector s00, s01, s02, s03;
            FloatVector s10, s11, s12, s13;
            FloatVector s20, s21, s22, s23;
            FloatVector s30, s31, s32, s33;
            if (accumulate) {
                s00 = FloatVector.fromArray(S, c, c0);
                s01 = FloatVector.fromArray(S, c, c0 + LANES);
                s02 = FloatVector.fromArray(S, c, c0 + 2 * LANES);
                s03 = FloatVector.fromArray(S, c, c0 + 3 * LANES, edge);
                s10 = FloatVector.fromArray(S, c, c1);
                s11 = FloatVector.fromArray(S, c, c1 + LANES);
                s12 = FloatVector.fromArray(S, c, c1 + 2 * LANES);
                s13 = FloatVector.fromArray(S, c, c1 + 3 * LANES, edge);
                s20 = FloatVector.fromArray(S, c, c2);
                s21 = FloatVector.fromArray(S, c, c2 + LANES);
                s22 = FloatVector.fromArray(S, c, c2 + 2 * LANES);
                s23 = FloatVector.fromArray(S, c, c2 + 3 * LANES, edge);
                s30 = FloatVector.fromArray(S, c, c3);
                s31 = FloatVector.fromArray(S, c, c3 + LANES);
                s32 = FloatVector.fromArray(S, c, c3 + 2 * LANES);
                s33 = FloatVector.fromArray(S, c, c3 + 3 * LANES, edge);
            } else {
                FloatVector zero = FloatVector.zero(S);
                s00 = zero;
                s01 = zero;
                s02 = zero;
                s03 = zero;
                s10 = zero;
                s11 = zero;
                s12 = zero;
                s13 = zero;
                s20 = zero;
                s21 = zero;
                s22 = zero;
                s23 = zero;
                s30 = zero;
                s31 = zero;
                s32 = zero;
                s33 = zero;
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * 4 * LANES;
                FloatVector b0 = FloatVector.fromArray(S, b, bp);
                FloatVector b1 = FloatVector.fromArray(S, b, bp + LANES);
                FloatVector b2 = FloatVector.fromArray(S, b, bp + 2 * LANES);
                FloatVector b3 = FloatVector.fromArray(S, b, bp + 3 * LANES);
                FloatVector x = FloatVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                s02 = x.fma(b2, s02);
                s03 = x.fma(b3, s03);
                x = FloatVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                s12 = x.fma(b2, s12);
                s13 = x.fma(b3, s13);
                x = FloatVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                s22 = x.fma(b2, s22);
                s23 = x.fma(b3, s23);
                x = FloatVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                s31 = x.fma(b1, s31);
                s32 = x.fma(b2, s32);
                s33 = x.fma(b3, s33);
            }
            s00.intoArray(c, c0);
            s01.intoArray(c, c0 + LANES);
            s02.intoArray(c, c0 + 2 * LANES);
            s03.intoArray(c, c0 + 3 * LANES, edge);
            s10.intoArray(c, c1);
            s11.intoArray(c, c1 + LANES);
            s12.intoArray(c, c1 + 2 * LANES);
            s13.intoArray(c, c1 + 3 * LANES, edge);
            s20.intoArray(c, c2);
            s21.intoArray(c, c2 + LANES);
            s22.intoArray(c, c2 + 2 * LANES);
            s23.intoArray(c, c2 + 3 * LANES, edge);
            s30.intoArray(c, c3);
            s31.intoArray(c, c3 + LANES);
            s32.intoArray(c, c3 + 2 * LANES);
            s33.intoArray(c, c3 + 3 * LANES, edge);
        }
    }
}
