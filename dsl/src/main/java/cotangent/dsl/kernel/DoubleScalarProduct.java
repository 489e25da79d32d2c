package cotangent.dsl.kernel;

import java.util.Arrays;

/** Products without vectors: rows of B added to rows of C, four terms per pass, which C2 turns into vector code by itself. */
final class DoubleScalarProduct implements Workers.Task {
    private static final ThreadLocal<DoubleScalarProduct> CURRENT = ThreadLocal.withInitial(DoubleScalarProduct::new);
    private static final int ROWS_PER_CHUNK = 32;
    private static final double[] NOTHING = {};
    private static final DoubleProduct NO_PRODUCT = new DoubleProduct();

    private DoubleProduct product = NO_PRODUCT;
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
        scalar.b = NOTHING;
    }

    /** Takes B as it is if its rows are contiguous, otherwise a copy. */
    private void begin(DoubleProduct p) {
        product = p;
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
        int end = Math.min(p.m, (chunk + 1) * ROWS_PER_CHUNK);
        for (int i = chunk * ROWS_PER_CHUNK; i < end; i++) {
            int c = p.cOff + i * p.cRow;
            if (!p.accumulate) {
                Arrays.fill(p.c, c, c + p.n, 0);
            }
            row(p.aOff + i * p.aRow, c);
        }
    }

    private void row(int aOff, int c) {
        DoubleProduct p = product;
        int q = 0;
        for (; q + 4 <= p.k; q += 4) {
            int a = aOff + q * p.aCol;
            double a0 = p.alpha * p.a[a];
            double a1 = p.alpha * p.a[a + p.aCol];
            double a2 = p.alpha * p.a[a + 2 * p.aCol];
            double a3 = p.alpha * p.a[a + 3 * p.aCol];
            fourTerms(p.n, a0, a1, a2, a3, b, bOff + q * bRow, bRow, p.c, c);
        }
        for (; q < p.k; q++) {
            oneTerm(p.n, p.alpha * p.a[aOff + q * p.aCol], b, bOff + q * bRow, p.c, c);
        }
    }

    private static void fourTerms(
            int n, double a0, double a1, double a2, double a3, double[] b, int b0, int bRow, double[] c, int cOff) {
        int b1 = b0 + bRow;
        int b2 = b1 + bRow;
        int b3 = b2 + bRow;
        for (int j = 0; j < n; j++) {
            double s = Math.fma(a0, b[b0 + j], c[cOff + j]);
            s = Math.fma(a1, b[b1 + j], s);
            s = Math.fma(a2, b[b2 + j], s);
            c[cOff + j] = Math.fma(a3, b[b3 + j], s);
        }
    }

    private static void oneTerm(int n, double a, double[] b, int bOff, double[] c, int cOff) {
        for (int j = 0; j < n; j++) {
            c[cOff + j] = Math.fma(a, b[bOff + j], c[cOff + j]);
        }
    }

    /** {@link DoubleDotRows} without vectors: the same partial sums, the same order. */
    static void dots(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums) {
        int lanes = DoubleLanes.COUNT;
        Arrays.fill(sums, 0, 8 * lanes, 0);
        for (int r = 0; r < 8; r++) {
            int from = off + Math.min(r, last) * row;
            int to = r * lanes;
            for (int p = 0; p < k; p += lanes) {
                int present = Math.min(lanes, k - p);
                for (int lane = 0; lane < present; lane++) {
                    sums[to + lane] = Math.fma(x[xOff + p + lane], rows[from + p + lane], sums[to + lane]);
                }
                // An absent lane adds 0 times 0 in the vector form, which turns a -0 into 0.
                for (int lane = present; lane < lanes; lane++) {
                    sums[to + lane] += 0;
                }
            }
        }
        for (int r = 0; r < 8; r++) {
            sums[r] = DoubleLanes.sum(sums, r * lanes);
        }
    }
}
