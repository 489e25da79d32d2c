package cotangent.dsl.kernel;

import java.util.Arrays;

/**
 * Products with few rows (or few columns) whose long operand is contiguous across them: rows of B are added up.
 *
 * <p>Nothing is packed, since each element of the long operand is used once or twice. A single column over an A that is
 * contiguous down its columns is the same product transposed; its sums are gathered beside C when C has a row stride.
 */
final class FloatRowProduct implements Workers.Task {
    private static final ThreadLocal<FloatRowProduct> CURRENT = ThreadLocal.withInitial(FloatRowProduct::new);
    private static final int COLUMNS_PER_CHUNK = 1024;
    /** Rows that stay in the second-level cache, .5 MB of them, while they meet every vector. */
    private static final int ROWS_PER_PASS = 64;
    private static final float[] NOTHING = {};

    private int n;
    private int k;
    private int vectors;
    private float[] x = NOTHING;
    private float[] b = NOTHING;
    private int bOff;
    private int bRow;
    private float[] y = NOTHING;
    private int yOff;
    private int yNext;
    private boolean accumulate;

    private FloatRowProduct() {}

    static boolean suitsRows(FloatProduct p) {
        return p.m < 4 && p.bCol == 1;
    }

    static boolean suitsColumns(FloatProduct p) {
        return p.n < 4 && p.aRow == 1 && p.m >= FloatLanes.COUNT;
    }

    static void multiplyRows(FloatProduct p) {
        FloatRowProduct rows = CURRENT.get();
        rows.take(p, p.n, p.b, p.bOff, p.bRow);
        rows.factors(p.m, p.alpha, p.a, p.aOff, p.aRow, p.aCol);
        rows.sums(p.c, p.cOff, p.cRow);
        rows.runAll(p.isSmall());
        rows.release();
    }

    static void multiplyColumns(FloatProduct p) {
        FloatRowProduct rows = CURRENT.get();
        rows.take(p, p.m, p.a, p.aOff, p.aCol);
        rows.factors(p.n, p.alpha, p.b, p.bOff, p.bCol, p.bRow);
        if (p.n == 1 && p.cRow == 1) {
            rows.sums(p.c, p.cOff, 0);
            rows.runAll(p.isSmall());
        } else {
            rows.gatherAndScatter(p);
        }
        rows.release();
    }

    private void gatherAndScatter(FloatProduct p) {
        float[] columns = FloatWorkspace.current().left(vectors * n);
        if (p.accumulate) {
            for (int j = 0; j < vectors; j++) {
                for (int i = 0, at = p.cOff + j; i < n; i++, at += p.cRow) {
                    columns[j * n + i] = p.c[at];
                }
            }
        }
        sums(columns, 0, n);
        runAll(p.isSmall());
        for (int j = 0; j < vectors; j++) {
            for (int i = 0, at = p.cOff + j; i < n; i++, at += p.cRow) {
                p.c[at] = columns[j * n + i];
            }
        }
    }

    private void take(FloatProduct p, int width, float[] longOperand, int off, int row) {
        n = width;
        k = p.k;
        b = longOperand;
        bOff = off;
        bRow = row;
        accumulate = p.accumulate;
    }

    /** The short operand, times alpha, one vector after the other. */
    private void factors(int count, float alpha, float[] v, int off, int next, int stride) {
        vectors = count;
        x = FloatWorkspace.current().right(count * k);
        for (int j = 0; j < count; j++) {
            int from = off + j * next;
            for (int p = 0, at = j * k; p < k; p++, at++) {
                x[at] = alpha * v[from + p * stride];
            }
        }
    }

    private void sums(float[] to, int off, int next) {
        y = to;
        yOff = off;
        yNext = next;
    }

    private void release() {
        x = NOTHING;
        b = NOTHING;
        y = NOTHING;
    }

    private void runAll(boolean alone) {
        int chunks = (n + COLUMNS_PER_CHUNK - 1) / COLUMNS_PER_CHUNK;
        if (alone) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                run(chunk);
            }
        } else {
            Workers.run(chunks, this);
        }
    }

    @Override
    public void run(int chunk) {
        int j = chunk * COLUMNS_PER_CHUNK;
        int width = Math.min(COLUMNS_PER_CHUNK, n - j);
        if (!accumulate) {
            for (int v = 0, to = yOff + j; v < vectors; v++, to += yNext) {
                Arrays.fill(y, to, to + width, 0);
            }
        }
        if (vectors == 1) {
            GemmKernels.CHOSEN.addRows(k, width, x, b, bOff + j, bRow, y, yOff + j);
            return;
        }
        float[] factors = FloatWorkspace.current().tile(ROWS_PER_PASS);
        for (int p = 0; p < k; p += ROWS_PER_PASS) {
            int depth = Math.min(ROWS_PER_PASS, k - p);
            for (int v = 0, to = yOff + j; v < vectors; v++, to += yNext) {
                System.arraycopy(x, v * k + p, factors, 0, depth);
                GemmKernels.CHOSEN.addRows(depth, width, factors, b, bOff + p * bRow + j, bRow, y, to);
            }
        }
    }
}
