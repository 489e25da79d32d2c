package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.ir.Graph;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What programs take of the device's memory: TornadoVM itself counts, and refuses what exceeds {@code tornado.device.memory}. */
final class MemoryOnDeviceTest {
    private static DeviceExecutable doubling(int size, DeviceMemory memory) {
        Expr x = Expr.input(TensorType.of(DType.F32, size));
        Graph graph = Graph.of(List.of(x), List.of(x.times(2)));
        return DeviceExecutable.load(Planner.plan(graph, null, Planner.SEPARATE_STEPS), UnderTest.DEVICE,
                UnderTest.REPORT.dialect(), memory);
    }

    /** Each program takes two fifths of the memory, so that the third would find none if the first two had kept theirs. */
    @Test
    void closingFreesIt() {
        DeviceMemory memory = new DeviceMemory(UnderTest.DEVICE);
        int size = Math.toIntExact(UnderTest.DEVICE.memory() / 5 / Float.BYTES);
        float[] elements = new float[size];
        elements[size - 1] = 3;
        for (int round = 0; round < 4; round++) {
            DeviceExecutable program = doubling(size, memory);
            Tensor result = program.run(List.of(Tensor.wrap(cotangent.dsl.Shape.of(size), elements))).getFirst();
            assertThat(result.toFloats()[size - 1]).isEqualTo(6);
            assertThat(memory.used()).isEqualTo(program.plan().bytes());
            program.close();
            assertThat(memory.used()).isZero();
        }
    }

    @Test
    void moreThanThereIsSaysHowMuch() {
        DeviceMemory memory = new DeviceMemory(UnderTest.DEVICE);
        int size = Math.toIntExact(UnderTest.DEVICE.memory() / Float.BYTES);
        assertThatThrownBy(() -> doubling(size, memory)).isInstanceOfSatisfying(OutOfDeviceMemoryException.class,
                full -> {
                    assertThat(full.needed()).isGreaterThan(2 * UnderTest.DEVICE.memory() - 8);
                    assertThat(full.available()).isEqualTo(UnderTest.DEVICE.memory());
                    assertThat(full).hasMessageContaining("%,d bytes".formatted(full.needed()))
                            .hasMessageContaining("%,d of %,d are left".formatted(full.available(), full.available()));
                });
        assertThat(memory.used()).isZero();
    }
}
