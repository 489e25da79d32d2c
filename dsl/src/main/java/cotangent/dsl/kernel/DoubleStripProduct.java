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
    /** Vectors across a strip: with four rows, the sums then fill 16 of 32 registers, or 12 of 16. */
    private static final int WIDEST = Simd.BITS == 512 ? 4 : 3;

    private static final int ROWS_PER_CHUNK = 64;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
    private double[] packed = NOTHING;
    private int vectors;
    private int strips;

    private DoubleStripProduct() {}

    static void multiply(DoubleProduct product) {
        DoubleStripProduct strips = CURRENT.get();
        strips.begin(product);
        int chunks = (product.m + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
        if (product.isSmall()) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                strips.run(chunk);
            }
        } else {
            Workers.run(chunks, strips);
        }
        strips.product = NO_PRODUCT;
        strips.packed = NOTHING;
    }

    private void begin(DoubleProduct p) {
        product = p;
        vectors = (p.n + LANES - 1) / LANES;
        strips = (vectors + WIDEST - 1) / WIDEST;
        packed = DoubleWorkspace.current().right(p.k * vectors * LANES);
        for (int strip = 0; strip < strips; strip++) {
            int j = first(strip) * LANES;
            int width = first(strip + 1) * LANES - j;
            int columns = Math.min(width, p.n - j);
            DoublePacking.columns(p.k, columns, width, p.b, p.bOff + j * p.bCol, p.bRow, p.bCol, packed, j * p.k);
        }
    }

    /** The first vector of a strip; strips are as equal as they can be. */
    private int first(int strip) {
        return strip * vectors / strips;
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
    }

    private void rows(int m, double[] a, int aOff, int aRow, int aCol, int cOff) {
        DoubleProduct p = product;
        for (int strip = 0; strip < strips; strip++) {
            int first = first(strip);
            int width = first(strip + 1) - first;
            int j = first * LANES;
            int last = Math.min(LANES, p.n - j - (width - 1) * LANES);
            int b = j * p.k;
            int to = cOff + j;
            switch (width) {
                case 1 ->
                    DoubleStrips.rows8x1(m, p.k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, p.accumulate);
                case 2 ->
                    DoubleStrips.rows4x2(m, p.k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, p.accumulate);
                case 3 ->
                    DoubleStrips.rows4x3(m, p.k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, p.accumulate);
                default ->
                    DoubleStrips.rows4x4(m, p.k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, p.accumulate);
            }
        }
    }
}
