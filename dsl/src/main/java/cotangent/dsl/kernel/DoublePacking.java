package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Copies blocks of A and B into the layouts the tiles read, zeros beyond the edge. */
final class DoublePacking {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoublePacking() {}

    /** A strip of B as [k][width], of which the first {@code n} columns exist. */
    static void columns(
            int k, int n, int width, double[] b, int bOff, int bRow, int bCol, double[] to, int toOff) {
        if (bCol == 1) {
            contiguousColumns(k, n, width, b, bOff, bRow, to, toOff);
        } else {
            stridedColumns(k, n, width, b, bOff, bRow, bCol, to, toOff);
        }
    }

    private static void contiguousColumns(
            int k, int n, int width, double[] b, int bOff, int bRow, double[] to, int toOff) {
        int whole = n - n % LANES;
        VectorMask<Double> tail = VectorMask.fromLong(S, n == whole ? 0 : -1L >>> (64 - (n - whole)));
        for (int p = 0; p < k; p++) {
            int from = bOff + p * bRow;
            int at = toOff + p * width;
            for (int j = 0; j < whole; j += LANES) {
                DoubleVector.fromArray(S, b, from + j).intoArray(to, at + j);
            }
            if (whole < width) {
                DoubleVector.fromArray(S, b, from + whole, tail).intoArray(to, at + whole);
            }
            for (int j = whole + LANES; j < width; j += LANES) {
                DoubleVector.zero(S).intoArray(to, at + j);
            }
        }
    }

    private static void stridedColumns(
            int k, int n, int width, double[] b, int bOff, int bRow, int bCol, double[] to, int toOff) {
        int whole = n - n % 4;
        for (int j = 0; j < whole; j += 4) {
            int from = bOff + j * bCol;
            for (int p = 0, at = toOff + j; p < k; p++, at += width, from += bRow) {
                to[at] = b[from];
                to[at + 1] = b[from + bCol];
                to[at + 2] = b[from + 2 * bCol];
                to[at + 3] = b[from + 3 * bCol];
            }
        }
        for (int j = whole; j < width; j++) {
            int from = bOff + j * bCol;
            for (int p = 0, at = toOff + j; p < k; p++, at += width, from += bRow) {
                to[at] = j < n ? b[from] : 0;
            }
        }
    }

    /** Rows of alpha A as [m][k]. */
    static void scaled(int m, int k, double alpha, double[] a, int aOff, int aRow, int aCol, double[] to) {
        for (int i = 0; i < m; i++) {
            if (aCol == 1) {
                scaledRow(k, alpha, a, aOff + i * aRow, to, i * k);
            } else {
                int from = aOff + i * aRow;
                for (int p = 0, at = i * k; p < k; p++, at++) {
                    to[at] = alpha * a[from + p * aCol];
                }
            }
        }
    }

    /** A loop that C2 turns into vector code itself. */
    private static void scaledRow(int k, double alpha, double[] a, int aOff, double[] to, int toOff) {
        for (int p = 0; p < k; p++) {
            to[toOff + p] = alpha * a[aOff + p];
        }
    }

    /** The first {@code n} columns of [m][width] back to where rows lie {@code row} apart. */
    static void unpack(int m, int n, int width, double[] from, double[] to, int toOff, int row) {
        int whole = n - n % LANES;
        VectorMask<Double> tail = VectorMask.fromLong(S, n == whole ? 0 : -1L >>> (64 - (n - whole)));
        for (int i = 0; i < m; i++) {
            int at = toOff + i * row;
            for (int j = 0; j < whole; j += LANES) {
                DoubleVector.fromArray(S, from, i * width + j).intoArray(to, at + j);
            }
            if (whole < n) {
                DoubleVector.fromArray(S, from, i * width + whole).intoArray(to, at + whole, tail);
            }
        }
    }
}
