package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Eight rows of a symmetric matrix from its diagonal on, added to a product for themselves and for their columns. */
final class SymmetricRows {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;
    private static final int BLOCK = Symv.BLOCK;

    private SymmetricRows() {}

    /**
     * With A the rows x width matrix at {@code off}: y[j] += x[0] A[0, j] + x[1] A[1, j] + ... for every j from {@code rows}
     * on, and y[i] += the dot product of row i with x. Rows beyond the last stand for zeros.
     *
     * @param rows at most {@link Symv#BLOCK}
     */
    static void add(int rows, int width, double[] a, int off, int row, double[] x, int xOff, double[] y, int yOff) {
        int last = rows - 1;
        int r0 = off;
        int r1 = off + Math.min(1, last) * row;
        int r2 = off + Math.min(2, last) * row;
        int r3 = off + Math.min(3, last) * row;
        int r4 = off + Math.min(4, last) * row;
        int r5 = off + Math.min(5, last) * row;
        int r6 = off + Math.min(6, last) * row;
        int r7 = off + Math.min(7, last) * row;
        DoubleVector x0 = DoubleVector.broadcast(S, x[xOff]);
        DoubleVector x1 = DoubleVector.broadcast(S, 1 < rows ? x[xOff + 1] : 0);
        DoubleVector x2 = DoubleVector.broadcast(S, 2 < rows ? x[xOff + 2] : 0);
        DoubleVector x3 = DoubleVector.broadcast(S, 3 < rows ? x[xOff + 3] : 0);
        DoubleVector x4 = DoubleVector.broadcast(S, 4 < rows ? x[xOff + 4] : 0);
        DoubleVector x5 = DoubleVector.broadcast(S, 5 < rows ? x[xOff + 5] : 0);
        DoubleVector x6 = DoubleVector.broadcast(S, 6 < rows ? x[xOff + 6] : 0);
        DoubleVector x7 = DoubleVector.broadcast(S, 7 < rows ? x[xOff + 7] : 0);
        DoubleVector s0 = DoubleVector.zero(S);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        DoubleVector s4 = s0;
        DoubleVector s5 = s0;
        DoubleVector s6 = s0;
        DoubleVector s7 = s0;
        for (int j = 0; rows == BLOCK && j < BLOCK; j += LANES) {
            DoubleVector v = DoubleVector.fromArray(S, x, xOff + j);
            s0 = v.fma(DoubleVector.fromArray(S, a, r0 + j), s0);
            s1 = v.fma(DoubleVector.fromArray(S, a, r1 + j), s1);
            s2 = v.fma(DoubleVector.fromArray(S, a, r2 + j), s2);
            s3 = v.fma(DoubleVector.fromArray(S, a, r3 + j), s3);
            s4 = v.fma(DoubleVector.fromArray(S, a, r4 + j), s4);
            s5 = v.fma(DoubleVector.fromArray(S, a, r5 + j), s5);
            s6 = v.fma(DoubleVector.fromArray(S, a, r6 + j), s6);
            s7 = v.fma(DoubleVector.fromArray(S, a, r7 + j), s7);
        }
        int j = rows;
        for (int end = width - LANES; j <= end; j += LANES) {
            DoubleVector v = DoubleVector.fromArray(S, x, xOff + j);
            DoubleVector sum = DoubleVector.fromArray(S, y, yOff + j);
            DoubleVector p = DoubleVector.fromArray(S, a, r0 + j);
            s0 = v.fma(p, s0);
            sum = x0.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r1 + j);
            s1 = v.fma(p, s1);
            sum = x1.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r2 + j);
            s2 = v.fma(p, s2);
            sum = x2.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r3 + j);
            s3 = v.fma(p, s3);
            sum = x3.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r4 + j);
            s4 = v.fma(p, s4);
            sum = x4.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r5 + j);
            s5 = v.fma(p, s5);
            sum = x5.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r6 + j);
            s6 = v.fma(p, s6);
            sum = x6.fma(p, sum);
            p = DoubleVector.fromArray(S, a, r7 + j);
            s7 = v.fma(p, s7);
            sum = x7.fma(p, sum);
            sum.intoArray(y, yOff + j);
        }
        double[] sums = DoubleWorkspace.current().tile(BLOCK * LANES);
        s0.intoArray(sums, 0);
        s1.intoArray(sums, LANES);
        s2.intoArray(sums, 2 * LANES);
        s3.intoArray(sums, 3 * LANES);
        s4.intoArray(sums, 4 * LANES);
        s5.intoArray(sums, 5 * LANES);
        s6.intoArray(sums, 6 * LANES);
        s7.intoArray(sums, 7 * LANES);
        if (j < width) {
            addTail(width - j, x, xOff, 0, rows, a, off + j, row, x, xOff + j, y, yOff + j, sums);
            addTail(width - j, x, xOff, 4, rows, a, off + j, row, x, xOff + j, y, yOff + j, sums);
        }
        SymmetricRowsScalar.finish(rows, a, off, row, x, xOff, y, yOff, sums);
    }

    /** The last columns of four rows; apart, and by four, because masked calls for all eight are too many for the first tier. */
    private static void addTail(int n, double[] left, int leftOff, int first, int rows, double[] a, int off, int row,
            double[] x, int xOff, double[] y, int yOff, double[] sums) {
        int last = rows - 1;
        VectorMask<Double> tail = VectorMask.fromLong(S, -1L >>> (64 - n));
        DoubleVector v = DoubleVector.fromArray(S, x, xOff, tail);
        DoubleVector sum = DoubleVector.fromArray(S, y, yOff, tail);
        for (int r = first; r < first + 4; r++) {
            DoubleVector p = DoubleVector.fromArray(S, a, off + Math.min(r, last) * row, tail);
            sum = DoubleVector.broadcast(S, r < rows ? left[leftOff + r] : 0).fma(p, sum);
            v.fma(p, DoubleVector.fromArray(S, sums, r * LANES)).intoArray(sums, r * LANES);
        }
        sum.intoArray(y, yOff, tail);
    }
}
