package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;

/**
 * A positive semidefinite function of two inputs.
 *
 * <p>Inputs come as sets, whose first axis counts them: [n, features], or whatever shape the function takes. Values are in the
 * inputs' dtype.
 */
public interface KernelFunction {
    /**
     * The values at all pairs of two sets.
     *
     * @param x1 [n1, ...]
     * @param x2 [n2, ...]
     * @return [n1, n2]
     * @throws cotangent.dsl.ShapeException if the inputs do not fit the function or each other
     */
    Tensor block(Tensor x1, Tensor x2);

    /**
     * The values at each input with itself.
     *
     * @param x [n, ...]
     * @return [n]
     */
    Tensor diagonal(Tensor x);
}
