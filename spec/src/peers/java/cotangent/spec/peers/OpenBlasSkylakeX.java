package cotangent.spec.peers;

import cotangent.spec.bench.GemmShape;
import cotangent.spec.bench.Processor;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** OpenBLAS with its AVX-512 kernels, which on AMD it does not pick by itself. */
@SuppressWarnings("restricted")
public final class OpenBlasSkylakeX extends OpenBlas {
    /** For {@link java.util.ServiceLoader}. */
    public OpenBlasSkylakeX() {}

    @Override
    public String name() {
        return "OpenBLAS SkylakeX";
    }

    @Override
    public boolean suits(GemmShape shape) {
        return Processor.here().isAmdWithAvx512();
    }

    @Override
    public Product prepare(GemmShape shape, double[] a, double[] b, int threads) throws Exception {
        choose();
        return super.prepare(shape, a, b, threads);
    }

    /** Has OpenBLAS take them, if it is not loaded yet. */
    static void choose() throws ReflectiveOperationException {
        setEnvironment("OPENBLAS_CORETYPE", "SkylakeX");
    }

    /** For what is loaded later: Java cannot change the environment, and JMH passes none on. */
    private static void setEnvironment(String name, String value) throws ReflectiveOperationException {
        Linker linker = Linker.nativeLinker();
        MethodHandle setenv = linker.downcallHandle(linker.defaultLookup().findOrThrow("setenv"), FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocateFrom(name);
            MemorySegment text = arena.allocateFrom(value);
            int status = (int) setenv.invokeExact(key, text, 1);
            if (status != 0) {
                throw new IllegalStateException("setenv: status " + status);
            }
        } catch (Throwable failed) {
            throw new ReflectiveOperationException(failed);
        }
    }
}
