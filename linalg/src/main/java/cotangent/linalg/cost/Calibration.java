package cotangent.linalg.cost;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Workers;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Measures this machine.
 *
 * <p>Quickly, within some tens of milliseconds of a process that has just begun: there vector code is not compiled yet, and
 * products would show what the interpreter does. So only the clock is measured, by a chain of dependent integer operations,
 * and the memory, by copies; what products reach follows from the clock and the width of the vectors.
 * Thoroughly, within half a minute: the products themselves, once they are warm.
 */
final class Calibration {
    private static final int CHAIN = 1 << 19;
    /** A 64-bit multiplication and an exclusive or that wait for each other: three cycles and one, on all current cores. */
    private static final int CYCLES_PER_LINK = 4;
    private static final int COPIED = 1 << 24;
    private static final int ELEMENTS = 1 << 14;
    private static final int ROUNDS = 5;
    /** A kernel may take so long to become warm. */
    private static final long PATIENCE_NANOS = 8_000_000_000L;
    /** Without a better run for so long, it is. */
    private static final long STEADY_NANOS = 2_000_000_000L;

    private Calibration() {}

    /** Bits and clock that the built-in rates are of. */
    private static final double REFERENCE = 512 * 3e9;

    static CostModel quick() {
        long started = System.nanoTime();
        double clock = clock();
        double bytes = bytes();
        double factor = Gemm.vectorBits() * clock / REFERENCE;
        return CostModel.scaled("from %.2f GHz, %d-bit vectors and %.1f GB/s, measured in %.0f ms".formatted(1e-9
                * clock, Gemm.vectorBits(), 1e-9 * bytes, 1e-6 * (System.nanoTime() - started)), factor, bytes);
    }

    /** Cycles per second. */
    static double clock() {
        long best = best(ROUNDS + 3, () -> {
            long state = System.nanoTime();
            for (int i = 0; i < CHAIN; i++) {
                state = state * 6364136223846793005L ^ state >>> 7;
            }
            return state;
        });
        return 1e9 * CYCLES_PER_LINK * CHAIN / best;
    }

    /** Bytes read and written per second by copies that no cache near the core holds. */
    private static double bytes() {
        byte[] from = new byte[COPIED];
        byte[] to = new byte[COPIED];
        long best = best(ROUNDS, () -> {
            System.arraycopy(from, 0, to, 0, COPIED);
            return to[COPIED / 2];
        });
        return 2e9 * COPIED / best;
    }

    /** The shortest of several runs in nanoseconds; what a run returns keeps it from being optimised away. */
    private static long best(int rounds, LongSupplier run) {
        long best = Long.MAX_VALUE;
        long kept = 0;
        for (int round = 0; round < rounds; round++) {
            long started = System.nanoTime();
            kept += run.getAsLong();
            best = Math.min(best, System.nanoTime() - started);
        }
        return kept == 42 ? best + 1 : Math.max(1, best);
    }

    static CostModel thorough() {
        return Workers.withLimit(1, () -> {
            CostModel.Rates f64 = new CostModel.Rates(product(DType.F64, 512, 1), product(DType.F64, 256, 24), product(
                    DType.F64, 256, 256), elements(DType.F64));
            CostModel.Rates f32 = new CostModel.Rates(product(DType.F32, 512, 1), product(DType.F32, 256, 24), product(
                    DType.F32, 256, 256), elements(DType.F32));
            return new CostModel("measured on one thread of %d".formatted(Runtime.getRuntime().availableProcessors()),
                    f64, f32, bytes(), 1e-6);
        });
    }

    /** Runs until the best has not improved for a while, or patience ends; seconds of the best. */
    private static double seconds(Runnable run) {
        long begun = System.nanoTime();
        long best = Long.MAX_VALUE;
        long improved = begun;
        while (System.nanoTime() - begun < PATIENCE_NANOS && System.nanoTime() - improved < STEADY_NANOS) {
            long started = System.nanoTime();
            run.run();
            long taken = System.nanoTime() - started;
            if (taken < 0.98 * best) {
                improved = System.nanoTime();
            }
            best = Math.min(best, taken);
        }
        return 1e-9 * Math.max(1, best);
    }

    /** Operations per second of [n, n] times [n, k]. */
    private static double product(DType dtype, int n, int k) {
        double flops = 2.0 * n * n * k;
        if (dtype == DType.F64) {
            double[] a = new double[n * n];
            double[] b = new double[n * k];
            double[] c = new double[n * k];
            Arrays.fill(a, 1.0);
            Arrays.fill(b, 1.0);
            return flops / seconds(() -> Gemm.dgemm(n, k, n, 1, a, 0, n, 1, b, 0, k, 1, 0, c, 0, k));
        }
        float[] a = new float[n * n];
        float[] b = new float[n * k];
        float[] c = new float[n * k];
        Arrays.fill(a, 1.0f);
        Arrays.fill(b, 1.0f);
        return flops / seconds(() -> Gemm.sgemm(n, k, n, 1, a, 0, n, 1, b, 0, k, 1, 0, c, 0, k));
    }

    /** Elements per second of a loop nest that multiplies and adds. */
    private static double elements(DType dtype) {
        Tensor operand = Tensor.full(Shape.of(ELEMENTS), 0.5, dtype);
        Linearization product = Fn.of("calibration", x -> x.square().times(x)).linearize(operand);
        return ELEMENTS / seconds(() -> product.forward().apply(operand));
    }
}
