package cotangent.dsl.kernel;

import java.util.Arrays;

/**
 * The general product: blocks of B and A packed for the caches, tiles of C held in registers.
 *
 * <p>The loops are those of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM TOMS 34,
 * 2008): a block of B, {@code KC} deep, is packed into panels of two vectors' width by all threads together; then blocks
 * of A, {@code MC} high, go to whichever thread is free, which packs its block into panels of a tile's height and
 * multiplies. A panel of B ({@code KC} x 2 vectors) stays in the first-level cache, a packed block of A in the second.
 */
final class DoublePackedProduct implements Workers.Task {
    private static final ThreadLocal<DoublePackedProduct> CURRENT = ThreadLocal.withInitial(DoublePackedProduct::new);
    private static final int LANES = Simd.F64_LANES;
    private static final int WIDTH = 2 * LANES;
    private static final int HEIGHT = Simd.BITS == 512 ? 12 : 6;
    private static final int KC = 256;
    private static final int MC = 120;
    private static final int NC = 2048;
    /** Columns of C per chunk of work. */
    private static final int COLUMNS_PER_CHUNK = 512;

    private static final int PANELS_PER_CHUNK = 8;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
    private double[] packed = NOTHING;
    private boolean packing;
    private int p0;
    private int depth;
    private int j0;
    private int width;
    private int rowBlocks;

    private DoublePackedProduct() {}

    static void multiply(DoubleProduct product) {
        DoublePackedProduct packed = CURRENT.get();
        packed.product = product;
        packed.multiplyBlocks();
        packed.product = NO_PRODUCT;
        packed.packed = NOTHING;
    }

    private void multiplyBlocks() {
        DoubleProduct p = product;
        int depths = blocks(p.k, KC);
        rowBlocks = blocks(p.m, MC);
        packed = DoubleWorkspace.current().right(roundUp(Math.min(p.n, NC), WIDTH) * Math.min(p.k, KC));
        for (j0 = 0; j0 < p.n; j0 += NC) {
            width = Math.min(NC, p.n - j0);
            for (int d = 0; d < depths; d++) {
                p0 = begin(d, depths, p.k, 1);
                depth = begin(d + 1, depths, p.k, 1) - p0;
                packing = true;
                runAll(blocks(width, PANELS_PER_CHUNK * WIDTH));
                packing = false;
                runAll(rowBlocks * blocks(width, COLUMNS_PER_CHUNK));
            }
        }
    }

    private static int blocks(int length, int block) {
        return (length + block - 1) / block;
    }

    private static int roundUp(int length, int unit) {
        return blocks(length, unit) * unit;
    }

    /** Where a block begins when {@code length} is cut into equal blocks of whole units. */
    private static int begin(int block, int blocks, int length, int unit) {
        return Math.min(length, (int) ((long) blocks(length, unit) * block / blocks) * unit);
    }

    private void runAll(int chunks) {
        if (product.isSmall()) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                run(chunk);
            }
        } else {
            Workers.run(chunks, this);
        }
    }

    @Override
    public void run(int chunk) {
        if (packing) {
            packColumns(chunk * PANELS_PER_CHUNK * WIDTH);
        } else {
            int block = chunk % rowBlocks;
            int i = begin(block, rowBlocks, product.m, HEIGHT);
            int rows = begin(block + 1, rowBlocks, product.m, HEIGHT) - i;
            multiplyBlock(i, rows, chunk / rowBlocks * COLUMNS_PER_CHUNK);
        }
    }

    private void packColumns(int from) {
        DoubleProduct p = product;
        int end = Math.min(width, from + PANELS_PER_CHUNK * WIDTH);
        int source = p.bOff + p0 * p.bRow + j0 * p.bCol;
        for (int j = from; j < end; j += WIDTH) {
            int columns = Math.min(WIDTH, width - j);
            DoublePacking.columns(
                    depth, columns, WIDTH, p.b, source + j * p.bCol, p.bRow, p.bCol, packed, j * depth);
        }
    }

    private void multiplyBlock(int i0, int rows, int from) {
        DoubleProduct p = product;
        double[] left = DoubleWorkspace.current().left(roundUp(rows, HEIGHT) * depth);
        int source = p.aOff + i0 * p.aRow + p0 * p.aCol;
        for (int i = 0; i < rows; i += HEIGHT) {
            int height = Math.min(HEIGHT, rows - i);
            DoublePacking.rows(
                    depth, height, HEIGHT, p.alpha, p.a, source + i * p.aRow, p.aRow, p.aCol, left, i * depth);
        }
        int end = Math.min(width, from + COLUMNS_PER_CHUNK);
        if (p0 == 0 && !p.accumulate) {
            clear(p.cOff + i0 * p.cRow + j0 + from, rows, end - from);
        }
        for (int j = from; j < end; j += WIDTH) {
            for (int i = 0; i < rows; i += HEIGHT) {
                int c = p.cOff + (i0 + i) * p.cRow + j0 + j;
                tile(left, i * depth, j * depth, c, Math.min(HEIGHT, rows - i), Math.min(WIDTH, width - j));
            }
        }
    }

    private void clear(int off, int rows, int columns) {
        DoubleProduct p = product;
        for (int i = 0, at = off; i < rows; i++, at += p.cRow) {
            Arrays.fill(p.c, at, at + columns, 0);
        }
    }

    private void tile(double[] left, int a, int b, int cOff, int rows, int columns) {
        DoubleProduct p = product;
        if (rows == HEIGHT && columns == WIDTH) {
            wholeTile(left, a, b, p.c, cOff, p.cRow);
            return;
        }
        double[] edge = DoubleWorkspace.current().tile(HEIGHT * WIDTH);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(p.c, cOff + i * p.cRow, edge, i * WIDTH, columns);
        }
        wholeTile(left, a, b, edge, 0, WIDTH);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(edge, i * WIDTH, p.c, cOff + i * p.cRow, columns);
        }
    }

    private void wholeTile(double[] left, int a, int b, double[] c, int cOff, int cRow) {
        if (HEIGHT == 12) {
            DoubleTile12x2.multiply(depth, left, a, packed, b, c, cOff, cRow);
        } else {
            DoubleTile6x2.multiply(depth, left, a, packed, b, c, cOff, cRow);
        }
    }
}
