package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;
import java.util.Arrays;

/** The sum of two kernels. */
record SumKernel(KernelFunction left, KernelFunction right) implements KernelFunction {
    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        return left.block(x1, x2).plus(right.block(x1, x2));
    }

    @Override
    public Tensor diagonal(Tensor x) {
        return left.diagonal(x).plus(right.diagonal(x));
    }

    @Override
    public Hyperparameters hyperparameters() {
        return left.hyperparameters().and(right.hyperparameters());
    }

    @Override
    public KernelFunction with(double... values) {
        hyperparameters().requireCount(values.length);
        int first = left.hyperparameters().count();
        return new SumKernel(left.with(Arrays.copyOf(values, first)), right.with(Arrays.copyOfRange(values, first,
                values.length)));
    }

    @Override
    public double[] vjp(Tensor x1, Tensor x2, Tensor weights) {
        return Hyperparameters.join(left.vjp(x1, x2, weights), right.vjp(x1, x2, weights));
    }

    @Override
    public String toString() {
        return "(" + left + " + " + right + ")";
    }
}
