package cotangent.spec.peers;

import cotangent.dsl.DType;
import cotangent.spec.bench.GemmRoutine;
import cotangent.spec.bench.GemmShape;
import cotangent.spec.bench.Operands;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * OpenBLAS out of bytedeco's jar, called without a detour: its function in C, on matrices outside the Java heap. Once
 * with the kernels it picks by itself; the subclass names others.
 */
@SuppressWarnings("restricted")
public class OpenBlas implements GemmRoutine {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final int ROW_MAJOR = 101;
    private static final int NOT_TRANSPOSED = 111;

    /** For {@link java.util.ServiceLoader}. */
    public OpenBlas() {}

    @Override
    public String name() {
        return "OpenBLAS";
    }

    @Override
    public boolean suits(GemmShape shape) {
        return true;
    }

    @Override
    public Product prepare(GemmShape shape, double[] a, double[] b, int threads) throws Exception {
        setThreads(threads);
        return new Call(shape, a, b);
    }

    /** Loads OpenBLAS and limits its cores. */
    static void setThreads(int threads) throws ReflectiveOperationException {
        Library.setThreads(threads);
    }

    /** A function of OpenBLAS, LAPACK's among them. */
    static MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(Library.SYMBOLS.findOrThrow(name), descriptor);
    }

    /** Loaded with the first product, since OpenBLAS chooses its kernels as it is loaded; constants, so that calls are direct. */
    private static final class Library {
        static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(Loader.load(openblas_nolapack.class), Arena
                .global());
        static final MethodHandle SGEMM = gemm("cblas_sgemm", ValueLayout.JAVA_FLOAT);
        static final MethodHandle DGEMM = gemm("cblas_dgemm", ValueLayout.JAVA_DOUBLE);

        private Library() {}

        private static MethodHandle gemm(String name, ValueLayout number) {
            ValueLayout integer = ValueLayout.JAVA_INT;
            ValueLayout matrix = ValueLayout.ADDRESS;
            return LINKER.downcallHandle(SYMBOLS.findOrThrow(name), FunctionDescriptor.ofVoid(integer, integer, integer,
                    integer, integer, integer, number, matrix, integer, matrix, integer, number, matrix, integer));
        }

        static void setThreads(int threads) throws ReflectiveOperationException {
            MethodHandle set = LINKER.downcallHandle(SYMBOLS.findOrThrow("openblas_set_num_threads"), FunctionDescriptor
                    .ofVoid(ValueLayout.JAVA_INT));
            try {
                set.invokeExact(threads);
            } catch (Throwable failed) {
                throw new ReflectiveOperationException(failed);
            }
        }
    }

    private static final class Call implements Product {
        private final GemmShape shape;
        private final boolean single;
        private final MemorySegment a;
        private final MemorySegment b;
        private final MemorySegment c;

        Call(GemmShape shape, double[] a, double[] b) {
            this.shape = shape;
            single = shape.dtype() == DType.F32;
            this.a = copy(a);
            this.b = copy(b);
            this.c = copy(new double[shape.m() * shape.n()]);
        }

        private MemorySegment copy(double[] values) {
            MemorySegment segment = Arena.global().allocate((single ? 4L : 8L) * values.length, 64);
            return segment.copyFrom(single
                    ? MemorySegment.ofArray(Operands.floats(values))
                    : MemorySegment.ofArray(values));
        }

        @Override
        public void run() {
            int m = shape.m();
            int n = shape.n();
            int k = shape.k();
            try {
                if (single) {
                    Library.SGEMM.invokeExact(ROW_MAJOR, NOT_TRANSPOSED, NOT_TRANSPOSED, m, n, k, 1f, a, k, b, n, 0f, c, n);
                } else {
                    Library.DGEMM.invokeExact(ROW_MAJOR, NOT_TRANSPOSED, NOT_TRANSPOSED, m, n, k, 1.0, a, k, b, n, 0.0, c, n);
                }
            } catch (Throwable failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public double[] result() {
            return single
                    ? Operands.doubles(c.toArray(ValueLayout.JAVA_FLOAT))
                    : c.toArray(ValueLayout.JAVA_DOUBLE);
        }
    }
}
