package cotangent.dsl.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Copies blocks of A and B into the layouts the tiles read, zeros beyond the edge. */
final class FloatPacking {
    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;

    private FloatPacking() {}

    /** A strip of B as [k][width], of which the first {@code n} columns exist. */
    static void columns(
            int k, int n, int width, float[] b, int bOff, int bRow, int bCol, float[] to, int toOff) {
        if (bCol == 1) {
            contiguousColumns(k, n, width, b, bOff, bRow, to, toOff);
        } else {
            stridedColumns(k, n, width, b, bOff, bRow, bCol, to, toOff);
        }
    }

    private static void contiguousColumns(
            int k, int n, int width, float[] b, int bOff, int bRow, float[] to, int toOff) {
        int whole = n - n % LANES;
        VectorMask<Float> tail = VectorMask.fromLong(S, n == whole ? 0 : -1L >>> (64 - (n - whole)));
        for (int p = 0; p < k; p++) {
            int from = bOff + p * bRow;
            int at = toOff + p * width;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromArray(S, b, from + j).intoArray(to, at + j);
            }
            if (whole < width) {
                FloatVector.fromArray(S, b, from + whole, tail).intoArray(to, at + whole);
            }
            for (int j = whole + LANES; j < width; j += LANES) {
                FloatVector.zero(S).intoArray(to, at + j);
            }
        }
    }

    private static void stridedColumns(
            int k, int n, int width, float[] b, int bOff, int bRow, int bCol, float[] to, int toOff) {
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
    static void scaled(int m, int k, float alpha, float[] a, int aOff, int aRow, int aCol, float[] to) {
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
    private static void scaledRow(int k, float alpha, float[] a, int aOff, float[] to, int toOff) {
        for (int p = 0; p < k; p++) {
            to[toOff + p] = alpha * a[aOff + p];
        }
    }

    /** The first {@code n} columns of [m][width] back to where rows lie {@code row} apart. */
    static void unpack(int m, int n, int width, float[] from, float[] to, int toOff, int row) {
        int whole = n - n % LANES;
        VectorMask<Float> tail = VectorMask.fromLong(S, n == whole ? 0 : -1L >>> (64 - (n - whole)));
        for (int i = 0; i < m; i++) {
            int at = toOff + i * row;
            for (int j = 0; j < whole; j += LANES) {
                FloatVector.fromArray(S, from, i * width + j).intoArray(to, at + j);
            }
            if (whole < n) {
                FloatVector.fromArray(S, from, i * width + whole).intoArray(to, at + whole, tail);
            }
        }
    }
}
