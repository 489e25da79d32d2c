package cotangent.dsl.train;

import com.sun.management.ThreadMXBean;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import java.lang.management.ManagementFactory;

/** Prints the fewest bytes that a training step allocates, once it has stopped getting fewer. */
final class SteadyTrainingMain {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final int CALLS = 200;

    private SteadyTrainingMain() {}

    public static void main(String[] arguments) {
        Mlp net = Nn.mlp(6, 8, 3);
        TrainingStep step = TrainingStep.of(Fn.of("loss", (p, x, y) -> Nn.crossEntropy(net.apply(p, x), y)), Adam.rate(
                LearningRate.cosine(1e-3, 1_000_000).warmUp(100)));
        TrainingState state = step.start(net.init(Key.of(0)));
        Tensor x = Key.of(1).normal(Shape.of(16, 6), DType.F64);
        Tensor y = x.slice(1, 0, 3).argmax(1);
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOS && least > 24) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                step.run(state, x, y);
            }
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS);
        }
        System.out.println(least);
    }
}
