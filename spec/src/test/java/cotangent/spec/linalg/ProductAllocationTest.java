package cotangent.spec.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ntk.EmpiricalNtk;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a product with a kernel allocates once all is compiled: its result, and no more than a few small objects. */
class ProductAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SAMPLES = 8;
    private static final int OUTPUTS = 4;
    /** Tensors, types, shapes and lists; an object of a fused loop's vectors would be a hundred bytes an iteration. */
    private static final long SMALL_OBJECTS = 512;

    @Test
    void aProductAllocatesItsResult() {
        Mlp net = Nn.mlp(20, 10, OUTPUTS).activation(Activation.TANH).dtype(DType.F64);
        EmpiricalNtk ntk = EmpiricalNtk.of(net.fn(), net.init(Key.of(0)), Key.of(1)
                .normal(Shape.of(SAMPLES, 20), DType.F64));
        Tensor vector = Key.of(2).normal(Shape.of(SAMPLES * OUTPUTS), DType.F64);
        Tensor block = Key.of(3).normal(Shape.of(SAMPLES * OUTPUTS, 16), DType.F64);
        assertThat(bytes(() -> ntk.matvec(vector))).isLessThan(8L * SAMPLES * OUTPUTS + SMALL_OBJECTS);
        assertThat(bytes(() -> ntk.matmat(block))).isLessThan(16L * 8 * SAMPLES * OUTPUTS + SMALL_OBJECTS);
    }

    /** The fewest bytes a call, as code that is compiled meanwhile may keep vectors as objects for a while. */
    private static long bytes(Supplier<Tensor> call) {
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < 100; batch++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20; i++) {
                call.get();
            }
            least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / 20);
        }
        return least;
    }
}
