package cotangent.dsl.kernel;

/** Products with the Vector API: one route per shape. */
final class VectorGemm implements GemmKernels {
    /** Bytes of B up to which it is packed whole and A is left where it is; above, both are packed in blocks. */
    private static final long SMALL_B = 1 << 18;

    @Override
    public void multiply(DoubleProduct p) {
        if ((long) p.k * p.n * Double.BYTES <= SMALL_B) {
            DoubleStripProduct.multiply(p);
        } else {
            DoublePackedProduct.multiply(p);
        }
    }

    @Override
    public void multiply(FloatProduct p) {
        if ((long) p.k * p.n * Float.BYTES <= SMALL_B) {
            FloatStripProduct.multiply(p);
        } else {
            FloatPackedProduct.multiply(p);
        }
    }

    @Override
    public void dots(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums) {
        DoubleDotRows.multiply(k, rows, off, row, last, x, xOff, sums);
    }

    @Override
    public void dots(int k, float[] rows, int off, int row, int last, float[] x, int xOff, float[] sums) {
        FloatDotRows.multiply(k, rows, off, row, last, x, xOff, sums);
    }

    @Override
    public void addRows(int k, int n, double[] x, double[] b, int bOff, int bRow, double[] y, int yOff) {
        DoubleRowSum.add(k, n, x, b, bOff, bRow, y, yOff);
    }

    @Override
    public void addRows(int k, int n, float[] x, float[] b, int bOff, int bRow, float[] y, int yOff) {
        FloatRowSum.add(k, n, x, b, bOff, bRow, y, yOff);
    }
}
