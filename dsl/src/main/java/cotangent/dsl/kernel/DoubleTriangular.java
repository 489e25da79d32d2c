package cotangent.dsl.kernel;

/** A triangular matrix of one solve, and the recursion over its blocks; offsets say which block is meant. */
record DoubleTriangular(boolean lower, boolean unit, double[] a, int aRow, int aCol) {
    /** Order at which substitution takes over from products. */
    private static final int SMALL = 16;

    /** Rows of a right-hand solve that are turned to columns at a time. */
    private static final int TURNED = 128;

    /** A X = B, X over B. */
    void left(int m, int n, int off, double[] b, int bOff, int bRow) {
        if (m <= SMALL) {
            substitute(m, n, off, b, bOff, bRow);
            return;
        }
        int top = half(m);
        int rest = m - top;
        int second = off + top * (aRow + aCol);
        int bottom = bOff + top * bRow;
        if (lower) {
            left(top, n, off, b, bOff, bRow);
            int a21 = off + top * aRow;
            Gemm.dgemm(rest, n, top, -1, a, a21, aRow, aCol, b, bOff, bRow, 1, 1, b, bottom, bRow);
            left(rest, n, second, b, bottom, bRow);
        } else {
            left(rest, n, second, b, bottom, bRow);
            int a12 = off + top * aCol;
            Gemm.dgemm(top, n, rest, -1, a, a12, aRow, aCol, b, bottom, bRow, 1, 1, b, bOff, bRow);
            left(top, n, off, b, bOff, bRow);
        }
    }

    /** X A = B, X over B. */
    void right(int m, int n, int off, double[] b, int bOff, int bRow) {
        if (n <= SMALL) {
            turned(m, n, off, b, bOff, bRow);
            return;
        }
        int front = half(n);
        int rest = n - front;
        int second = off + front * (aRow + aCol);
        int back = bOff + front;
        if (lower) {
            right(m, rest, second, b, back, bRow);
            int a21 = off + front * aRow;
            Gemm.dgemm(m, front, rest, -1, b, back, bRow, 1, a, a21, aRow, aCol, 1, b, bOff, bRow);
            right(m, front, off, b, bOff, bRow);
        } else {
            right(m, front, off, b, bOff, bRow);
            int a12 = off + front * aCol;
            Gemm.dgemm(m, rest, front, -1, b, bOff, bRow, 1, a, a12, aRow, aCol, 1, b, back, bRow);
            right(m, rest, second, b, back, bRow);
        }
    }

    /** Half an order, in whole small blocks. */
    private static int half(int order) {
        return (order / 2 + SMALL - 1) / SMALL * SMALL;
    }

    /** X A = B is A' X' = B', which substitutes along whole rows; a few rows of B at a time are turned for that. */
    private void turned(int m, int n, int off, double[] b, int bOff, int bRow) {
        DoubleTriangular transposed = new DoubleTriangular(!lower, unit, a, aCol, aRow);
        double[] columns = DoubleWorkspace.current().block(SMALL * TURNED);
        for (int i = 0; i < m; i += TURNED) {
            int rows = Math.min(TURNED, m - i);
            int from = bOff + i * bRow;
            Transposition.dcopy(n, rows, b, from, 1, bRow, columns, 0, TURNED);
            transposed.substitute(n, rows, off, columns, 0, TURNED);
            Transposition.dcopy(rows, n, columns, 0, 1, TURNED, b, from, bRow);
        }
    }

    /** Row by row: what is known is subtracted, then the row divided by its diagonal element. */
    private void substitute(int m, int n, int off, double[] b, int bOff, int bRow) {
        double[] factors = DoubleWorkspace.current().tile(SMALL);
        for (int step = 0; step < m; step++) {
            int i = lower ? step : m - 1 - step;
            int first = lower ? 0 : i + 1;
            int row = off + i * aRow;
            for (int p = 0; p < step; p++) {
                factors[p] = -a[row + (first + p) * aCol];
            }
            int to = bOff + i * bRow;
            GemmKernels.CHOSEN.addRows(step, n, factors, b, bOff + first * bRow, bRow, b, to);
            if (!unit) {
                double pivot = a[row + i * aCol];
                for (int j = to; j < to + n; j++) {
                    b[j] /= pivot;
                }
            }
        }
    }
}
