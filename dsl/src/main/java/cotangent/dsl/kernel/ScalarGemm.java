package cotangent.dsl.kernel;

/** Products in plain Java, for a process without the Vector API: the same bits, more slowly. */
final class ScalarGemm implements GemmKernels {

    @Override
    public void multiply(DoubleProduct product) {
        DoubleScalarProduct.multiply(product);
    }

    @Override
    public void multiply(FloatProduct product) {
        FloatScalarProduct.multiply(product);
    }

    @Override
    public void dots(int k, double[] rows, int off, int row, int last, double[] x, int xOff, double[] sums) {
        DoubleScalarSums.dots(k, rows, off, row, last, x, xOff, sums);
    }

    @Override
    public void dots(int k, float[] rows, int off, int row, int last, float[] x, int xOff, float[] sums) {
        FloatScalarSums.dots(k, rows, off, row, last, x, xOff, sums);
    }

    @Override
    public void addRows(int k, int n, double[] x, double[] b, int bOff, int bRow, double[] y, int yOff) {
        DoubleScalarSums.addRows(k, n, x, b, bOff, bRow, y, yOff);
    }

    @Override
    public void addRows(int k, int n, float[] x, float[] b, int bOff, int bRow, float[] y, int yOff) {
        FloatScalarSums.addRows(k, n, x, b, bOff, bRow, y, yOff);
    }
}
