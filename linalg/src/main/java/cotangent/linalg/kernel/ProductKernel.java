package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;
import java.util.Arrays;

/** The product of two kernels, entry by entry. */
record ProductKernel(KernelFunction left, KernelFunction right) implements KernelFunction {
    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        return left.block(x1, x2).times(right.block(x1, x2));
    }

    @Override
    public Tensor diagonal(Tensor x) {
        return left.diagonal(x).times(right.diagonal(x));
    }

    @Override
    public Hyperparameters hyperparameters() {
        return left.hyperparameters().and(right.hyperparameters());
    }

    @Override
    public KernelFunction with(double... values) {
        hyperparameters().requireCount(values.length);
        int first = left.hyperparameters().count();
        return new ProductKernel(left.with(Arrays.copyOf(values, first)), right.with(Arrays.copyOfRange(values, first,
                values.length)));
    }

    @Override
    public double[] vjp(Tensor x1, Tensor x2, Tensor weights) {
        double[] first = left.hyperparameters().count() == 0
                ? new double[0]
                : left.vjp(x1, x2, weights.times(right.block(x1, x2)));
        double[] second = right.hyperparameters().count() == 0
                ? new double[0]
                : right.vjp(x1, x2, weights.times(left.block(x1, x2)));
        return Hyperparameters.join(first, second);
    }

    @Override
    public String toString() {
        return left + " * " + right;
    }
}
