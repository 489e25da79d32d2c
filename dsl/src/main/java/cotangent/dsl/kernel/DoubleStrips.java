package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
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
final class DoubleStrips {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoubleStrips() {}

    /** 8 rows by 1 vector, the last of them {@code last} lanes wide. */
    static void rows8x1(
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
            int last,
            boolean accumulate) {
        VectorMask<Double> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
                s00 = DoubleVector.fromArray(S, c, c0, edge);
                s10 = DoubleVector.fromArray(S, c, c1, edge);
                s20 = DoubleVector.fromArray(S, c, c2, edge);
                s30 = DoubleVector.fromArray(S, c, c3, edge);
                s40 = DoubleVector.fromArray(S, c, c4, edge);
                s50 = DoubleVector.fromArray(S, c, c5, edge);
                s60 = DoubleVector.fromArray(S, c, c6, edge);
                s70 = DoubleVector.fromArray(S, c, c7, edge);
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
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            double[] c,
            int cOff,
            int cRow,
            int last,
            boolean accumulate) {
        VectorMask<Double> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            DoubleVector s00, s01;
            DoubleVector s10, s11;
            DoubleVector s20, s21;
            DoubleVector s30, s31;
            if (accumulate) {
                s00 = DoubleVector.fromArray(S, c, c0);
                s01 = DoubleVector.fromArray(S, c, c0 + LANES, edge);
                s10 = DoubleVector.fromArray(S, c, c1);
                s11 = DoubleVector.fromArray(S, c, c1 + LANES, edge);
                s20 = DoubleVector.fromArray(S, c, c2);
                s21 = DoubleVector.fromArray(S, c, c2 + LANES, edge);
                s30 = DoubleVector.fromArray(S, c, c3);
                s31 = DoubleVector.fromArray(S, c, c3 + LANES, edge);
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
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * 2 * LANES;
                DoubleVector b0 = DoubleVector.fromArray(S, b, bp);
                DoubleVector b1 = DoubleVector.fromArray(S, b, bp + LANES);
                DoubleVector x = DoubleVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                x = DoubleVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                x = DoubleVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                x = DoubleVector.broadcast(S, a[a3 + q]);
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
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            double[] c,
            int cOff,
            int cRow,
            int last,
            boolean accumulate) {
        VectorMask<Double> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            DoubleVector s00, s01;
            DoubleVector s10, s11;
            DoubleVector s20, s21;
            DoubleVector s30, s31;
            DoubleVector s40, s41;
            DoubleVector s50, s51;
            DoubleVector s60, s61;
            DoubleVector s70, s71;
            if (accumulate) {
                s00 = DoubleVector.fromArray(S, c, c0);
                s01 = DoubleVector.fromArray(S, c, c0 + LANES, edge);
                s10 = DoubleVector.fromArray(S, c, c1);
                s11 = DoubleVector.fromArray(S, c, c1 + LANES, edge);
                s20 = DoubleVector.fromArray(S, c, c2);
                s21 = DoubleVector.fromArray(S, c, c2 + LANES, edge);
                s30 = DoubleVector.fromArray(S, c, c3);
                s31 = DoubleVector.fromArray(S, c, c3 + LANES, edge);
                s40 = DoubleVector.fromArray(S, c, c4);
                s41 = DoubleVector.fromArray(S, c, c4 + LANES, edge);
                s50 = DoubleVector.fromArray(S, c, c5);
                s51 = DoubleVector.fromArray(S, c, c5 + LANES, edge);
                s60 = DoubleVector.fromArray(S, c, c6);
                s61 = DoubleVector.fromArray(S, c, c6 + LANES, edge);
                s70 = DoubleVector.fromArray(S, c, c7);
                s71 = DoubleVector.fromArray(S, c, c7 + LANES, edge);
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
            }
            for (int p = 0; p < k; p++) {
                int q = p * aCol;
                int bp = bOff + p * 2 * LANES;
                DoubleVector b0 = DoubleVector.fromArray(S, b, bp);
                DoubleVector b1 = DoubleVector.fromArray(S, b, bp + LANES);
                DoubleVector x = DoubleVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                x = DoubleVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                x = DoubleVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                x = DoubleVector.broadcast(S, a[a3 + q]);
                s30 = x.fma(b0, s30);
                s31 = x.fma(b1, s31);
                x = DoubleVector.broadcast(S, a[a4 + q]);
                s40 = x.fma(b0, s40);
                s41 = x.fma(b1, s41);
                x = DoubleVector.broadcast(S, a[a5 + q]);
                s50 = x.fma(b0, s50);
                s51 = x.fma(b1, s51);
                x = DoubleVector.broadcast(S, a[a6 + q]);
                s60 = x.fma(b0, s60);
                s61 = x.fma(b1, s61);
                x = DoubleVector.broadcast(S, a[a7 + q]);
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
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            double[] c,
            int cOff,
            int cRow,
            int last,
            boolean accumulate) {
        VectorMask<Double> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            DoubleVector s00, s01, s02;
            DoubleVector s10, s11, s12;
            DoubleVector s20, s21, s22;
            DoubleVector s30, s31, s32;
            if (accumulate) {
                s00 = DoubleVector.fromArray(S, c, c0);
                s01 = DoubleVector.fromArray(S, c, c0 + LANES);
                s02 = DoubleVector.fromArray(S, c, c0 + 2 * LANES, edge);
                s10 = DoubleVector.fromArray(S, c, c1);
                s11 = DoubleVector.fromArray(S, c, c1 + LANES);
                s12 = DoubleVector.fromArray(S, c, c1 + 2 * LANES, edge);
                s20 = DoubleVector.fromArray(S, c, c2);
                s21 = DoubleVector.fromArray(S, c, c2 + LANES);
                s22 = DoubleVector.fromArray(S, c, c2 + 2 * LANES, edge);
                s30 = DoubleVector.fromArray(S, c, c3);
                s31 = DoubleVector.fromArray(S, c, c3 + LANES);
                s32 = DoubleVector.fromArray(S, c, c3 + 2 * LANES, edge);
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
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            double[] c,
            int cOff,
            int cRow,
            int last,
            boolean accumulate) {
        VectorMask<Double> edge = VectorMask.fromLong(S, -1L >>> (64 - last));
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
            DoubleVector s00, s01, s02, s03;
            DoubleVector s10, s11, s12, s13;
            DoubleVector s20, s21, s22, s23;
            DoubleVector s30, s31, s32, s33;
            if (accumulate) {
                s00 = DoubleVector.fromArray(S, c, c0);
                s01 = DoubleVector.fromArray(S, c, c0 + LANES);
                s02 = DoubleVector.fromArray(S, c, c0 + 2 * LANES);
                s03 = DoubleVector.fromArray(S, c, c0 + 3 * LANES, edge);
                s10 = DoubleVector.fromArray(S, c, c1);
                s11 = DoubleVector.fromArray(S, c, c1 + LANES);
                s12 = DoubleVector.fromArray(S, c, c1 + 2 * LANES);
                s13 = DoubleVector.fromArray(S, c, c1 + 3 * LANES, edge);
                s20 = DoubleVector.fromArray(S, c, c2);
                s21 = DoubleVector.fromArray(S, c, c2 + LANES);
                s22 = DoubleVector.fromArray(S, c, c2 + 2 * LANES);
                s23 = DoubleVector.fromArray(S, c, c2 + 3 * LANES, edge);
                s30 = DoubleVector.fromArray(S, c, c3);
                s31 = DoubleVector.fromArray(S, c, c3 + LANES);
                s32 = DoubleVector.fromArray(S, c, c3 + 2 * LANES);
                s33 = DoubleVector.fromArray(S, c, c3 + 3 * LANES, edge);
            } else {
                DoubleVector zero = DoubleVector.zero(S);
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
                DoubleVector b0 = DoubleVector.fromArray(S, b, bp);
                DoubleVector b1 = DoubleVector.fromArray(S, b, bp + LANES);
                DoubleVector b2 = DoubleVector.fromArray(S, b, bp + 2 * LANES);
                DoubleVector b3 = DoubleVector.fromArray(S, b, bp + 3 * LANES);
                DoubleVector x = DoubleVector.broadcast(S, a[a0 + q]);
                s00 = x.fma(b0, s00);
                s01 = x.fma(b1, s01);
                s02 = x.fma(b2, s02);
                s03 = x.fma(b3, s03);
                x = DoubleVector.broadcast(S, a[a1 + q]);
                s10 = x.fma(b0, s10);
                s11 = x.fma(b1, s11);
                s12 = x.fma(b2, s12);
                s13 = x.fma(b3, s13);
                x = DoubleVector.broadcast(S, a[a2 + q]);
                s20 = x.fma(b0, s20);
                s21 = x.fma(b1, s21);
                s22 = x.fma(b2, s22);
                s23 = x.fma(b3, s23);
                x = DoubleVector.broadcast(S, a[a3 + q]);
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
