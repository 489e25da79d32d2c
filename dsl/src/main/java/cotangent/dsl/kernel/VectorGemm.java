package cotangent.dsl.kernel;

/** Products with the Vector API: one route per shape, and plain Java until that route is compiled. */
final class VectorGemm implements GemmKernels {
    @Override
    public void multiply(DoubleProduct p) {
        boolean inStrips = DoubleStripProduct.suits(p);
        long work = (long) p.m * p.n * p.k;
        boolean warm = inStrips ? DoubleWarmUp.stripsAreWarm(p.n, work) : DoubleWarmUp.PACKED.isOver(work);
        if (!warm) {
            DoubleScalarProduct.multiply(p);
        } else if (inStrips) {
            DoubleStripProduct.multiply(p);
        } else {
            DoublePackedProduct.multiply(p);
        }
    }

    @Override
    public void multiply(FloatProduct p) {
        boolean inStrips = FloatStripProduct.suits(p);
        long work = (long) p.m * p.n * p.k;
        boolean warm = inStrips ? FloatWarmUp.stripsAreWarm(p.n, work) : FloatWarmUp.PACKED.isOver(work);
        if (!warm) {
            FloatScalarProduct.multiply(p);
        } else if (inStrips) {
            FloatStripProduct.multiply(p);
        } else {
            FloatPackedProduct.multiply(p);
        }
    }

    @Override
    public void dots(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums) {
        if (DoubleWarmUp.DOTS.isOver((last + 1L) * k)) {
            DoubleDotRows.multiply(k, rows, off, row, last, x, xOff, sums);
        } else {
            DoubleScalarSums.dots(k, rows, off, row, last, x, xOff, sums);
        }
    }

    @Override
    public void dots(int k, float[] rows, int off, int row, int last, float[] x, int xOff, float[] sums) {
        if (FloatWarmUp.DOTS.isOver((last + 1L) * k)) {
            FloatDotRows.multiply(k, rows, off, row, last, x, xOff, sums);
        } else {
            FloatScalarSums.dots(k, rows, off, row, last, x, xOff, sums);
        }
    }

    @Override
    public void addRows(int k, int n, double[] x, double[] b, int bOff, int bRow, double[] y, int yOff) {
        if (DoubleWarmUp.ROWS.isOver((long) k * n)) {
            DoubleRowSum.add(k, n, x, b, bOff, bRow, y, yOff);
        } else {
            DoubleScalarSums.addRows(k, n, x, b, bOff, bRow, y, yOff);
        }
    }

    @Override
    public void addRows(int k, int n, float[] x, float[] b, int bOff, int bRow, float[] y, int yOff) {
        if (FloatWarmUp.ROWS.isOver((long) k * n)) {
            FloatRowSum.add(k, n, x, b, bOff, bRow, y, yOff);
        } else {
            FloatScalarSums.addRows(k, n, x, b, bOff, bRow, y, yOff);
        }
    }
}
