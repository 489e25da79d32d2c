package cotangent.dsl.kernel;

import java.util.Arrays;

/**
 * Products with few rows (or few columns) whose long operand is contiguous across them: rows of B are added up.
 *
 * <p>Nothing is packed, since each element of the long operand is used once or twice. A single column over an A that is
 * contiguous down its columns is the same product transposed; its sums are gathered beside C when C has a row stride.
 */
final class DoubleRowProduct implements Workers.Task {
    private static final ThreadLocal<DoubleRowProduct> CURRENT = ThreadLocal.withInitial(DoubleRowProduct::new);
    private static final int COLUMNS_PER_CHUNK = 1024;
    private static final double[] NOTHING = {};

    private int n;
    private int k;
    private double[] x = NOTHING;
    private double[] b = NOTHING;
    private int bOff;
    private int bRow;
    private double[] y = NOTHING;
    private int yOff;
    private boolean accumulate;

    private DoubleRowProduct() {}

    static boolean suitsRows(DoubleProduct p) {
        return p.m < 4 && p.bCol == 1;
    }

    static boolean suitsColumns(DoubleProduct p) {
        return p.n < 4 && p.aRow == 1 && p.m >= DoubleLanes.COUNT;
    }

    static void multiplyRows(DoubleProduct p) {
        DoubleRowProduct rows = CURRENT.get();
        rows.take(p, p.n, p.b, p.bOff, p.bRow);
        for (int i = 0; i < p.m; i++) {
            rows.factors(p.alpha, p.a, p.aOff + i * p.aRow, p.aCol);
            rows.y = p.c;
            rows.yOff = p.cOff + i * p.cRow;
            rows.runAll(p.isSmall());
        }
        rows.release();
    }

    static void multiplyColumns(DoubleProduct p) {
        DoubleRowProduct rows = CURRENT.get();
        rows.take(p, p.m, p.a, p.aOff, p.aCol);
        for (int j = 0; j < p.n; j++) {
            rows.factors(p.alpha, p.b, p.bOff + j * p.bCol, p.bRow);
            if (p.cRow == 1) {
                rows.y = p.c;
                rows.yOff = p.cOff + j;
                rows.runAll(p.isSmall());
            } else {
                rows.gatherAndScatter(p, j);
            }
        }
        rows.release();
    }

    private void gatherAndScatter(DoubleProduct p, int j) {
        double[] column = DoubleWorkspace.current().left(n);
        if (p.accumulate) {
            for (int i = 0, at = p.cOff + j; i < n; i++, at += p.cRow) {
                column[i] = p.c[at];
            }
        }
        y = column;
        yOff = 0;
        runAll(p.isSmall());
        for (int i = 0, at = p.cOff + j; i < n; i++, at += p.cRow) {
            p.c[at] = column[i];
        }
    }

    private void take(DoubleProduct p, int width, double[] longOperand, int off, int row) {
        n = width;
        k = p.k;
        b = longOperand;
        bOff = off;
        bRow = row;
        accumulate = p.accumulate;
    }

    /** The short operand, times alpha. */
    private void factors(double alpha, double[] v, int off, int stride) {
        x = DoubleWorkspace.current().right(k);
        for (int p = 0; p < k; p++) {
            x[p] = alpha * v[off + p * stride];
        }
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
            Arrays.fill(y, yOff + j, yOff + j + width, 0);
        }
        GemmKernels.CHOSEN.addRows(k, width, x, b, bOff + j, bRow, y, yOff + j);
    }
}
