package cotangent.dsl.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The general product: a block of B and panels of A packed for the caches, tiles of C held in registers.
 *
 * <p>The loops are a variant of those of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (ACM
 * TOMS 34, 2008): a block of B, {@code KC} by {@code NC}, is packed into panels of two vectors' width by all threads
 * together and stays in the second-level cache; then rows of C, a tile's height at a time, go to whichever thread is
 * free, which packs as many rows of A, keeps them in the first-level cache and walks along C. So C is read and written
 * along its rows, where the machine prefetches it, and not down its columns, where each tile would wait for it.
 *
 * <p>B's panels lie outside the Java heap because only there can they be aligned: in a Java array, each load of 64 bytes
 * spans two cache lines, which costs seven per cent.
 */
final class FloatPackedProduct implements Workers.Task {
    private static final ThreadLocal<FloatPackedProduct> CURRENT = ThreadLocal.withInitial(FloatPackedProduct::new);
    private static final int LANES = Simd.F32_LANES;
    private static final int WIDTH = 2 * LANES;
    private static final int HEIGHT = FloatRowPanel.HEIGHT;
    /** Depth of a block: a tile's rows of A and one panel of B, 18 + 24 kB, fit a first-level cache of 48 kB. */
    private static final int KC = 1536 / Float.BYTES;
    /** Width of a block: with {@code KC} rows .8 MB, well inside a second-level cache of 2 MB that two threads may share. */
    private static final int NC = 4096 / Float.BYTES;
    private static final int ROWS_PER_CHUNK = 2 * HEIGHT;
    private static final int PANELS_PER_CHUNK = 8;
    private static final FloatProduct NO_PRODUCT = new FloatProduct();

    private FloatProduct product = NO_PRODUCT;
    private Epilogue epilogue = Epilogue.NONE;
    private MemorySegment packed = MemorySegment.NULL;
    private boolean packing;
    private int p0;
    private int depth;
    private int j0;
    private int width;

    private FloatPackedProduct() {}

    static void multiply(FloatProduct product) {
        FloatPackedProduct packed = CURRENT.get();
        packed.product = product;
        packed.epilogue = product.takeEpilogue();
        packed.multiplyBlocks();
        packed.product = NO_PRODUCT;
        packed.epilogue = Epilogue.NONE;
        packed.packed = MemorySegment.NULL;
    }

    private void multiplyBlocks() {
        FloatProduct p = product;
        int depths = blocks(p.k, KC);
        int widths = blocks(p.n, NC);
        int deepest = blocks(blocks(p.k, LANES), depths) * LANES;
        int widest = blocks(blocks(p.n, WIDTH), widths) * WIDTH;
        packed = FloatWorkspace.current().panels((long) widest * deepest * Float.BYTES);
        for (int w = 0; w < widths; w++) {
            j0 = begin(w, widths, p.n, WIDTH);
            width = begin(w + 1, widths, p.n, WIDTH) - j0;
            for (int d = 0; d < depths; d++) {
                p0 = begin(d, depths, p.k, LANES);
                depth = begin(d + 1, depths, p.k, LANES) - p0;
                packing = true;
                runAll(blocks(width, PANELS_PER_CHUNK * WIDTH));
                packing = false;
                runAll(blocks(p.m, ROWS_PER_CHUNK));
            }
        }
    }

    private static int blocks(int length, int block) {
        return (length + block - 1) / block;
    }

    /** Where a block begins when {@code length} is cut into nearly equal blocks of whole units. */
    private static int begin(int block, int blocks, int length, int unit) {
        return Math.min(length, (int) ((long) blocks(length, unit) * block / blocks) * unit);
    }

    private void runAll(int chunks) {
        if (product.isSmallForTiles()) {
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
            return;
        }
        int end = Math.min(product.m, (chunk + 1) * ROWS_PER_CHUNK);
        for (int i = chunk * ROWS_PER_CHUNK; i < end; i += HEIGHT) {
            multiplyRows(i, Math.min(HEIGHT, end - i));
        }
    }

    private void packColumns(int from) {
        FloatProduct p = product;
        int columns = Math.min(width - from, PANELS_PER_CHUNK * WIDTH);
        int source = p.bOff + p0 * p.bRow + (j0 + from) * p.bCol;
        long to = (long) from * depth * Float.BYTES;
        FloatPanels.columns(depth, columns, p.b, source, p.bRow, p.bCol, packed, to);
    }

    private void multiplyRows(int i, int rows) {
        FloatProduct p = product;
        float[] left = FloatWorkspace.current().left(FloatRowPanel.length(depth));
        FloatRowPanel.pack(depth, rows, p.alpha, p.a, p.aOff + i * p.aRow + p0 * p.aCol, p.aRow, p.aCol, left);
        int c = p.cOff + i * p.cRow + j0;
        for (int j = 0; j < width; j += WIDTH) {
            tile(left, (long) j * depth * Float.BYTES, c + j, rows, Math.min(WIDTH, width - j));
        }
        if (p0 + depth == p.k) {
            epilogue.apply(i, rows, j0, width);
        }
    }

    private void tile(float[] left, long b, int cOff, int rows, int columns) {
        FloatProduct p = product;
        if (rows == HEIGHT && columns == WIDTH) {
            wholeTile(left, b, p.c, cOff, p.cRow);
            return;
        }
        float[] edge = FloatWorkspace.current().tile(HEIGHT * WIDTH);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(p.c, cOff + i * p.cRow, edge, i * WIDTH, columns);
        }
        wholeTile(left, b, edge, 0, WIDTH);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(edge, i * WIDTH, p.c, cOff + i * p.cRow, columns);
        }
    }

    private void wholeTile(float[] left, long b, float[] c, int cOff, int cRow) {
        boolean add = p0 > 0 || product.accumulate;
        if (HEIGHT == 12) {
            FloatTile12x2.multiply(depth, left, 0, packed, b, c, cOff, cRow, add);
        } else {
            FloatTile6x2.multiply(depth, left, 0, packed, b, c, cOff, cRow, add);
        }
    }
}
