package cotangent.dsl.kernel;

/**
 * Products with few columns (or few rows) whose long operand is contiguous along k: dot products, eight at a time.
 *
 * <p>A row of sums across C would fill only n lanes of a vector here; a sum along k fills them all. It pays while n is at
 * most half a vector and k long enough to carry the eight sums' final additions.
 */
final class DoubleDotProduct implements Workers.Task {
    private static final ThreadLocal<DoubleDotProduct> CURRENT = ThreadLocal.withInitial(DoubleDotProduct::new);
    private static final int ROWS_PER_CHUNK = 256;
    private static final double[] NOTHING = {};

    private int rows;
    private int k;
    private double alpha;
    private boolean accumulate;
    private double[] a = NOTHING;
    private int aOff;
    private int aRow;
    private double[] x = NOTHING;
    private int xOff;
    private double[] c = NOTHING;
    private int cOff;
    private int cRow;

    private DoubleDotProduct() {}

    /** Whether rows of A, with a few columns of B, are best done as dot products. */
    static boolean suitsRows(DoubleProduct p) {
        return p.aCol == 1 && suits(p.n, p.k);
    }

    /** Whether columns of B, with a few rows of A, are best done as dot products. */
    static boolean suitsColumns(DoubleProduct p) {
        return p.bRow == 1 && p.m < 4 && suits(p.m, p.k);
    }

    /** Whether such a product is done as dot products, whose bits no other kernel has. */
    static boolean suits(LiteralShape s) {
        return s.aCol() == 1 && suits(s.n(), s.k()) || s.bRow() == 1 && s.m() < 4 && suits(s.m(), s.k());
    }

    private static boolean suits(int vectors, int k) {
        return vectors <= Math.max(1, DoubleLanes.COUNT / 2) && k >= 16 * vectors;
    }

    static void multiplyRows(DoubleProduct p) {
        DoubleDotProduct dots = CURRENT.get();
        dots.take(p.m, p, p.a, p.aOff, p.aRow, p.cRow);
        for (int j = 0; j < p.n; j++) {
            dots.vector(p.b, p.bOff + j * p.bCol, p.bRow, p.cOff + j);
            dots.runAll(p.isSmall());
        }
        dots.release();
    }

    static void multiplyColumns(DoubleProduct p) {
        DoubleDotProduct dots = CURRENT.get();
        dots.take(p.n, p, p.b, p.bOff, p.bCol, 1);
        for (int i = 0; i < p.m; i++) {
            dots.vector(p.a, p.aOff + i * p.aRow, p.aCol, p.cOff + i * p.cRow);
            dots.runAll(p.isSmall());
        }
        dots.release();
    }

    private void take(int count, DoubleProduct p, double[] longOperand, int off, int row, int resultRow) {
        rows = count;
        k = p.k;
        alpha = p.alpha;
        accumulate = p.accumulate;
        a = longOperand;
        aOff = off;
        aRow = row;
        c = p.c;
        cRow = resultRow;
    }

    /** Takes the next short operand, copied first unless it is contiguous. */
    private void vector(double[] v, int off, int stride, int resultOff) {
        cOff = resultOff;
        if (stride == 1) {
            x = v;
            xOff = off;
            return;
        }
        x = DoubleWorkspace.current().right(k);
        xOff = 0;
        for (int p = 0; p < k; p++) {
            x[p] = v[off + p * stride];
        }
    }

    private void release() {
        a = NOTHING;
        x = NOTHING;
        c = NOTHING;
    }

    private void runAll(boolean alone) {
        int chunks = (rows + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
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
        double[] sums = DoubleWorkspace.current().tile(8 * DoubleLanes.COUNT);
        int end = Math.min(rows, (chunk + 1) * ROWS_PER_CHUNK);
        for (int i = chunk * ROWS_PER_CHUNK; i < end; i += 8) {
            int count = Math.min(8, end - i);
            GemmKernels.CHOSEN.dots(k, a, aOff + i * aRow, aRow, count - 1, x, xOff, sums);
            int to = cOff + i * cRow;
            for (int r = 0; r < count; r++, to += cRow) {
                c[to] = accumulate ? c[to] + alpha * sums[r] : alpha * sums[r];
            }
        }
    }
}
