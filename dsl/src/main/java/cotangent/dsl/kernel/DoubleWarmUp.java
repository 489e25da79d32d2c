package cotangent.dsl.kernel;

import java.util.function.Consumer;

/** The float64 kernels' warm-ups, each on operands that take every branch a product can take. */
final class DoubleWarmUp {
    /** One for each number of vectors across a strip, from none. */
    private static final WarmUp[] STRIPS = {strip(0), strip(1), strip(2), strip(3), strip(4)};

    static final WarmUp PACKED = new WarmUp(() -> packed(DoublePackedProduct::multiply),
            () -> packed(DoubleScalarProduct::multiply), WarmUp.MOST_LARGE_WORK);
    static final WarmUp ROWS = new WarmUp(() -> rows(DoubleRowSum::add), () -> rows(DoubleScalarSums::addRows));
    static final WarmUp SUBSTITUTION = new WarmUp(() -> substitution(true), () -> substitution(false));
    static final WarmUp DOTS = new WarmUp(() -> dots(DoubleDotRows::multiply), () -> dots(DoubleScalarSums::dots));

    private static final int LANES = Simd.F64_LANES;
    /** Few rows and terms: long loops would have C2 compile each kernel twice, once for the loop alone. */
    private static final int M = 13;

    private static final int K = 9;
    /** Enough for rows of A to be turned into columns. */
    private static final int DEEP = 2 * LANES + 1;
    private static final int LONG = 5 * LANES;
    private static final double[] A = new double[Math.max(8 * LONG, M * Math.max(K, DEEP))];
    private static final double[] B = new double[Math.max(K, DEEP) * LONG];
    private static final double[] C = new double[M * LONG];

    /** A triangle of {@link #M} unknowns with ones on the diagonal and nothing below it. */
    private static final double[] TRIANGLE = DoubleTriangular.identity(M);
    private static final double[] RIGHT_SIDES = new double[M * (2 * LANES * 2 + 3)];

    private DoubleWarmUp() {}

    /** {@link DoubleRowSum#add}. */
    @FunctionalInterface
    private interface RowSum {
        void add(int k, int n, double[] x, double[] b, int bOff, int bRow, double[] y, int yOff);
    }

    /** {@link DoubleDotRows#multiply}. */
    @FunctionalInterface
    private interface DotRows {
        void multiply(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums);
    }

    /** Whether every strip of a product with {@code n} columns and so much work is warm. */
    static boolean stripsAreWarm(int n, long work) {
        int vectors = (n + LANES - 1) / LANES;
        boolean warm = true;
        int width;
        for (int done = 0; done < vectors; done += width) {
            width = DoubleStripProduct.width(vectors - done);
            warm &= STRIPS[width].isOver(work);
        }
        return warm;
    }

    private static WarmUp strip(int width) {
        return new WarmUp(
                () -> strip(DoubleStripProduct::multiply, width), () -> strip(DoubleScalarProduct::multiply, width));
    }

    private static void strip(Consumer<DoubleProduct> multiply, int width) {
        product(multiply, width * LANES, K, false);
        product(multiply, width * LANES - LANES / 2, K, true);
    }

    private static void packed(Consumer<DoubleProduct> multiply) {
        product(multiply, 4 * LANES, DEEP, false);
        product(multiply, 4 * LANES - 1, DEEP, true);
    }

    private static void product(Consumer<DoubleProduct> multiply, int n, int k, boolean accumulate) {
        DoubleProduct p = DoubleProduct.current();
        p.m = M;
        p.n = n;
        p.k = k;
        p.alpha = 1;
        p.a = A;
        p.aRow = accumulate ? 1 : k;
        p.aCol = accumulate ? M : 1;
        p.b = B;
        p.bRow = n;
        p.bCol = 1;
        p.accumulate = accumulate;
        p.c = C;
        p.cRow = n;
        multiply.accept(p);
        p.release();
    }

    private static void rows(RowSum sum) {
        for (int k = 1; k <= 6; k += 5) {
            sum.add(k, 4 * LANES, A, B, 0, 4 * LANES, C, 0);
            sum.add(k, 2 * LANES - 1, A, B, 0, 4 * LANES, C, 0);
        }
    }

    private static void dots(DotRows dots) {
        double[] sums = DoubleWorkspace.current().tile(8 * LANES);
        dots.multiply(LONG, A, 0, LONG, 7, B, 0, sums);
        dots.multiply(LONG - 1, A, 0, LONG, 7, B, 0, sums);
    }

    private static void substitution(boolean vectors) {
        DoubleTriangular.rehearse(vectors, M, TRIANGLE, RIGHT_SIDES);
    }
}
