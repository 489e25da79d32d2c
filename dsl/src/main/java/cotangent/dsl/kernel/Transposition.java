package cotangent.dsl.kernel;

/**
 * Copies between strided matrices, transposed or not, a cache-sized block at a time.
 *
 * <p>A transpose reads along one matrix and writes along the other, so one of them always jumps; within a block of 32 by
 * 32 each cache line that is touched is used whole before it is dropped.
 */
public final class Transposition {
    private static final int BLOCK = 32;

    private Transposition() {}

    /**
     * B[i, j] := A[i, j] for two float64 matrices that do not overlap; exchanged strides of A make it a transpose.
     *
     * @param m rows of both
     * @param n columns of both
     * @param a holds A[i, j] at {@code aOff + i * aRow + j * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[i, j] at {@code bOff + i * bRow + j}
     * @param bOff where B begins
     * @param bRow from a row of B to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void dcopy(
            int m, int n, double[] a, int aOff, int aRow, int aCol, double[] b, int bOff, int bRow) {
        Windows.require("A", a.length, aOff, 1, 0, m, aRow, n, aCol);
        Windows.require("B", b.length, bOff, 1, 0, m, bRow, n, 1);
        Windows.requireDisjointRows(m, n, bRow);
        if (aCol == 1) {
            for (int i = 0; i < m; i++) {
                System.arraycopy(a, aOff + i * aRow, b, bOff + i * bRow, n);
            }
            return;
        }
        for (int i = 0; i < m; i += BLOCK) {
            int rows = Math.min(BLOCK, m - i);
            for (int j = 0; j < n; j += BLOCK) {
                int columns = Math.min(BLOCK, n - j);
                block(rows, columns, a, aOff + i * aRow + j * aCol, aRow, aCol, b, bOff + i * bRow + j, bRow);
            }
        }
    }

    private static void block(
            int m, int n, double[] a, int aOff, int aRow, int aCol, double[] b, int bOff, int bRow) {
        int whole = m - m % 4;
        for (int i = 0; i < whole; i += 4) {
            int to = bOff + i * bRow;
            for (int j = 0, from = aOff + i * aRow; j < n; j++, from += aCol) {
                b[to + j] = a[from];
                b[to + bRow + j] = a[from + aRow];
                b[to + 2 * bRow + j] = a[from + 2 * aRow];
                b[to + 3 * bRow + j] = a[from + 3 * aRow];
            }
        }
        for (int i = whole; i < m; i++) {
            int to = bOff + i * bRow;
            for (int j = 0, from = aOff + i * aRow; j < n; j++, from += aCol) {
                b[to + j] = a[from];
            }
        }
    }

    /**
     * B[i, j] := A[i, j] for two float32 matrices that do not overlap; exchanged strides of A make it a transpose.
     *
     * @param m rows of both
     * @param n columns of both
     * @param a holds A[i, j] at {@code aOff + i * aRow + j * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[i, j] at {@code bOff + i * bRow + j}
     * @param bOff where B begins
     * @param bRow from a row of B to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void scopy(
            int m, int n, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow) {
        Windows.require("A", a.length, aOff, 1, 0, m, aRow, n, aCol);
        Windows.require("B", b.length, bOff, 1, 0, m, bRow, n, 1);
        Windows.requireDisjointRows(m, n, bRow);
        if (aCol == 1) {
            for (int i = 0; i < m; i++) {
                System.arraycopy(a, aOff + i * aRow, b, bOff + i * bRow, n);
            }
            return;
        }
        for (int i = 0; i < m; i += BLOCK) {
            int rows = Math.min(BLOCK, m - i);
            for (int j = 0; j < n; j += BLOCK) {
                int columns = Math.min(BLOCK, n - j);
                block(rows, columns, a, aOff + i * aRow + j * aCol, aRow, aCol, b, bOff + i * bRow + j, bRow);
            }
        }
    }

    private static void block(
            int m, int n, float[] a, int aOff, int aRow, int aCol, float[] b, int bOff, int bRow) {
        int whole = m - m % 4;
        for (int i = 0; i < whole; i += 4) {
            int to = bOff + i * bRow;
            for (int j = 0, from = aOff + i * aRow; j < n; j++, from += aCol) {
                b[to + j] = a[from];
                b[to + bRow + j] = a[from + aRow];
                b[to + 2 * bRow + j] = a[from + 2 * aRow];
                b[to + 3 * bRow + j] = a[from + 3 * aRow];
            }
        }
        for (int i = whole; i < m; i++) {
            int to = bOff + i * bRow;
            for (int j = 0, from = aOff + i * aRow; j < n; j++, from += aCol) {
                b[to + j] = a[from];
            }
        }
    }
}
