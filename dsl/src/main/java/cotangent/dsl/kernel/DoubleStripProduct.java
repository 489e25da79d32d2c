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
    /** A multiple of every strip's rows. */
    private static final int ROWS_PER_CHUNK = 72;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
    private double[] packed = NOTHING;
    private int vectors;

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
        packed = DoubleWorkspace.current().right(p.k * vectors * LANES);
        int width;
        for (int j = 0; j < p.n; j += width) {
            width = width(j) * LANES;
            int columns = Math.min(width, p.n - j);
            DoublePacking.columns(p.k, columns, width, p.b, p.bOff + j * p.bCol, p.bRow, p.bCol, packed, j * p.k);
        }
    }

    /** How many vectors wide the strip at column {@code j} is: four where all are whole, otherwise up to three. */
    private int width(int j) {
        int left = vectors - j / LANES;
        if (Simd.BITS == 512 && j + 4 * LANES <= product.n) {
            return 4;
        }
        return left == 4 ? 2 : Math.min(3, left);
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
        int width;
        for (int j = 0; j < p.n; j += width * LANES) {
            width = width(j);
            strip(width, m, a, aOff, aRow, aCol, j, cOff + j);
        }
    }

    private void strip(int width, int m, double[] a, int aOff, int aRow, int aCol, int j, int to) {
        DoubleProduct p = product;
        int k = p.k;
        int b = j * k;
        int last = Math.min(LANES, p.n - j - (width - 1) * LANES);
        boolean add = p.accumulate;
        switch (width) {
            case 1 -> DoubleStrip8x1.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, add);
            case 2 -> DoubleStrip6x2.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, add);
            case 3 -> DoubleStrip4x3.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, add);
            default -> DoubleStrip6x4.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, add);
        }
    }
}
