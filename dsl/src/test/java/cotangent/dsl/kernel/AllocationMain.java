package cotangent.dsl.kernel;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Prints, for one shape after the other, the fewest bytes that ten products of it allocated. */
final class AllocationMain {
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocationMain() {}

    public static void main(String[] arguments) {
        WarmUp.skip();
        int[][] shapes = {{20, 10, 30}, {20, 100, 30}, {20, 5, 30}, {20, 21, 30}, {26, 280, 250}, {1, 100, 30},
                {50, 1, 64}};
        for (int[] shape : shapes) {
            long bytes = least(products(shape[0], shape[1], shape[2]));
            System.out.println(shape[0] + " x " + shape[2] + " x " + shape[1] + ": " + bytes + " bytes");
        }
        int[][] literals = {{512, 10, 4}, {512, 4, 10}, {10, 512, 4}};
        for (int[] shape : literals) {
            long bytes = least(literals(shape[0], shape[1], shape[2]));
            System.out.println("class of " + shape[0] + " x " + shape[2] + " x " + shape[1] + ": " + bytes + " bytes");
        }
    }

    /** By classes of this size alone. */
    private static Runnable literals(int m, int n, int k) {
        LiteralShape shape = new LiteralShape(m, n, k, k, 1, n, n, false);
        DoubleLiteral doubles = DoubleLiterals.define(shape);
        FloatLiteral floats = FloatLiterals.define(shape);
        double[] a = new double[m * k];
        double[] b = new double[k * n];
        double[] c = new double[m * n];
        float[] a32 = new float[m * k];
        float[] b32 = new float[k * n];
        float[] c32 = new float[m * n];
        return () -> {
            for (int i = 0; i < 10; i++) {
                doubles.multiply(a, 0, b, 0, c, 0);
                floats.multiply(a32, 0, b32, 0, c32, 0);
            }
        };
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

    /** Repeats until it sees nothing allocated, or loses patience. */
    private static long least(Runnable work) {
        long least = Long.MAX_VALUE;
        long begin = System.nanoTime();
        while (least > 0 && System.nanoTime() - begin < PATIENCE_NANOS) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
