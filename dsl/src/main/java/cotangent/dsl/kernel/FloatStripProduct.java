package cotangent.dsl.kernel;

/**
 * Products whose B is small: B is packed into strips once, A is read where it lies.
 *
 * <p>Packing A would cost as much as it saves while B stays in the cache, and a tall A would have to be written and read
 * once more. Rows go in blocks, so that a block of A is still in the cache when the next strip needs it.
 */
final class FloatStripProduct implements Workers.Task {
    private static final ThreadLocal<FloatStripProduct> CURRENT = ThreadLocal.withInitial(FloatStripProduct::new);
    private static final int LANES = Simd.F32_LANES;
    /** A multiple of every strip's rows. */
    private static final int ROWS_PER_CHUNK = 72;
    private static final float[] NOTHING = {};
    private static final FloatProduct NO_PRODUCT = new FloatProduct();

    private FloatProduct product = NO_PRODUCT;
    private float[] packed = NOTHING;
    private int vectors;

    private FloatStripProduct() {}

    static void multiply(FloatProduct product) {
        FloatStripProduct strips = CURRENT.get();
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

    private void begin(FloatProduct p) {
        product = p;
        vectors = (p.n + LANES - 1) / LANES;
        packed = FloatWorkspace.current().right(p.k * vectors * LANES);
        int width;
        for (int j = 0; j < p.n; j += width) {
            width = width(j) * LANES;
            int columns = Math.min(width, p.n - j);
            FloatPacking.columns(p.k, columns, width, p.b, p.bOff + j * p.bCol, p.bRow, p.bCol, packed, j * p.k);
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
        FloatProduct p = product;
        int i = chunk * ROWS_PER_CHUNK;
        int rows = Math.min(ROWS_PER_CHUNK, p.m - i);
        int from = p.aOff + i * p.aRow;
        if (p.alpha == 1) {
            rows(rows, p.a, from, p.aRow, p.aCol, p.cOff + i * p.cRow);
        } else {
            float[] scaled = FloatWorkspace.current().left(rows * p.k);
            FloatPacking.scaled(rows, p.k, p.alpha, p.a, from, p.aRow, p.aCol, scaled);
            rows(rows, scaled, 0, p.k, 1, p.cOff + i * p.cRow);
        }
    }

    private void rows(int m, float[] a, int aOff, int aRow, int aCol, int cOff) {
        FloatProduct p = product;
        int width;
        for (int j = 0; j < p.n; j += width * LANES) {
            width = width(j);
            strip(width, m, a, aOff, aRow, aCol, j, cOff + j);
        }
    }

    private void strip(int width, int m, float[] a, int aOff, int aRow, int aCol, int j, int to) {
        FloatProduct p = product;
        int k = p.k;
        int b = j * k;
        int last = Math.min(LANES, p.n - j - (width - 1) * LANES);
        boolean add = p.accumulate;
        switch (width) {
            case 1 -> FloatStrip8x1.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, add);
            case 2 -> FloatStrip6x2.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, add);
            case 3 -> FloatStrip4x3.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, last, add);
            default -> FloatStrip6x4.multiply(m, k, a, aOff, aRow, aCol, packed, b, p.c, to, p.cRow, add);
        }
    }
}
