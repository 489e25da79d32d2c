package cotangent.linalg.infinite;

import cotangent.dsl.Tensor;
import cotangent.linalg.kernel.KernelFunction;

/** One of a network's two kernels. */
record KernelView(InfiniteNetwork network, Recursion recursion, boolean tangents) implements KernelFunction {
    @Override
    public Tensor block(Tensor x1, Tensor x2) {
        return choose(KernelBlock.of(recursion, x1, x2, !tangents, tangents));
    }

    @Override
    public Tensor diagonal(Tensor x) {
        return choose(KernelBlock.diagonal(recursion, x));
    }

    private Tensor choose(InfiniteKernels kernels) {
        return tangents ? kernels.ntk() : kernels.nngp();
    }

    @Override
    public String toString() {
        return (tangents ? "NTK of " : "NNGP of ") + network;
    }
}
