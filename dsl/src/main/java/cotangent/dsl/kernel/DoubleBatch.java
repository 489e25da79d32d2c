package cotangent.dsl.kernel;

import java.util.Arrays;

/** One product or many of one shape: checks them, scales C, picks the route and, for many small ones, splits them. */
final class DoubleBatch implements Workers.Task {
    private static final ThreadLocal<DoubleBatch> CURRENT = ThreadLocal.withInitial(DoubleBatch::new);
    private static final double[] NOTHING = {};
    /** Multiply-adds that are worth handing to another thread at a time. */
    private static final long CHUNK_WORK = 1 << 16;

    private int count;
    private int perChunk;
    private int m;
    private int n;
    private int k;
    private double alpha;
    private double[] a = NOTHING;
    private int aOff;
    private int aBatch;
    private int aRow;
    private int aCol;
    private double[] b = NOTHING;
    private int bOff;
    private int bBatch;
    private int bRow;
    private int bCol;
    private double beta;
    private double[] c = NOTHING;
    private int cOff;
    private int cBatch;
    private int cRow;

    private DoubleBatch() {}

    static void require(
            int count,
            int m,
            int n,
            int k,
            double[] a,
            int aOff,
            int aBatch,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bBatch,
            int bRow,
            int bCol,
            double[] c,
            int cOff,
            int cBatch,
            int cRow) {
        Windows.require("A", a.length, aOff, count, aBatch, m, aRow, k, aCol);
        Windows.require("B", b.length, bOff, count, bBatch, k, bRow, n, bCol);
        Windows.require("C", c.length, cOff, count, cBatch, m, cRow, n, 1);
        Windows.requireDisjointRows(m, n, cRow);
    }

    /** One product. */
    static void multiply(
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        if (!byLiteral(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow)) {
            general(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
        }
    }

    /** Does a product by a class of its own, if it has one. */
    static boolean byLiteral(
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        return bCol == 1 && alpha == 1 && (beta == 0 || beta == 1)
                && DoubleLiterals.multiply(m, n, k, a, aOff, aRow, aCol, b, bOff, bRow, beta != 0, c, cOff, cRow);
    }

    /** One product, by kernels that take sizes and strides as arguments. */
    static void general(
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        general(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow, Epilogue.NONE);
    }

    /** The same, and then what is done to C. */
    static void general(
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cRow,
            Epilogue epilogue) {
        if (m == 0 || n == 0) {
            return;
        }
        boolean empty = k == 0 || alpha == 0;
        if (beta != 1 && (empty || beta != 0)) {
            scale(m, n, beta, c, cOff, cRow);
        }
        if (empty) {
            epilogue.apply(0, m, 0, n);
            return;
        }
        if (bCol == 1 && alpha == 1 && (beta == 0 || beta == 1) && (long) m * n * k <= DoubleLiterals.LARGEST_WORK) {
            DoubleLiterals.count(m, n, k, aRow, aCol, bRow, cRow, beta != 0);
        }
        DoubleProduct p = DoubleProduct.current();
        p.m = m;
        p.n = n;
        p.k = k;
        p.alpha = alpha;
        p.a = a;
        p.aOff = aOff;
        p.aRow = aRow;
        p.aCol = aCol;
        p.b = b;
        p.bOff = bOff;
        p.bRow = bRow;
        p.bCol = bCol;
        p.accumulate = beta != 0;
        p.c = c;
        p.cOff = cOff;
        p.cRow = cRow;
        p.epilogue = epilogue;
        route(p);
        // What no route took is applied to the whole.
        p.takeEpilogue().apply(0, m, 0, n);
        p.release();
    }

    private static void route(DoubleProduct p) {
        if (DoubleDotProduct.suitsRows(p)) {
            DoubleDotProduct.multiplyRows(p);
        } else if (DoubleDotProduct.suitsColumns(p)) {
            DoubleDotProduct.multiplyColumns(p);
        } else if (DoubleRowProduct.suitsRows(p)) {
            DoubleRowProduct.multiplyRows(p);
        } else if (DoubleRowProduct.suitsColumns(p)) {
            DoubleRowProduct.multiplyColumns(p);
        } else {
            GemmKernels.CHOSEN.multiply(p);
        }
    }

    private static void scale(int m, int n, double beta, double[] c, int cOff, int cRow) {
        for (int i = 0, row = cOff; i < m; i++, row += cRow) {
            if (beta == 0) {
                Arrays.fill(c, row, row + n, 0);
            } else {
                for (int j = row; j < row + n; j++) {
                    c[j] *= beta;
                }
            }
        }
    }

    /** Many products. */
    static void run(
            int count,
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aBatch,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bBatch,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cBatch,
            int cRow) {
        boolean stacked = bBatch == 0 && aBatch == (long) m * aRow && cBatch == (long) m * cRow;
        if (stacked && (long) count * m <= Integer.MAX_VALUE) {
            multiply(count * m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
            return;
        }
        DoubleBatch batch = CURRENT.get();
        batch.count = count;
        batch.m = m;
        batch.n = n;
        batch.k = k;
        batch.alpha = alpha;
        batch.a = a;
        batch.aOff = aOff;
        batch.aBatch = aBatch;
        batch.aRow = aRow;
        batch.aCol = aCol;
        batch.b = b;
        batch.bOff = bOff;
        batch.bBatch = bBatch;
        batch.bRow = bRow;
        batch.bCol = bCol;
        batch.beta = beta;
        batch.c = c;
        batch.cOff = cOff;
        batch.cBatch = cBatch;
        batch.cRow = cRow;
        batch.runAll();
        batch.a = NOTHING;
        batch.b = NOTHING;
        batch.c = NOTHING;
    }

    /** Large products are split one by one, small ones handed out several at a time. */
    private void runAll() {
        long work = Math.max(1, (long) m * n * k);
        if (work >= Gemm.PARALLEL_TILES || work * count < Gemm.PARALLEL_TILES) {
            products(0, count);
        } else {
            perChunk = (int) Math.max(1, CHUNK_WORK / work);
            Workers.run((count + perChunk - 1) / perChunk, this);
        }
    }

    @Override
    public void run(int chunk) {
        products(chunk * perChunk, Math.min(count, (chunk + 1) * perChunk));
    }

    /** Tiny products take less time than finding their class would for each of them. */
    private void products(int from, int to) {
        boolean suits = bCol == 1 && alpha == 1 && (beta == 0 || beta == 1);
        DoubleLiteral literal = suits ? DoubleLiterals.ready(m, n, k, aRow, aCol, bRow, beta != 0, cRow) : null;
        for (int t = from; t < to; t++) {
            if (literal == null) {
                one(t);
            } else {
                literal.multiply(a, aOff + t * aBatch, b, bOff + t * bBatch, c, cOff + t * cBatch);
            }
        }
    }

    private void one(int t) {
        multiply(
                m,
                n,
                k,
                alpha,
                a,
                aOff + t * aBatch,
                aRow,
                aCol,
                b,
                bOff + t * bBatch,
                bRow,
                bCol,
                beta,
                c,
                cOff + t * cBatch,
                cRow);
    }
}
