package cotangent.dsl.simd;

import com.sun.management.ThreadMXBean;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;

/** Prints the fewest bytes that a call of a small network's executable allocates, once it has stopped getting fewer. */
final class SteadyStateMain {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final long SETTLED_NANOS = 3_000_000_000L;
    private static final long ONE_KILOBYTE = 1 << 10;

    private SteadyStateMain() {}

    /** A network of two layers, of which the first is a product with an epilogue; the cosine's arguments are huge, so that its kernel calls a scalar function. */
    static List<Expr> network(List<Expr> in) {
        Expr hidden = in.get(0).matmul(in.get(1)).plus(in.get(2)).tanh();
        Expr output = hidden.matmul(in.get(3)).sigmoid();
        Expr turning = hidden.times(1e100).cos().plus(hidden.sin()).plus(hidden.erf());
        return List.of(output, hidden.exp().log1p().times(turning).sum(1).max());
    }

    /** Its inputs. */
    static List<Tensor> inputs() {
        Random random = new Random(7);
        return List.of(Graphs.random(random, DType.F64, 1, 64, 20), Graphs.random(random, DType.F64, 1, 20, 10), Graphs
                .random(random, DType.F64, 1, 10), Graphs.random(random, DType.F64, 1, 10, 4));
    }

    public static void main(String[] arguments) {
        List<Tensor> inputs = inputs();
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(SteadyStateMain::network, inputs), 256,
                Form.VECTOR);
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        long improved = start;
        while (System.nanoTime() - start < PATIENCE_NANOS
                && (least > ONE_KILOBYTE || System.nanoTime() - improved < SETTLED_NANOS)) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < 100; call++) {
                executable.run(inputs);
            }
            long bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / 100;
            improved = bytes < least ? System.nanoTime() : improved;
            least = Math.min(least, bytes);
        }
        System.out.println(least);
    }
}
