package cotangent.dsl.simd;

import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs the vector forms of kernels on made-up data in a daemon thread, until the JVM's optimising compiler has compiled
 * them; one at a time, in the order they turned hot.
 */
final class KernelWarmer {
    private static final int CALLS = 1_500;
    private static final long LONGEST_NANOS = 3_000_000_000L;
    private static final int ROWS = 4;
    /** Odd, so that whole vectors and a tail both occur. */
    private static final int ELEMENTS = 233;
    private static final LinkedBlockingQueue<CompiledKernel> QUEUE = new LinkedBlockingQueue<>();

    static {
        Thread.ofPlatform().daemon().name("cotangent-warmer").priority(Thread.MIN_PRIORITY).start(KernelWarmer::work);
    }

    private KernelWarmer() {
    }

    static void submit(CompiledKernel kernel) {
        QUEUE.add(kernel);
    }

    private static void work() {
        try {
            while (true) {
                CompiledKernel next = QUEUE.take();
                warm(next);
                next.changeOver();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Calls the vector form as its caller will, on operands of its own. */
    static void warm(CompiledKernel compiled) {
        KernelKey key = compiled.key();
        int count = key.inputs().size() + key.outputs().size();
        Object[] arrays = new Object[count];
        int[] slots = new int[count];
        int[] rowStrides = new int[count];
        Arrays.fill(rowStrides, ELEMENTS);
        for (int k = 0; k < count; k++) {
            slots[k] = k;
            arrays[k] = array(k < key.inputs().size() ? key.inputs().get(k).type() : key.outputs().get(k - key.inputs()
                    .size()).type());
        }
        Kernel kernel = compiled.vector();
        long end = System.nanoTime() + LONGEST_NANOS;
        int[] offsets = new int[count];
        for (int call = 0; call < CALLS && System.nanoTime() < end; call++) {
            kernel.run(arrays, slots, offsets, rowStrides, ROWS, ELEMENTS);
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
