package cotangent.dsl.simd;

/** A kernel in its vector form, or its scalar form where some function has no vector form. */
final class CompiledKernel {
    private final KernelKey key;
    private final Kernel kernel;

    CompiledKernel(KernelKey key) {
        this.key = key;
        this.kernel = KernelCompiler.define(key, key.program().isVectorizable());
    }

    Kernel kernel() {
        return kernel;
    }

    KernelKey key() {
        return key;
    }
}
