package cotangent.dsl.kernel;

/**
 * Products with few columns (or few rows) whose long operand is contiguous along k: dot products, eight at a time.
 *
 * <p>A row of sums across C would fill only n lanes of a vector here; a sum along k fills them all. It pays while n is at
 * most a quarter of a vector and k long enough to carry the eight sums' final additions.
 */
final class FloatDotProduct implements Workers.Task {
    private static final ThreadLocal<FloatDotProduct> CURRENT = ThreadLocal.withInitial(FloatDotProduct::new);
    private static final int ROWS_PER_CHUNK = 256;
    private static final float[] NOTHING = {};

    private int rows;
    private int vectors;
    private int k;
    private float alpha;
    private boolean accumulate;
    private float[] a = NOTHING;
    private int aOff;
    private int aRow;
    private float[] x = NOTHING;
    private int xOff;
    private int xNext;
    private float[] c = NOTHING;
    private int cOff;
    private int cRow;
    private int cNext;

    private FloatDotProduct() {}

    /** Whether rows of A, with a few columns of B, are best done as dot products. */
    static boolean suitsRows(FloatProduct p) {
        return p.aCol == 1 && suitsRows(p.n, p.k);
    }

    /** Whether columns of B, with a few rows of A, are best done as dot products. */
    static boolean suitsColumns(FloatProduct p) {
        return p.bRow == 1 && suitsColumns(p.m, p.k);
    }

    /** Whether such a product is done as dot products, whose bits no other kernel has. */
    static boolean suits(LiteralShape s) {
        return s.aCol() == 1 && suitsRows(s.n(), s.k()) || s.bRow() == 1 && suitsColumns(s.m(), s.k());
    }

    private static boolean suitsRows(int n, int k) {
        return n <= Math.max(1, FloatLanes.COUNT / 4) && k >= 16 * n;
    }

    /** More rows than columns: what else there is would pack a B that is used once or twice. */
    private static boolean suitsColumns(int m, int k) {
        return m < 4 && m <= Math.max(1, FloatLanes.COUNT / 2) && k >= 16 * m;
    }

    static void multiplyRows(FloatProduct p) {
        FloatDotProduct dots = CURRENT.get();
        dots.take(p, p.m, p.a, p.aOff, p.aRow);
        dots.vectors(p.n, p.b, p.bOff, p.bCol, p.bRow);
        dots.results(p, p.cRow, 1);
        dots.runAll(p.isSmall());
        dots.release();
    }

    static void multiplyColumns(FloatProduct p) {
        FloatDotProduct dots = CURRENT.get();
        dots.take(p, p.n, p.b, p.bOff, p.bCol);
        dots.vectors(p.m, p.a, p.aOff, p.aRow, p.aCol);
        dots.results(p, 1, p.cRow);
        dots.runAll(p.isSmall());
        dots.release();
    }

    private void take(FloatProduct p, int count, float[] longOperand, int off, int row) {
        rows = count;
        k = p.k;
        alpha = p.alpha;
        a = longOperand;
        aOff = off;
        aRow = row;
    }

    /** Takes the short operand, copied first unless each of its vectors is contiguous. */
    private void vectors(int count, float[] v, int off, int next, int stride) {
        vectors = count;
        if (stride == 1) {
            x = v;
            xOff = off;
            xNext = next;
            return;
        }
        x = FloatWorkspace.current().right(count * k);
        xOff = 0;
        xNext = k;
        for (int j = 0; j < count; j++) {
            int from = off + j * next;
            for (int p = 0, at = j * k; p < k; p++, at++, from += stride) {
                x[at] = v[from];
            }
        }
    }

    private void results(FloatProduct p, int row, int next) {
        accumulate = p.accumulate;
        c = p.c;
        cOff = p.cOff;
        cRow = row;
        cNext = next;
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

    /** Eight rows stay in the cache while they meet every vector, so that the long operand is read from memory once. */
    @Override
    public void run(int chunk) {
        float[] sums = FloatWorkspace.current().tile(8 * FloatLanes.COUNT);
        int end = Math.min(rows, (chunk + 1) * ROWS_PER_CHUNK);
        for (int i = chunk * ROWS_PER_CHUNK; i < end; i += 8) {
            int count = Math.min(8, end - i);
            for (int j = 0; j < vectors; j++) {
                GemmKernels.CHOSEN.dots(k, a, aOff + i * aRow, aRow, count - 1, x, xOff + j * xNext, sums);
                store(count, sums, cOff + i * cRow + j * cNext);
            }
        }
    }

    private void store(int count, float[] sums, int off) {
        int to = off;
        for (int r = 0; r < count; r++, to += cRow) {
            c[to] = accumulate ? c[to] + alpha * sums[r] : alpha * sums[r];
        }
    }
}
