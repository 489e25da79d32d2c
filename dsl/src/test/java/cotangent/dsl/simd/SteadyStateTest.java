package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Fork;
import cotangent.dsl.kernel.Workers;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What many calls of one executable cost and share. */
class SteadyStateTest {
    private final Random random = new Random(7);
    private final List<Tensor> network = SteadyStateMain.inputs();

    /**
     * A vector that does not stay in a register is an object: this catches every failure to compile well. In processes of
     * their own, since what other tests ran decides what C2 makes of a kernel; three, since C1 now and then gives up on a
     * method for good while the machine is busy, which is not the kernel's fault. A
     * kernel that does box its vectors fails all three.
     */
    @Test
    void aCallAllocatesItsResultsOnly() throws Exception {
        // Two arrays with headers, two tensors of 24 bytes and their types of 24, a list and its array.
        long results = 16 + 64 * 4 * 8 + 16 + 8 + 2 * (24 + 24) + 24 + 24;
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3 && least > results; attempt++) {
            Process process = Fork.start(SteadyStateMain.class, "--add-modules", "jdk.incubator.vector");
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor()).as(printed).isZero();
            least = Math.min(least, Long.parseLong(printed));
        }
        assertThat(least).isLessThanOrEqualTo(results);
    }

    /** In scalar form, which allocates nothing whether it is compiled or not. */
    @Test
    void loopsAroundAKernelAllocateNothing() {
        assertThat(allocated(5, 1, 7)).isLessThanOrEqualTo(allocated(4, 5, 6, 7));
    }

    /** The fewest bytes of a call that adds a tensor of the given extents to one of [4, 5, 6, 7]. */
    private long allocated(int... extents) {
        List<Tensor> inputs = List.of(Graphs.random(random, DType.F64, 1, 4, 5, 6, 7),
                Graphs.random(random, DType.F64, 1,
                        extents));
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(in -> List.of(in.get(0).plus(in.get(1))),
                inputs), 256, Form.SCALAR);
        List<Tensor> into = executable.run(inputs);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int call = 0; call < 200; call++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            executable.runInto(inputs, into);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    @Test
    void theSameBitsForAnyNumberOfThreads() {
        List<Tensor> inputs = List.of(Graphs.random(random, DType.F32, 2, 1200, 1001),
                Graphs.random(random, DType.F32, 2,
                        1001));
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(in -> {
            Expr y = in.get(0).plus(in.get(1)).tanh().times(in.get(0).exp());
            return List.of(y, y.sum(1), y.sum(0), y.sum(), in.get(0).transpose().exp());
        }, inputs), 256, Form.SCALAR);
        List<Tensor> alone = Workers.withLimit(1, () -> executable.run(inputs));
        List<Tensor> together = executable.run(inputs);
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void manyThreadsMayCallAtOnce() throws Exception {
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(SteadyStateMain::network, network), 256,
                Form.ADAPTIVE);
        List<Tensor> expected = executable.run(network);
        Callable<Boolean> calls = () -> Stream.generate(() -> executable.run(network))
                .limit(50)
                .allMatch(
                        expected::equals);
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            for (Future<Boolean> same : pool.invokeAll(List.of(calls, calls, calls, calls, calls, calls, calls,
                    calls))) {
                assertThat(same.get()).isTrue();
            }
        }
    }

    @Test
    void aWarmedKernelGivesTheSameBits() throws InterruptedException {
        Tensor x = Graphs.random(random, DType.F64, 3, 5000);
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(in -> List.of(in.getFirst().expm1().times(3)),
                List.of(x)), 256, Form.ADAPTIVE);
        List<Tensor> first = executable.run(List.of(x));
        for (int call = 0; call < 100; call++) {
            assertThat(executable.run(List.of(x))).isEqualTo(first);
            Thread.sleep(5);
        }
    }

    @Test
    void aNewSizeCompilesNothing() {
        for (int size : new int[]{40, 41, 64, 1000}) {
            Tensor x = Graphs.random(random, DType.F64, 3, size, 3);
            SimdExecutable executable = SimdExecutable.compile(Graphs.graph(in -> List.of(in.getFirst()
                    .tanh()
                    .minus(
                            0.25)
                    .sum(1)), List.of(x)), 512, Form.SCALAR);
            int before = KernelCompiler.size();
            executable.run(List.of(x));
            SimdExecutable again = SimdExecutable.compile(Graphs.graph(in -> List.of(in.getFirst()
                    .tanh()
                    .minus(0.25)
                    .sum(1)), List.of(x)), 512, Form.SCALAR);
            again.run(List.of(x));
            assertThat(KernelCompiler.size()).isEqualTo(before);
        }
    }
}
