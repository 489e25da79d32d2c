import cotangent.dsl.backend.Backend;
import cotangent.dsl.reference.ReferenceBackend;
import cotangent.dsl.simd.SimdBackend;
import org.jspecify.annotations.NullMarked;

/** The language of differentiable models, its derivatives, its compiler and the CPU backends. */
@NullMarked module cotangent.dsl {
    requires static transitive org.jspecify;
    requires static jdk.incubator.vector;
    requires net.jafama;

    exports cotangent.dsl;
    exports cotangent.dsl.ir;
    exports cotangent.dsl.autodiff;
    exports cotangent.dsl.backend;
    exports cotangent.dsl.io;
    exports cotangent.dsl.train;
    exports cotangent.dsl.kernel to cotangent.linalg, cotangent.tornado;
    exports cotangent.dsl.compile to cotangent.tornado;
    exports cotangent.dsl.simd to cotangent.tornado;

    uses Backend;
    provides Backend with SimdBackend, ReferenceBackend;
}
