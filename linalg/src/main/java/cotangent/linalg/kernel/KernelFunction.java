package cotangent.linalg.kernel;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;

/**
 * A positive semidefinite function of two inputs.
 *
 * <p>Inputs come as sets, whose first axis counts them: [n, features], or whatever shape the function takes. Values are in the
 * inputs' dtype. A function may have hyperparameters, such as lengthscales: positive numbers, which {@link #with} exchanges and by
 * whose logarithms {@link #vjp} differentiates. A function that says nothing of them has none.
 *
 * <p>Sums, products and positive multiples of kernels are kernels, and so offered here. Implementations are immutable and safe to
 * use from many threads.
 */
public interface KernelFunction {
    /**
     * The values at all pairs of two sets.
     *
     * @param x1 [n1, ...]
     * @param x2 [n2, ...]; may be the same
     * @return [n1, n2]
     * @throws ShapeException                      if the inputs do not fit the function or each other
     * @throws cotangent.dsl.InvalidDataException if an input is NaN or infinite
     */
    Tensor block(Tensor x1, Tensor x2);

    /**
     * The values at each input with itself.
     *
     * @param x [n, ...]
     * @return [n]
     */
    Tensor diagonal(Tensor x);

    /** The hyperparameters' names and values; none unless the function says so. */
    default Hyperparameters hyperparameters() {
        return Hyperparameters.NONE;
    }

    /**
     * The same function with other values of its hyperparameters.
     *
     * @param values as many as there are, positive, in the order of {@link #hyperparameters}
     * @throws ShapeException if there are more or fewer
     */
    default KernelFunction with(double... values) {
        hyperparameters().requireCount(values.length);
        return this;
    }

    /**
     * The derivatives of Σ wᵢⱼ k(x1ᵢ, x2ⱼ) by the logarithm of each hyperparameter.
     *
     * @param x1      [n1, ...]
     * @param x2      [n2, ...]
     * @param weights w, [n1, n2]
     * @return one number per hyperparameter, in the order of {@link #hyperparameters}
     * @throws ShapeException if the inputs do not fit the function or each other
     */
    default double[] vjp(Tensor x1, Tensor x2, Tensor weights) {
        return new double[0];
    }

    /** The sum of two kernels; hyperparameters of this one come first. */
    default KernelFunction plus(KernelFunction other) {
        return new SumKernel(this, other);
    }

    /** The product of two kernels (I. Schur, 1911: positive semidefinite); hyperparameters of this one come first. */
    default KernelFunction times(KernelFunction other) {
        return new ProductKernel(this, other);
    }

    /**
     * The multiple σ²·k; σ² is a hyperparameter, {@code variance}, which comes first.
     *
     * @throws cotangent.dsl.InvalidDataException if it is not positive and finite
     */
    default KernelFunction scale(double variance) {
        return new ScaledKernel(variance, this);
    }
}
