package cotangent.spec.peers;

import cotangent.spec.bench.Decomposition;
import cotangent.spec.bench.DecompositionRoutine;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * LAPACK's drivers as OpenBLAS has them, in C on column-major matrices outside the Java heap: dsyevd, dgeqrf with dorgqr,
 * dgesdd, dpotrf. Each call works on a copy that it makes first; NaN are not looked for.
 */
public class Lapack implements DecompositionRoutine {
    private static final int COLUMN_MAJOR = 102;

    /** For {@link java.util.ServiceLoader}. */
    public Lapack() {}

    @Override
    public String name() {
        return "LAPACK";
    }

    @Override
    public boolean isLapack() {
        return true;
    }

    @Override
    public boolean suits(Decomposition work) {
        return true;
    }

    @Override
    public Call prepare(Decomposition work, double[] a, int threads) throws Exception {
        OpenBlas.setThreads(threads);
        return new Driver(work, a);
    }

    /** Loaded with the first call, since OpenBLAS chooses its kernels as it is loaded. */
    private static final class Functions {
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final ValueLayout.OfByte CHAR = ValueLayout.JAVA_BYTE;
        private static final ValueLayout MATRIX = ValueLayout.ADDRESS;
        static final MethodHandle SYEVD = OpenBlas.function("LAPACKE_dsyevd", FunctionDescriptor.of(INT, INT, CHAR, CHAR,
                INT, MATRIX, INT, MATRIX));
        static final MethodHandle GEQRF = OpenBlas.function("LAPACKE_dgeqrf", FunctionDescriptor.of(INT, INT, INT, INT,
                MATRIX, INT, MATRIX));
        static final MethodHandle ORGQR = OpenBlas.function("LAPACKE_dorgqr", FunctionDescriptor.of(INT, INT, INT, INT,
                INT, MATRIX, INT, MATRIX));
        static final MethodHandle GESDD = OpenBlas.function("LAPACKE_dgesdd", FunctionDescriptor.of(INT, INT, CHAR, INT,
                INT, MATRIX, INT, MATRIX, MATRIX, INT, MATRIX, INT));
        static final MethodHandle POTRF = OpenBlas.function("LAPACKE_dpotrf", FunctionDescriptor.of(INT, INT, CHAR, INT,
                MATRIX, INT));
        static final MethodHandle SET_NANCHECK = OpenBlas.function("LAPACKE_set_nancheck", FunctionDescriptor.ofVoid(
                INT));

        private Functions() {}
    }

    private static final class Driver implements Call {
        private final Decomposition work;
        private final int m;
        private final int n;
        private final MemorySegment matrix;
        private final MemorySegment a;
        private final MemorySegment values;
        private final MemorySegment u;
        private final MemorySegment vt;
        private final double[] triangle;

        Driver(Decomposition work, double[] entries) throws ReflectiveOperationException {
            this.work = work;
            m = work.m();
            n = work.n();
            double[] columns = new double[m * n];
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    columns[j * m + i] = entries[i * n + j];
                }
            }
            matrix = allocate(m * n).copyFrom(MemorySegment.ofArray(columns));
            a = allocate(m * n);
            values = allocate(n);
            boolean svd = work.kind() == Decomposition.Kind.SVD;
            u = allocate(svd ? m * n : 1);
            vt = allocate(svd ? n * n : 1);
            triangle = new double[n * n];
            try {
                Functions.SET_NANCHECK.invokeExact(0);
            } catch (Throwable failed) {
                throw new ReflectiveOperationException(failed);
            }
        }

        private static MemorySegment allocate(int size) {
            return Arena.global().allocate(8L * size, 64);
        }

        @Override
        public void run() {
            a.copyFrom(matrix);
            int status;
            try {
                status = switch (work.kind()) {
                    case EIGH, EIGVALSH -> (int) Functions.SYEVD.invokeExact(COLUMN_MAJOR,
                            work.kind() == Decomposition.Kind.EIGH ? (byte) 'V' : (byte) 'N', (byte) 'L', n, a, n, values);
                    case QR -> qr();
                    case SVD -> (int) Functions.GESDD.invokeExact(COLUMN_MAJOR, (byte) 'S', m, n, a, m, values, u, m, vt,
                            n);
                    case CHOLESKY -> (int) Functions.POTRF.invokeExact(COLUMN_MAJOR, (byte) 'L', n, a, n);
                };
            } catch (Throwable failed) {
                throw new IllegalStateException(failed);
            }
            if (status != 0) {
                throw new IllegalStateException(work + ": status " + status);
            }
        }

        private int qr() throws Throwable {
            int status = (int) Functions.GEQRF.invokeExact(COLUMN_MAJOR, m, n, a, m, values);
            for (int j = 0; j < n; j++) {
                MemorySegment.copy(a, ValueLayout.JAVA_DOUBLE, 8L * j * m, triangle, j * n, j + 1);
            }
            return status != 0 ? status : (int) Functions.ORGQR.invokeExact(COLUMN_MAJOR, m, n, n, a, m, values);
        }

        @Override
        public double[] result() {
            return switch (work.kind()) {
                case EIGH, EIGVALSH, SVD -> values.toArray(ValueLayout.JAVA_DOUBLE);
                case QR -> triangle.clone();
                case CHOLESKY -> lower();
            };
        }

        /** The lower triangle; what stands above it is still the matrix. */
        private double[] lower() {
            double[] l = a.toArray(ValueLayout.JAVA_DOUBLE);
            for (int j = 0; j < n; j++) {
                java.util.Arrays.fill(l, j * n, j * n + j, 0);
            }
            return l;
        }
    }
}
