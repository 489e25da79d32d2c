package cotangent.dsl.simd;

import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs the vector forms of kernels on made-up data in a daemon thread, until the JVM's optimising compiler has compiled
 * them and they are faster than the scalar forms; one at a time, in the order they turned hot.
 */
final class KernelWarmer {
    private static final int CALLS = 300;
    private static final long LONGEST_NANOS = 20_000_000_000L;
    private static final int ROWS = 4;
    /** Odd, so that whole vectors and a tail both occur. */
    private static final int ELEMENTS = 233;
    private static final LinkedBlockingQueue<CompiledKernel> QUEUE = new LinkedBlockingQueue<>();

    static {
        Thread.ofPlatform().daemon().name("cotangent-warmer").start(KernelWarmer::work);
    }

    private KernelWarmer() {}

    static void submit(CompiledKernel kernel) {
        QUEUE.add(kernel);
    }

    private static void work() {
        try {
            while (true) {
                CompiledKernel next = QUEUE.take();
                if (new Rehearsal(next).untilFaster()) {
                    next.changeOver();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Both forms of one kernel on the same operands. */
    private static final class Rehearsal {
        private final Kernel vector;
        private final Kernel scalar;
        private final Object[] arrays;
        private final int[] slots;
        private final int[] offsets;
        private final int[] rowStrides;

        Rehearsal(CompiledKernel compiled) {
            KernelKey key = compiled.key();
            vector = compiled.vector();
            scalar = compiled.scalar();
            int count = key.inputs().size() + key.outputs().size();
            arrays = new Object[count];
            slots = new int[count];
            offsets = new int[count];
            rowStrides = new int[count];
            Arrays.fill(rowStrides, ELEMENTS);
            for (int k = 0; k < count; k++) {
                slots[k] = k;
                arrays[k] = array(k < key.inputs().size() ? key.inputs().get(k).type()
                        : key.outputs()
                                .get(k - key
                                        .inputs()
                                        .size())
                                .type());
            }
        }

        /** Whether the vector form has become the faster one before the time is over. */
        boolean untilFaster() {
            long end = System.nanoTime() + LONGEST_NANOS;
            while (System.nanoTime() < end) {
                for (int call = 0; call < CALLS && System.nanoTime() < end; call++) {
                    run(vector);
                }
                if (fastest(vector) < fastest(scalar)) {
                    return true;
                }
            }
            return false;
        }

        private void run(Kernel kernel) {
            kernel.run(arrays, slots, offsets, rowStrides, ROWS, ELEMENTS);
        }

        private long fastest(Kernel kernel) {
            long best = Long.MAX_VALUE;
            for (int repeat = 0; repeat < 5; repeat++) {
                long start = System.nanoTime();
                run(kernel);
                best = Math.min(best, System.nanoTime() - start);
            }
            return best;
        }
    }

    private static Object array(LaneType type) {
        int size = ROWS * ELEMENTS;
        return switch (type) {
            case F64 -> {
                double[] elements = new double[size];
                Arrays.fill(elements, 0.5);
                yield elements;
            }
            case F32 -> {
                float[] elements = new float[size];
                Arrays.fill(elements, 0.5f);
                yield elements;
            }
            case I32 -> new int[size];
            case I64 -> new long[size];
            case BOOL -> new boolean[size];
        };
    }
}
