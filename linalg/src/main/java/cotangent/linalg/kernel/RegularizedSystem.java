package cotangent.linalg.kernel;

import cotangent.dsl.Tensor;

/** K + μI, ready to be solved with. */
sealed interface RegularizedSystem permits FactoredSystem, PreconditionedSystem {
    /**
     * The solution for right-hand sides.
     *
     * @param b [n] or [n, k] in K's dtype
     */
    KernelSolution solve(Tensor b);
}
