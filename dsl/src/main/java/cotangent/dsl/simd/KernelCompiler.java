package cotangent.dsl.simd;

import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes kernels, once per key and process; the most recently used ones are kept. */
final class KernelCompiler {
    private static final int KEPT = 2_000;
    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final Map<KernelKey, CompiledKernel> KERNELS = Collections.synchronizedMap(
            new LinkedHashMap<KernelKey, CompiledKernel>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<KernelKey, CompiledKernel> eldest) {
                    return size() > KEPT;
                }
            });

    private KernelCompiler() {}

    static CompiledKernel kernel(KernelKey key) {
        return KERNELS.computeIfAbsent(key, CompiledKernel::new);
    }

    /** Number of kernels made and kept. */
    static int size() {
        return KERNELS.size();
    }

    /** The vector or the scalar form of a kernel, as a class of its own that can be unloaded. */
    static Kernel define(KernelKey key, boolean vector) {
        try {
            return (Kernel) LOOKUP.defineHiddenClass(KernelWriter.write(key, vector), true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("a generated class is wrong: " + key, e);
        }
    }
}
