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
        DoubleScalarProduct.dots(k, rows, off, row, last, x, xOff, sums);
    }

    @Override
    public void dots(int k, float[] rows, int off, int row, int last, float[] x, int xOff, float[] sums) {
        FloatScalarProduct.dots(k, rows, off, row, last, x, xOff, sums);
    }
}
