package cotangent.dsl.kernel;

import java.lang.reflect.Method;

/**
 * Prints, for one shape after the other, the fewest bytes that ten products of it allocated.
 *
 * <p>The counter is reached by reflection: its module is not among those the tests are compiled with.
 */
final class AllocationMain {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final Object threads;
    private final Method allocated;

    private AllocationMain() throws ReflectiveOperationException {
        threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        allocated = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
    }

    public static void main(String[] arguments) throws ReflectiveOperationException {
        WarmUp.skip();
        AllocationMain main = new AllocationMain();
        long nothing = main.least(() -> {}, 0, 5000);
        int[][] shapes = {{20, 10, 30}, {20, 100, 30}, {20, 5, 30}, {20, 21, 30}, {26, 280, 250}, {1, 100, 30}, {50, 1, 64}};
        for (int[] shape : shapes) {
            long bytes = main.least(products(shape[0], shape[1], shape[2]), nothing, 1) - nothing;
            System.out.println(shape[0] + " x " + shape[2] + " x " + shape[1] + ": " + bytes + " bytes");
        }
    }

    private static Runnable products(int m, int n, int k) {
        double[] a = new double[m * k];
        double[] b = new double[k * n];
        double[] c = new double[m * n];
        float[] a32 = new float[m * k];
        float[] b32 = new float[k * n];
        float[] c32 = new float[m * n];
        return () -> {
            for (int i = 0; i < 10; i++) {
                Gemm.dgemm(m, n, k, 1, a, 0, k, 1, b, 0, n, 1, i & 1, c, 0, n);
                Gemm.sgemm(m, n, k, 1, a32, 0, k, 1, b32, 0, n, 1, i & 1, c32, 0, n);
            }
        };
    }

    /** Repeats until it sees as little as {@code enough}, or loses patience. */
    private long least(Runnable work, long enough, int leastRounds) throws ReflectiveOperationException {
        long least = Long.MAX_VALUE;
        long begin = System.nanoTime();
        for (int i = 0; i < leastRounds || (least > enough && System.nanoTime() - begin < PATIENCE_NANOS); i++) {
            long before = (Long) allocated.invoke(threads);
            work.run();
            least = Math.min(least, (Long) allocated.invoke(threads) - before);
        }
        return least;
    }
}
