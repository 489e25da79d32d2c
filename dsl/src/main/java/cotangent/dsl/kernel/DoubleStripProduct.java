package cotangent.dsl.kernel;

/**
 * Products whose B is small: B is packed into strips once, A is read where it lies.
 *
 * <p>Packing A would cost as much as it saves while B stays in the cache, and a tall A would have to be written and read
 * once more. Rows go in blocks, so that a block of A is still in the cache when the next strip needs it.
 */
final class DoubleStripProduct implements Workers.Task {
    private static final ThreadLocal<DoubleStripProduct> CURRENT = ThreadLocal.withInitial(DoubleStripProduct::new);
    private static final int LANES = Simd.F64_LANES;
    /** Vectors across a strip; 24 sums fill 32 registers, 12 sums 16. */
    private static final int WIDEST = Simd.BITS == 512 ? 4 : 3;

    /** A multiple of every strip's rows. */
    private static final int ROWS_PER_CHUNK = 24;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
    private Epilogue epilogue = Epilogue.NONE;
    private double[] packed = NOTHING;
    private int vectors;

    private DoubleStripProduct() {}

    static void multiply(DoubleProduct product) {
        DoubleStripProduct strips = CURRENT.get();
        strips.begin(product);
        int chunks = (product.m + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
        if (product.isSmallForTiles()) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                strips.run(chunk);
            }
        } else {
            Workers.run(chunks, strips);
        }
        strips.product = NO_PRODUCT;
        strips.epilogue = Epilogue.NONE;
        strips.packed = NOTHING;
    }

    private void begin(DoubleProduct p) {
        product = p;
        epilogue = p.takeEpilogue();
        vectors = (p.n + LANES - 1) / LANES;
        packed = DoubleWorkspace.current().right(p.k * vectors * LANES);
        int width;
        for (int j = 0; j < p.n; j += width) {
            width = width(vectors - j / LANES) * LANES;
            int columns = Math.min(width, p.n - j);
            DoublePacking.columns(p.k, columns, width, p.b, p.bOff + j * p.bCol, p.bRow, p.bCol, packed, j * p.k);
        }
    }

    /** How many vectors wide the next strip is when that many are left; the last two strips share what is left. */
    static int width(int left) {
        return left > WIDEST && left < 2 * WIDEST ? (left + 1) / 2 : Math.min(WIDEST, left);
    }

    @Override
    public void run(int chunk) {
        DoubleProduct p = product;
        int i = chunk * ROWS_PER_CHUNK;
        int rows = Math.min(ROWS_PER_CHUNK, p.m - i);
        int from = p.aOff + i * p.aRow;
        if (p.alpha == 1) {
            rows(rows, p.a, from, p.aRow, p.aCol, p.cOff + i * p.cRow);
        } else {
            double[] scaled = DoubleWorkspace.current().left(rows * p.k);
            DoublePacking.scaled(rows, p.k, p.alpha, p.a, from, p.aRow, p.aCol, scaled);
            rows(rows, scaled, 0, p.k, 1, p.cOff + i * p.cRow);
        }
        epilogue.apply(i, rows, 0, p.n);
    }

    private void rows(int m, double[] a, int aOff, int aRow, int aCol, int cOff) {
        DoubleProduct p = product;
        int width;
        for (int j = 0; j < p.n; j += width * LANES) {
            width = width(vectors - j / LANES);
            strip(width, m, a, aOff, aRow, aCol, j, cOff + j);
        }
    }

    /** A strip that hangs over C's edge is computed beside C and copied. */
    private void strip(int width, int m, double[] a, int aOff, int aRow, int aCol, int j, int to) {
        DoubleProduct p = product;
        int b = j * p.k;
        int stride = width * LANES;
        int columns = p.n - j;
        if (columns >= stride) {
            tiles(width, m, a, aOff, aRow, aCol, b, p.c, to, p.cRow);
            return;
        }
        double[] beside = DoubleWorkspace.current().tile(ROWS_PER_CHUNK * stride);
        if (p.accumulate) {
            DoublePacking.columns(m, columns, stride, p.c, to, p.cRow, 1, beside, 0);
        }
        tiles(width, m, a, aOff, aRow, aCol, b, beside, 0, stride);
        DoublePacking.unpack(m, columns, stride, beside, p.c, to, p.cRow);
    }

    private void tiles(
            int width, int m, double[] a, int aOff, int aRow, int aCol, int b, double[] c, int cOff, int cRow) {
        int k = product.k;
        boolean add = product.accumulate;
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
