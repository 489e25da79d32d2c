package cotangent.dsl.kernel;

/** A triangular matrix of one solve, and the recursion over its blocks; offsets say which block is meant. */
record FloatTriangular(boolean lower, boolean unit, float[] a, int aRow, int aCol) {
    /** Order at which substitution takes over from products: whole tiles of products, and of substitution. */
    private static final int SMALL = 48;

    /** Rows of a right-hand solve that are turned to columns at a time. */
    private static final int TURNED = 128;

    private static final int ROWS = FloatSubstitution.ROWS;
    private static final int WIDTH = 2 * Simd.F32_LANES;
    private static final int COLUMNS_PER_CHUNK = 8 * WIDTH;

    /** A diagonal whose inverses neither overflow nor lose bits lies between these. */
    private static final float TINY = 64 * Float.MIN_NORMAL;
    private static final float HUGE = 1 / TINY;

    /** A X = B, X over B. */
    void left(int m, int n, int off, float[] b, int bOff, int bRow) {
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
            Gemm.sgemm(rest, n, top, -1, a, a21, aRow, aCol, b, bOff, bRow, 1, 1, b, bottom, bRow);
            left(rest, n, second, b, bottom, bRow);
        } else {
            left(rest, n, second, b, bottom, bRow);
            int a12 = off + top * aCol;
            Gemm.sgemm(top, n, rest, -1, a, a12, aRow, aCol, b, bottom, bRow, 1, 1, b, bOff, bRow);
            left(top, n, off, b, bOff, bRow);
        }
    }

    /** X A = B, X over B. */
    void right(int m, int n, int off, float[] b, int bOff, int bRow) {
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
            Gemm.sgemm(m, front, rest, -1, b, back, bRow, 1, a, a21, aRow, aCol, 1, b, bOff, bRow);
            right(m, front, off, b, bOff, bRow);
        } else {
            right(m, front, off, b, bOff, bRow);
            int a12 = off + front * aCol;
            Gemm.sgemm(m, rest, front, -1, b, bOff, bRow, 1, a, a12, aRow, aCol, 1, b, back, bRow);
            right(m, rest, second, b, back, bRow);
        }
    }

    /** Half an order, in whole small blocks. */
    private static int half(int order) {
        return (order / 2 + SMALL - 1) / SMALL * SMALL;
    }

    /** X A = B is A' X' = B', which substitutes along whole rows; a few rows of B at a time are turned for that. */
    private void turned(int m, int n, int off, float[] b, int bOff, int bRow) {
        FloatTriangular transposed = new FloatTriangular(!lower, unit, a, aCol, aRow);
        float[] columns = FloatWorkspace.current().block(SMALL * TURNED);
        for (int i = 0; i < m; i += TURNED) {
            int rows = Math.min(TURNED, m - i);
            int from = bOff + i * bRow;
            Transposition.scopy(n, rows, b, from, 1, bRow, columns, 0, TURNED);
            transposed.substitute(n, rows, off, columns, 0, TURNED);
            Transposition.scopy(rows, n, columns, 0, 1, TURNED, b, from, bRow);
        }
    }

    /** Finds the unknowns from the first row on where the triangle is lower, from the last row up where it is not. */
    private void substitute(int m, int n, int off, float[] b, int bOff, int bRow) {
        int sign = lower ? 1 : -1;
        int corner = lower ? off : off + (m - 1) * (aRow + aCol);
        int first = lower ? bOff : bOff + (m - 1) * bRow;
        boolean inverses = unit || pivotsAreModerate(m, off);
        float[] factors = FloatWorkspace.current().left((m + ROWS) * (m + ROWS));
        pack(m, corner, sign, inverses, factors);
        if (inverses && Simd.AVAILABLE && FloatWarmUp.SUBSTITUTION.isOver((long) m * m * n / 2)) {
            byVectors(m, n, factors, b, first, sign * bRow);
        } else {
            byRows(m, n, factors, inverses, b, first, sign * bRow);
        }
    }

    /** Whether the inverse of every diagonal element is a normal number. */
    private boolean pivotsAreModerate(int m, int off) {
        boolean moderate = true;
        for (int i = 0; i < m; i++) {
            float size = Math.abs(a[off + i * (aRow + aCol)]);
            moderate &= size > TINY && size < HUGE;
        }
        return moderate;
    }

    /** The form that {@link FloatSubstitution} reads; the diagonal as it is where not inverted. */
    private void pack(int m, int corner, int sign, boolean inverses, float[] factors) {
        int at = 0;
        for (int i = 0; i < m; i += ROWS) {
            for (int p = 0; p < i + ROWS; p++) {
                for (int r = i; r < i + ROWS; r++) {
                    int row = Math.min(r, m - 1);
                    factors[at++] = p < row ? -a[corner + sign * (row * aRow + p * aCol)] : 0;
                }
            }
        }
        for (int i = 0; i < m; i++) {
            float pivot = unit ? 1 : a[corner + sign * i * (aRow + aCol)];
            factors[position(i, i)] = inverses ? 1 / pivot : pivot;
        }
    }

    /** Where row i's factor for unknown p lies. */
    private static int position(int i, int p) {
        int block = i / ROWS;
        return ROWS * ROWS * block * (block + 1) / 2 + p * ROWS + i % ROWS;
    }

    private static void byVectors(int m, int n, float[] factors, float[] b, int first, int step) {
        int chunks = (n + COLUMNS_PER_CHUNK - 1) / COLUMNS_PER_CHUNK;
        if ((long) m * m * n / 2 < Gemm.PARALLEL_TILES) {
            strips(m, n, factors, b, first, step);
        } else {
            Workers.run(chunks, chunk -> {
                int from = chunk * COLUMNS_PER_CHUNK;
                strips(m, Math.min(COLUMNS_PER_CHUNK, n - from), factors, b, first + from, step);
            });
        }
    }

    private static void strips(int m, int n, float[] factors, float[] b, int first, int step) {
        int whole = n - n % WIDTH;
        for (int j = 0; j < whole; j += WIDTH) {
            FloatSubstitution.solve(m, factors, b, first + j, step);
        }
        if (whole < n) {
            float[] edge = FloatWorkspace.current().tile(SMALL * WIDTH);
            for (int i = 0; i < m; i++) {
                System.arraycopy(b, first + whole + i * step, edge, i * WIDTH, n - whole);
            }
            FloatSubstitution.solve(m, factors, edge, 0, WIDTH);
            for (int i = 0; i < m; i++) {
                System.arraycopy(edge, i * WIDTH, b, first + whole + i * step, n - whole);
            }
        }
    }

    /** Row by row: what is known is subtracted, then the row divided by its pivot or multiplied by the inverse. */
    private static void byRows(int m, int n, float[] packed, boolean inverses, float[] b, int first, int step) {
        float[] factors = FloatWorkspace.current().tile(SMALL);
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < i; p++) {
                factors[p] = packed[position(i, p)];
            }
            int to = first + i * step;
            GemmKernels.CHOSEN.addRows(i, n, factors, b, first, step, b, to);
            float pivot = packed[position(i, i)];
            for (int j = to; j < to + n; j++) {
                b[j] = inverses ? b[j] * pivot : b[j] / pivot;
            }
        }
    }

    /** The packed form of the identity, to warm up with. */
    static float[] identity(int m) {
        float[] factors = new float[(m + ROWS) * (m + ROWS)];
        for (int i = 0; i < m; i++) {
            factors[position(i, i)] = 1;
        }
        return factors;
    }

    /** Solves a small system to warm up with, by vectors or without. */
    static void rehearse(boolean vectors, int m, float[] factors, float[] b) {
        int n = b.length / m;
        if (vectors) {
            byVectors(m, n, factors, b, 0, n);
        } else {
            byRows(m, n, factors, true, b, 0, n);
        }
    }
}
