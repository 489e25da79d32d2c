package cotangent.dsl.simd;

import cotangent.dsl.kernel.WarmUpThread;
import java.util.Arrays;

/**
 * Runs the vector forms of kernels on made-up data in the warm-up thread, until the JVM's optimising compiler has compiled
 * them and they are faster than the scalar forms.
 */
final class KernelWarmer {
    private static final int CALLS = 300;
    private static final int MOST_ROUNDS = 1_000;
    private static final int ROWS = 4;
    /**
     * Elements of a row when the forms are compared, and in the calls that only have the vector form compiled: the fewer,
     * the less time the interpreter spends on vectors. Odd, so that whole vectors and a tail both occur.
     */
    private static final int ELEMENTS = 233;

    private static final int FEW_ELEMENTS = 37;

    private KernelWarmer() {}

    static void submit(CompiledKernel kernel) {
        WarmUpThread.submit(new Forms(kernel));
    }

    /** Both forms of one kernel on the same operands. */
    private static final class Forms implements WarmUpThread.Rehearsal {
        private final CompiledKernel compiled;
        private final Kernel vector;
        private final Kernel scalar;
        private final Object[] arrays;
        private final int[] shifts;
        private final int[] slots;
        private final int[] offsets;
        private final int[] rowStrides;
        private int rounds;

        Forms(CompiledKernel compiled) {
            this.compiled = compiled;
            KernelKey key = compiled.key();
            vector = compiled.vector();
            scalar = compiled.scalar();
            int count = key.inputs().size() + key.outputs().size();
            arrays = new Object[count];
            shifts = new int[count];
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

        @Override
        public long scalarWork() {
            return compiled.scalarWork();
        }

        @Override
        public boolean round() {
            for (int call = 0; call < CALLS; call++) {
                run(vector, FEW_ELEMENTS);
            }
            boolean faster = fastest(vector) < fastest(scalar);
            if (faster) {
                compiled.changeOver();
            }
            return faster || ++rounds == MOST_ROUNDS;
        }

        private void run(Kernel kernel, int elements) {
            kernel.run(arrays, shifts, slots, offsets, rowStrides, ROWS, elements);
        }

        private long fastest(Kernel kernel) {
            long best = Long.MAX_VALUE;
            for (int repeat = 0; repeat < 5; repeat++) {
                long start = System.nanoTime();
                run(kernel, ELEMENTS);
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
