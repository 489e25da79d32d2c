package cotangent.dsl.kernel;

import java.util.Arrays;

/** Products without vectors: rows of B added to rows of C. */
final class DoubleScalarProduct implements Workers.Task {
    private static final ThreadLocal<DoubleScalarProduct> CURRENT = ThreadLocal.withInitial(DoubleScalarProduct::new);
    private static final int ROWS_PER_CHUNK = 32;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
    private Epilogue epilogue = Epilogue.NONE;
    private double[] b = NOTHING;
    private int bOff;
    private int bRow;

    private DoubleScalarProduct() {}

    static void multiply(DoubleProduct product) {
        DoubleScalarProduct scalar = CURRENT.get();
        scalar.begin(product);
        int chunks = (product.m + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
        if (product.isSmall()) {
            for (int chunk = 0; chunk < chunks; chunk++) {
                scalar.run(chunk);
            }
        } else {
            Workers.run(chunks, scalar);
        }
        scalar.product = NO_PRODUCT;
        scalar.epilogue = Epilogue.NONE;
        scalar.b = NOTHING;
    }

    /** Takes B as it is if its rows are contiguous, otherwise a copy. */
    private void begin(DoubleProduct p) {
        product = p;
        epilogue = p.takeEpilogue();
        if (p.bCol == 1) {
            b = p.b;
            bOff = p.bOff;
            bRow = p.bRow;
            return;
        }
        b = DoubleWorkspace.current().right(p.k * p.n);
        bOff = 0;
        bRow = p.n;
        for (int j = 0; j < p.n; j++) {
            int from = p.bOff + j * p.bCol;
            for (int q = 0, at = j; q < p.k; q++, at += p.n) {
                b[at] = p.b[from + q * p.bRow];
            }
        }
    }

    @Override
    public void run(int chunk) {
        DoubleProduct p = product;
        double[] factors = DoubleWorkspace.current().left(p.k);
        int begin = chunk * ROWS_PER_CHUNK;
        int end = Math.min(p.m, begin + ROWS_PER_CHUNK);
        for (int i = begin; i < end; i++) {
            int c = p.cOff + i * p.cRow;
            if (!p.accumulate) {
                Arrays.fill(p.c, c, c + p.n, 0);
            }
            int a = p.aOff + i * p.aRow;
            for (int q = 0; q < p.k; q++, a += p.aCol) {
                factors[q] = p.alpha * p.a[a];
            }
            DoubleScalarSums.addRows(p.k, p.n, factors, b, bOff, bRow, p.c, c);
        }
        epilogue.apply(begin, end - begin, 0, p.n);
    }
}
