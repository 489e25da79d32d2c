package cotangent.dsl.kernel;

/**
 * Products whose B is small or narrow: B is packed into strips, A is read where it lies.
 *
 * <p>Packing A would cost as much as it saves while B stays in the cache, and a tall A would have to be written and read
 * once more. Rows go in blocks, so that a block of A is still in the cache when the next strip needs it; a B too long for
 * the cache goes in blocks along k. Where A's columns lie far apart, so that each term touches a page of its own, a few
 * terms are done along many rows before the next, so that the machine sees few streams and fetches ahead.
 */
final class DoubleStripProduct implements Workers.Task {
    private static final ThreadLocal<DoubleStripProduct> CURRENT = ThreadLocal.withInitial(DoubleStripProduct::new);
    private static final int LANES = Simd.F64_LANES;
    /** Vectors across a strip; 24 sums fill 32 registers, 12 sums 16. */
    private static final int WIDEST = Simd.BITS == 512 ? 4 : 3;

    /** A multiple of every strip's rows. */
    private static final int ROWS_PER_CHUNK = 24;
    /** Rows and terms at a time where A's columns lie far apart: as many streams as are fetched ahead. */
    private static final int ROWS_OF_COLUMNS = 20 * ROWS_PER_CHUNK;
    private static final int TERMS_OF_COLUMNS = 16;
    /** Bytes of B up to which it is packed whole, and of a block of a longer one. */
    private static final long SMALL_B = 1 << 18;
    /** Columns up to which a long B is packed into strips; with more, A is packed too. */
    private static final int NARROW = WIDEST * LANES;
    /** Bytes across which a block of A is read down its rows. */
    private static final long NEAR = 1 << 19;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
    private Epilogue epilogue = Epilogue.NONE;
    private double[] packed = NOTHING;
    private int vectors;
    private int rowsPerChunk;
    private int termsAtATime;
    private int p0;
    private int depth;

    private DoubleStripProduct() {}

    /** Whether B is small or narrow. */
    static boolean suits(DoubleProduct p) {
        return p.n <= NARROW || (long) p.k * p.n * Double.BYTES <= SMALL_B;
    }

    static void multiply(DoubleProduct product) {
        DoubleStripProduct strips = CURRENT.get();
        strips.begin(product);
        int chunks = (product.m + strips.rowsPerChunk - 1) / strips.rowsPerChunk;
        for (int p = 0; p < product.k; p += strips.depth) {
            strips.pack(p);
            if (product.isSmallForTiles()) {
                for (int chunk = 0; chunk < chunks; chunk++) {
                    strips.run(chunk);
                }
            } else {
                Workers.run(chunks, strips);
            }
        }
        strips.product = NO_PRODUCT;
        strips.epilogue = Epilogue.NONE;
        strips.packed = NOTHING;
    }

    private void begin(DoubleProduct p) {
        product = p;
        epilogue = p.takeEpilogue();
        vectors = (p.n + LANES - 1) / LANES;
        int stride = vectors * LANES;
        int deepest = (int) Math.max(1, SMALL_B / Double.BYTES / stride);
        int blocks = (p.k + deepest - 1) / deepest;
        depth = (p.k + blocks - 1) / blocks;
        boolean far = p.aRow == 1 && (long) depth * p.aCol * Double.BYTES > NEAR;
        rowsPerChunk = far ? ROWS_OF_COLUMNS : ROWS_PER_CHUNK;
        termsAtATime = far ? TERMS_OF_COLUMNS : depth;
        packed = DoubleWorkspace.current().right(depth * stride);
    }

    private void pack(int first) {
        DoubleProduct p = product;
        p0 = first;
        depth = Math.min(depth, p.k - first);
        int width;
        for (int j = 0; j < p.n; j += width) {
            width = width(vectors - j / LANES) * LANES;
            int from = p.bOff + first * p.bRow + j * p.bCol;
            DoublePacking.columns(depth, Math.min(width, p.n - j), width, p.b, from, p.bRow, p.bCol, packed, j * depth);
        }
    }

    /** How many vectors wide the next strip is when that many are left; the last two strips share what is left. */
    static int width(int left) {
        return left > WIDEST && left < 2 * WIDEST ? (left + 1) / 2 : Math.min(WIDEST, left);
    }

    @Override
    public void run(int chunk) {
        int begin = chunk * rowsPerChunk;
        int end = Math.min(product.m, begin + rowsPerChunk);
        for (int p = 0; p < depth; p += termsAtATime) {
            for (int i = begin; i < end; i += ROWS_PER_CHUNK) {
                block(i, Math.min(ROWS_PER_CHUNK, end - i), p, Math.min(termsAtATime, depth - p));
            }
        }
        if (p0 + depth == product.k) {
            epilogue.apply(begin, end - begin, 0, product.n);
        }
    }

    /** Some terms, from one of this block of B, of some rows. */
    private void block(int i, int rows, int first, int terms) {
        DoubleProduct p = product;
        int from = p.aOff + i * p.aRow + (p0 + first) * p.aCol;
        if (p.alpha == 1) {
            rows(rows, first, terms, p.a, from, p.aRow, p.aCol, p.cOff + i * p.cRow);
        } else {
            double[] scaled = DoubleWorkspace.current().left(rows * terms);
            DoublePacking.scaled(rows, terms, p.alpha, p.a, from, p.aRow, p.aCol, scaled);
            rows(rows, first, terms, scaled, 0, terms, 1, p.cOff + i * p.cRow);
        }
    }

    private void rows(int m, int first, int terms, double[] a, int aOff, int aRow, int aCol, int cOff) {
        DoubleProduct p = product;
        int width;
        for (int j = 0; j < p.n; j += width * LANES) {
            width = width(vectors - j / LANES);
            strip(width, m, first, terms, a, aOff, aRow, aCol, j, cOff + j);
        }
    }

    /** A strip that hangs over C's edge is computed beside C and copied. */
    private void strip(
            int width, int m, int first, int terms, double[] a, int aOff, int aRow, int aCol, int j, int to) {
        DoubleProduct p = product;
        int stride = width * LANES;
        int b = j * depth + first * stride;
        boolean add = p.accumulate || p0 + first > 0;
        int columns = p.n - j;
        if (columns >= stride) {
            tiles(width, m, terms, a, aOff, aRow, aCol, b, p.c, to, p.cRow, add);
            return;
        }
        double[] beside = DoubleWorkspace.current().tile(ROWS_PER_CHUNK * stride);
        if (add) {
            DoublePacking.columns(m, columns, stride, p.c, to, p.cRow, 1, beside, 0);
        }
        tiles(width, m, terms, a, aOff, aRow, aCol, b, beside, 0, stride, add);
        DoublePacking.unpack(m, columns, stride, beside, p.c, to, p.cRow);
    }

    private void tiles(
            int width,
            int m,
            int k,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            int b,
            double[] c,
            int cOff,
            int cRow,
            boolean add) {
        if (width == 1) {
            DoubleStrip8x1.multiply(m, k, a, aOff, aRow, aCol, packed, b, c, cOff, cRow, add);
        } else if (width == 4) {
            DoubleStrip6x4.multiply(m, k, a, aOff, aRow, aCol, packed, b, c, cOff, cRow, add);
        } else if (WIDEST == 4 && width == 3) {
            DoubleStrip8x3.multiply(m, k, a, aOff, aRow, aCol, packed, b, c, cOff, cRow, add);
        } else if (WIDEST == 4) {
            DoubleStrip8x2.multiply(m, k, a, aOff, aRow, aCol, packed, b, c, cOff, cRow, add);
        } else if (width == 3) {
            DoubleStrip4x3.multiply(m, k, a, aOff, aRow, aCol, packed, b, c, cOff, cRow, add);
        } else {
            DoubleStrip6x2.multiply(m, k, a, aOff, aRow, aCol, packed, b, c, cOff, cRow, add);
        }
    }
}
