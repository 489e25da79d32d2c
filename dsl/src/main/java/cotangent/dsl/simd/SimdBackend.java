package cotangent.dsl.simd;

import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;

/** Compiles graphs to Vector API code; available where the module {@code jdk.incubator.vector} is. */
public final class SimdBackend implements Backend {
    /** Found by the service loader. */
    public SimdBackend() {}

    @Override
    public String name() {
        return "simd";
    }

    @Override
    public boolean isAvailable() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    @Override
    public String requirement() {
        return "the simd backend needs --add-modules jdk.incubator.vector";
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public Executable compile(Graph graph) {
        return SimdExecutable.compile(graph, VectorBits.PREFERRED, VectorBits.FORM);
    }
}
