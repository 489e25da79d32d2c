package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies a few rows of A into the panel a tile reads, [k][a tile's height], times alpha.
 *
 * <p>Rows are turned into columns in registers, as many at a time as a vector has lanes, by exchanging ever smaller
 * blocks of pairs of vectors (J. O. Eklundh, "A Fast Computer Method for Matrix Transposing", IEEE Transactions on
 * Computers 21, 1972); element by element, the copy would take a twelfth of a product of order 512.
 */
final class DoubleRowPanel {
    /** Rows of a panel. */
    static final int HEIGHT = Simd.BITS == 512 ? 12 : 6;

    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;
    /** Rows that a pass beginning at the first row leaves; where the last pass begins, which may overlap the first. */
    private static final int REST = Math.max(0, HEIGHT - LANES);

    private static final VectorShuffle<Double> SWAP1 = swap(1);
    private static final VectorShuffle<Double> SWAP2 = swap(2);
    private static final VectorShuffle<Double> SWAP4 = swap(4);
    private static final VectorShuffle<Double> SWAP8 = swap(8);
    private static final VectorMask<Double> UPPER1 = upper(1);
    private static final VectorMask<Double> UPPER2 = upper(2);
    private static final VectorMask<Double> UPPER4 = upper(4);
    private static final VectorMask<Double> UPPER8 = upper(8);

    private DoubleRowPanel() {}

    /** Neighbouring blocks of so many lanes exchanged. */
    private static VectorShuffle<Double> swap(int block) {
        return VectorShuffle.fromOp(S, lane -> (lane ^ block) % LANES);
    }

    /** The second of each two neighbouring blocks. */
    private static VectorMask<Double> upper(int block) {
        boolean[] lanes = new boolean[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            lanes[lane] = (lane & block) != 0;
        }
        return VectorMask.fromArray(S, lanes, 0);
    }

    /** How long a panel's array must be: vectors written at its end hang over. */
    static int length(int k) {
        return HEIGHT * k + LANES;
    }

    /** A panel of alpha A with {@code m} rows, the last of them repeated up to a tile's height. */
    static void pack(int k, int m, double alpha, double[] a, int aOff, int aRow, int aCol, double[] to) {
        int done = 0;
        if (aCol == 1 && LANES >= 8) {
            done = k - k % LANES;
            turn(done, m - 1, alpha, a, aOff, aRow, to, 0);
            if (REST > 0) {
                int first = Math.min(REST, m - 1);
                turn(done, m - 1 - first, alpha, a, aOff + first * aRow, aRow, to, REST);
            }
        } else if (aRow == 1 && m == HEIGHT) {
            done = Math.max(0, k - (LANES + aCol - 1) / Math.max(1, aCol));
            copy(done, alpha, a, aOff, aCol, to);
        }
        scalar(done, k, m, alpha, a, aOff, aRow, aCol, to);
    }

    private static void turn(
            int columns, int last, double alpha, double[] a, int aOff, int aRow, double[] to, int toOff) {
        if (LANES == 16) {
            sixteen(columns, last, alpha, a, aOff, aRow, to, toOff);
        } else {
            eight(columns, last, alpha, a, aOff, aRow, to, toOff);
        }
    }

    /** Columns of A that are contiguous; what hangs over one is overwritten by the next. */
    private static void copy(int k, double alpha, double[] a, int aOff, int aCol, double[] to) {
        for (int p = 0; p < k; p++) {
            int from = aOff + p * aCol;
            int at = p * HEIGHT;
            for (int i = 0; i < HEIGHT; i += LANES) {
                int row = Math.min(i, REST);
                DoubleVector.fromArray(S, a, from + row).mul(alpha).intoArray(to, at + row);
            }
        }
    }

    private static void scalar(
            int begin, int k, int m, double alpha, double[] a, int aOff, int aRow, int aCol, double[] to) {
        for (int i = 0; i < HEIGHT; i++) {
            int from = aOff + Math.min(i, m - 1) * aRow + begin * aCol;
            for (int p = begin, at = begin * HEIGHT + i; p < k; p++, at += HEIGHT, from += aCol) {
                to[at] = alpha * a[from];
            }
        }
    }

    /** 8 rows of 8 lanes. */
    private static void eight(
            int columns,
            int last,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            double[] to,
            int toOff) {
        DoubleVector factor = DoubleVector.broadcast(S, alpha);
        int a0 = aOff;
        int a1 = aOff + Math.min(1, last) * aRow;
        int a2 = aOff + Math.min(2, last) * aRow;
        int a3 = aOff + Math.min(3, last) * aRow;
        int a4 = aOff + Math.min(4, last) * aRow;
        int a5 = aOff + Math.min(5, last) * aRow;
        int a6 = aOff + Math.min(6, last) * aRow;
        int a7 = aOff + Math.min(7, last) * aRow;
        for (int p = 0; p < columns; p += 8) {
            DoubleVector v0 = DoubleVector.fromArray(S, a, a0 + p).mul(factor);
            DoubleVector v1 = DoubleVector.fromArray(S, a, a1 + p).mul(factor);
            DoubleVector v2 = DoubleVector.fromArray(S, a, a2 + p).mul(factor);
            DoubleVector v3 = DoubleVector.fromArray(S, a, a3 + p).mul(factor);
            DoubleVector v4 = DoubleVector.fromArray(S, a, a4 + p).mul(factor);
            DoubleVector v5 = DoubleVector.fromArray(S, a, a5 + p).mul(factor);
            DoubleVector v6 = DoubleVector.fromArray(S, a, a6 + p).mul(factor);
            DoubleVector v7 = DoubleVector.fromArray(S, a, a7 + p).mul(factor);
            DoubleVector w;
            w = v0.rearrange(SWAP4);
            v0 = v0.blend(v4.rearrange(SWAP4), UPPER4);
            v4 = w.blend(v4, UPPER4);
            w = v1.rearrange(SWAP4);
            v1 = v1.blend(v5.rearrange(SWAP4), UPPER4);
            v5 = w.blend(v5, UPPER4);
            w = v2.rearrange(SWAP4);
            v2 = v2.blend(v6.rearrange(SWAP4), UPPER4);
            v6 = w.blend(v6, UPPER4);
            w = v3.rearrange(SWAP4);
            v3 = v3.blend(v7.rearrange(SWAP4), UPPER4);
            v7 = w.blend(v7, UPPER4);
            w = v0.rearrange(SWAP2);
            v0 = v0.blend(v2.rearrange(SWAP2), UPPER2);
            v2 = w.blend(v2, UPPER2);
            w = v1.rearrange(SWAP2);
            v1 = v1.blend(v3.rearrange(SWAP2), UPPER2);
            v3 = w.blend(v3, UPPER2);
            w = v4.rearrange(SWAP2);
            v4 = v4.blend(v6.rearrange(SWAP2), UPPER2);
            v6 = w.blend(v6, UPPER2);
            w = v5.rearrange(SWAP2);
            v5 = v5.blend(v7.rearrange(SWAP2), UPPER2);
            v7 = w.blend(v7, UPPER2);
            w = v0.rearrange(SWAP1);
            v0 = v0.blend(v1.rearrange(SWAP1), UPPER1);
            v1 = w.blend(v1, UPPER1);
            w = v2.rearrange(SWAP1);
            v2 = v2.blend(v3.rearrange(SWAP1), UPPER1);
            v3 = w.blend(v3, UPPER1);
            w = v4.rearrange(SWAP1);
            v4 = v4.blend(v5.rearrange(SWAP1), UPPER1);
            v5 = w.blend(v5, UPPER1);
            w = v6.rearrange(SWAP1);
            v6 = v6.blend(v7.rearrange(SWAP1), UPPER1);
            v7 = w.blend(v7, UPPER1);
            int at = toOff + p * HEIGHT;
            v0.intoArray(to, at);
            v1.intoArray(to, at + HEIGHT);
            v2.intoArray(to, at + 2 * HEIGHT);
            v3.intoArray(to, at + 3 * HEIGHT);
            v4.intoArray(to, at + 4 * HEIGHT);
            v5.intoArray(to, at + 5 * HEIGHT);
            v6.intoArray(to, at + 6 * HEIGHT);
            v7.intoArray(to, at + 7 * HEIGHT);
        }
    }

    /** 16 rows of 16 lanes. */
    private static void sixteen(
            int columns,
            int last,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            double[] to,
            int toOff) {
        DoubleVector factor = DoubleVector.broadcast(S, alpha);
        int a0 = aOff;
        int a1 = aOff + Math.min(1, last) * aRow;
        int a2 = aOff + Math.min(2, last) * aRow;
        int a3 = aOff + Math.min(3, last) * aRow;
        int a4 = aOff + Math.min(4, last) * aRow;
        int a5 = aOff + Math.min(5, last) * aRow;
        int a6 = aOff + Math.min(6, last) * aRow;
        int a7 = aOff + Math.min(7, last) * aRow;
        int a8 = aOff + Math.min(8, last) * aRow;
        int a9 = aOff + Math.min(9, last) * aRow;
        int a10 = aOff + Math.min(10, last) * aRow;
        int a11 = aOff + Math.min(11, last) * aRow;
        int a12 = aOff + Math.min(12, last) * aRow;
        int a13 = aOff + Math.min(13, last) * aRow;
        int a14 = aOff + Math.min(14, last) * aRow;
        int a15 = aOff + Math.min(15, last) * aRow;
        for (int p = 0; p < columns; p += 16) {
            DoubleVector v0 = DoubleVector.fromArray(S, a, a0 + p).mul(factor);
            DoubleVector v1 = DoubleVector.fromArray(S, a, a1 + p).mul(factor);
            DoubleVector v2 = DoubleVector.fromArray(S, a, a2 + p).mul(factor);
            DoubleVector v3 = DoubleVector.fromArray(S, a, a3 + p).mul(factor);
            DoubleVector v4 = DoubleVector.fromArray(S, a, a4 + p).mul(factor);
            DoubleVector v5 = DoubleVector.fromArray(S, a, a5 + p).mul(factor);
            DoubleVector v6 = DoubleVector.fromArray(S, a, a6 + p).mul(factor);
            DoubleVector v7 = DoubleVector.fromArray(S, a, a7 + p).mul(factor);
            DoubleVector v8 = DoubleVector.fromArray(S, a, a8 + p).mul(factor);
            DoubleVector v9 = DoubleVector.fromArray(S, a, a9 + p).mul(factor);
            DoubleVector v10 = DoubleVector.fromArray(S, a, a10 + p).mul(factor);
            DoubleVector v11 = DoubleVector.fromArray(S, a, a11 + p).mul(factor);
            DoubleVector v12 = DoubleVector.fromArray(S, a, a12 + p).mul(factor);
            DoubleVector v13 = DoubleVector.fromArray(S, a, a13 + p).mul(factor);
            DoubleVector v14 = DoubleVector.fromArray(S, a, a14 + p).mul(factor);
            DoubleVector v15 = DoubleVector.fromArray(S, a, a15 + p).mul(factor);
            DoubleVector w;
            w = v0.rearrange(SWAP8);
            v0 = v0.blend(v8.rearrange(SWAP8), UPPER8);
            v8 = w.blend(v8, UPPER8);
            w = v1.rearrange(SWAP8);
            v1 = v1.blend(v9.rearrange(SWAP8), UPPER8);
            v9 = w.blend(v9, UPPER8);
            w = v2.rearrange(SWAP8);
            v2 = v2.blend(v10.rearrange(SWAP8), UPPER8);
            v10 = w.blend(v10, UPPER8);
            w = v3.rearrange(SWAP8);
            v3 = v3.blend(v11.rearrange(SWAP8), UPPER8);
            v11 = w.blend(v11, UPPER8);
            w = v4.rearrange(SWAP8);
            v4 = v4.blend(v12.rearrange(SWAP8), UPPER8);
            v12 = w.blend(v12, UPPER8);
            w = v5.rearrange(SWAP8);
            v5 = v5.blend(v13.rearrange(SWAP8), UPPER8);
            v13 = w.blend(v13, UPPER8);
            w = v6.rearrange(SWAP8);
            v6 = v6.blend(v14.rearrange(SWAP8), UPPER8);
            v14 = w.blend(v14, UPPER8);
            w = v7.rearrange(SWAP8);
            v7 = v7.blend(v15.rearrange(SWAP8), UPPER8);
            v15 = w.blend(v15, UPPER8);
            w = v0.rearrange(SWAP4);
            v0 = v0.blend(v4.rearrange(SWAP4), UPPER4);
            v4 = w.blend(v4, UPPER4);
            w = v1.rearrange(SWAP4);
            v1 = v1.blend(v5.rearrange(SWAP4), UPPER4);
            v5 = w.blend(v5, UPPER4);
            w = v2.rearrange(SWAP4);
            v2 = v2.blend(v6.rearrange(SWAP4), UPPER4);
            v6 = w.blend(v6, UPPER4);
            w = v3.rearrange(SWAP4);
            v3 = v3.blend(v7.rearrange(SWAP4), UPPER4);
            v7 = w.blend(v7, UPPER4);
            w = v8.rearrange(SWAP4);
            v8 = v8.blend(v12.rearrange(SWAP4), UPPER4);
            v12 = w.blend(v12, UPPER4);
            w = v9.rearrange(SWAP4);
            v9 = v9.blend(v13.rearrange(SWAP4), UPPER4);
            v13 = w.blend(v13, UPPER4);
            w = v10.rearrange(SWAP4);
            v10 = v10.blend(v14.rearrange(SWAP4), UPPER4);
            v14 = w.blend(v14, UPPER4);
            w = v11.rearrange(SWAP4);
            v11 = v11.blend(v15.rearrange(SWAP4), UPPER4);
            v15 = w.blend(v15, UPPER4);
            w = v0.rearrange(SWAP2);
            v0 = v0.blend(v2.rearrange(SWAP2), UPPER2);
            v2 = w.blend(v2, UPPER2);
            w = v1.rearrange(SWAP2);
            v1 = v1.blend(v3.rearrange(SWAP2), UPPER2);
            v3 = w.blend(v3, UPPER2);
            w = v4.rearrange(SWAP2);
            v4 = v4.blend(v6.rearrange(SWAP2), UPPER2);
            v6 = w.blend(v6, UPPER2);
            w = v5.rearrange(SWAP2);
            v5 = v5.blend(v7.rearrange(SWAP2), UPPER2);
            v7 = w.blend(v7, UPPER2);
            w = v8.rearrange(SWAP2);
            v8 = v8.blend(v10.rearrange(SWAP2), UPPER2);
            v10 = w.blend(v10, UPPER2);
            w = v9.rearrange(SWAP2);
            v9 = v9.blend(v11.rearrange(SWAP2), UPPER2);
            v11 = w.blend(v11, UPPER2);
            w = v12.rearrange(SWAP2);
            v12 = v12.blend(v14.rearrange(SWAP2), UPPER2);
            v14 = w.blend(v14, UPPER2);
            w = v13.rearrange(SWAP2);
            v13 = v13.blend(v15.rearrange(SWAP2), UPPER2);
            v15 = w.blend(v15, UPPER2);
            w = v0.rearrange(SWAP1);
            v0 = v0.blend(v1.rearrange(SWAP1), UPPER1);
            v1 = w.blend(v1, UPPER1);
            w = v2.rearrange(SWAP1);
            v2 = v2.blend(v3.rearrange(SWAP1), UPPER1);
            v3 = w.blend(v3, UPPER1);
            w = v4.rearrange(SWAP1);
            v4 = v4.blend(v5.rearrange(SWAP1), UPPER1);
            v5 = w.blend(v5, UPPER1);
            w = v6.rearrange(SWAP1);
            v6 = v6.blend(v7.rearrange(SWAP1), UPPER1);
            v7 = w.blend(v7, UPPER1);
            w = v8.rearrange(SWAP1);
            v8 = v8.blend(v9.rearrange(SWAP1), UPPER1);
            v9 = w.blend(v9, UPPER1);
            w = v10.rearrange(SWAP1);
            v10 = v10.blend(v11.rearrange(SWAP1), UPPER1);
            v11 = w.blend(v11, UPPER1);
            w = v12.rearrange(SWAP1);
            v12 = v12.blend(v13.rearrange(SWAP1), UPPER1);
            v13 = w.blend(v13, UPPER1);
            w = v14.rearrange(SWAP1);
            v14 = v14.blend(v15.rearrange(SWAP1), UPPER1);
            v15 = w.blend(v15, UPPER1);
            int at = toOff + p * HEIGHT;
            v0.intoArray(to, at);
            v1.intoArray(to, at + HEIGHT);
            v2.intoArray(to, at + 2 * HEIGHT);
            v3.intoArray(to, at + 3 * HEIGHT);
            v4.intoArray(to, at + 4 * HEIGHT);
            v5.intoArray(to, at + 5 * HEIGHT);
            v6.intoArray(to, at + 6 * HEIGHT);
            v7.intoArray(to, at + 7 * HEIGHT);
            v8.intoArray(to, at + 8 * HEIGHT);
            v9.intoArray(to, at + 9 * HEIGHT);
            v10.intoArray(to, at + 10 * HEIGHT);
            v11.intoArray(to, at + 11 * HEIGHT);
            v12.intoArray(to, at + 12 * HEIGHT);
            v13.intoArray(to, at + 13 * HEIGHT);
            v14.intoArray(to, at + 14 * HEIGHT);
            v15.intoArray(to, at + 15 * HEIGHT);
        }
    }
}
