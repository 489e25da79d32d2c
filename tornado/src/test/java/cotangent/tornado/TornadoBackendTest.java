package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.tornado.device.Action;
import cotangent.tornado.device.DeviceException;
import cotangent.tornado.device.DeviceKernel;
import cotangent.tornado.device.DevicePlan;
import cotangent.tornado.device.Dialect;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TornadoBackendTest {
    private static Graph affine(TensorType type) {
        Expr w = Expr.input(type);
        Expr x = Expr.input(type);
        return Graph.of(List.of(w, x), List.of(w.times(x).plus(1)));
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(Backends.all()).extracting(Backend::name).contains("tornado");
        assertThat(Backends.byDefault().name()).isNotEqualTo("tornado");
        assertThatThrownBy(() -> Backends.named("tornado")).isInstanceOf(CotangentException.class)
                .hasMessageContaining(
                        "TornadoVM was not found")
                .hasMessageContaining("TORNADOVM_HOME");
        assertThatThrownBy(() -> new TornadoBackend().compile(affine(TensorType.of(DType.F32, 2)))).isInstanceOf(
                DeviceException.class);
        assertThat(new TornadoBackend(new CpuDevice(CpuDevice.FULL)).devices()).satisfiesExactly(
                device -> assertThat(device).contains("stand-in", "float64"),
                verdict -> assertThat(verdict).contains("self-test: float32 and float64; all functions accurate",
                        "cos exp log sin tanh of f32", "cos exp log sin of f64"));
    }

    @Test
    void movesWhatChangesOnly() {
        CpuDevice device = new CpuDevice(CpuDevice.FULL);
        DeviceExecutable executable = (DeviceExecutable) new TornadoBackend(device)
                .compile(affine(TensorType.of(DType.F64,
                        3)));
        Tensor w = Tensor.of(1.0, 2, 3);
        executable.run(List.of(w, Tensor.of(1.0, 1, 1)));
        device.puts.clear();
        assertThat(executable.run(List.of(w, Tensor.of(2.0, 2, 2)))).containsExactly(Tensor.of(3.0, 5, 7));
        assertThat(device.puts).hasSize(1);
        // An array whose elements have changed is moved, whatever tensor it belongs to.
        double[] elements = {1, 2, 3};
        Tensor shared = Tensor.wrap(cotangent.dsl.Shape.of(3), elements);
        executable.run(List.of(shared, Tensor.of(2.0, 2, 2)));
        elements[0] = 10;
        assertThat(executable.run(List.of(shared, Tensor.of(2.0, 2, 2)))).containsExactly(Tensor.of(21.0, 5, 7));
    }

    @Test
    void memoryIsTakenAndGivenBack() {
        CpuDevice device = new CpuDevice(CpuDevice.FULL, true, 100_000);
        TornadoBackend backend = new TornadoBackend(device);
        Graph graph = affine(TensorType.of(DType.F64, 3_000));
        DeviceExecutable first = (DeviceExecutable) backend.compile(graph);
        assertThat(first.plan().bytes()).isBetween(3 * 24_000L, 3 * 24_000L + 200);
        assertThatThrownBy(() -> backend.compile(graph)).isInstanceOfSatisfying(OutOfDeviceMemoryException.class,
                full -> {
                    assertThat(full.needed()).isEqualTo(first.plan().bytes());
                    assertThat(full.available()).isEqualTo(100_000 - first.plan().bytes());
                    assertThat(full).hasMessageContaining("%,d bytes".formatted(full.needed()))
                            .hasMessageContaining("%,d of 100,000".formatted(full.available()));
                });
        first.close();
        first.close();
        assertThat(device.open).isZero();
        assertThatThrownBy(() -> first.run(List.of())).isInstanceOf(CotangentException.class);
        ((DeviceExecutable) backend.compile(graph)).close();
    }

    @Test
    void triesTheDeviceOut() {
        CpuDevice device = new CpuDevice(CpuDevice.FULL);
        SelfTest.Report report = SelfTest.of(device, new DeviceMemory(device));
        assertThat(report.doubles()).isTrue();
        assertThat(report.wrong()).isEmpty();
        // The stand-in's tanh of doubles is a float's, as PTX's has been: the polynomial serves instead.
        assertThat(report.dialect().accurate()).contains(new Dialect.Accurate(UnaryFunction.TANH, DType.F32),
                new Dialect.Accurate(UnaryFunction.EXP, DType.F64))
                .doesNotContain(new Dialect.Accurate(
                        UnaryFunction.TANH, DType.F64));
        assertThat(device.open).isZero();
    }

    @Test
    void refusesWhatTheDeviceGetsWrong() {
        CpuDevice coarse = new CpuDevice(CpuDevice.FULL);
        coarse.fault = x -> (float) x;
        SelfTest.Report report = SelfTest.of(coarse, new DeviceMemory(coarse));
        assertThat(report.doubles()).isFalse();
        assertThat(report.wrong()).isEmpty();
        CpuDevice unwilling = new CpuDevice(CpuDevice.FULL);
        unwilling.refuses = plan -> plan.buffers().stream().anyMatch(buffer -> buffer.dtype() == DType.F64);
        DeviceMemory memory = new DeviceMemory(unwilling);
        assertThat(SelfTest.of(unwilling, memory).doubles()).isFalse();
        assertThat(memory.used()).isZero();
        CpuDevice wrong = new CpuDevice(CpuDevice.FULL);
        wrong.fault = x -> x * (1 + 0x1p-20);
        Expr x = Expr.input(TensorType.of(DType.F32, 2));
        assertThatThrownBy(() -> new TornadoBackend(wrong).compile(Graph.of(List.of(x), List.of(x.exp()))))
                .isInstanceOf(
                        DeviceException.class)
                .hasMessageContaining("exp of f32 inaccurately");
        CpuDevice single = new CpuDevice(CpuDevice.FULL, false, 1 << 20);
        assertThatThrownBy(() -> new TornadoBackend(single).compile(affine(TensorType.of(DType.F64, 2)))).isInstanceOf(
                DeviceException.class).hasMessageContaining("no float64");
        assertThat(new TornadoBackend(single).compile(affine(TensorType.of(DType.F32, 1)))
                .run(List.of(Tensor.of(2f), Tensor
                        .of(3f))))
                .containsExactly(Tensor.of(7f));
    }

    /** Another size is another geometry, not another kernel. */
    @Test
    void kernelsDoNotDependOnSizes() {
        List<DeviceKernel> kernels = new ArrayList<>();
        for (int size : new int[]{3, 50}) {
            CpuDevice device = new CpuDevice(CpuDevice.FULL);
            try (DeviceExecutable executable = (DeviceExecutable) new TornadoBackend(device)
                    .compile(affine(TensorType.of(
                            DType.F32, size)))) {
                executable.plan().actions().forEach(action -> kernels.add(((Action.Launch) action).kernel()));
            }
        }
        assertThat(kernels).hasSize(2).containsOnly(kernels.getFirst());
        assertThat(new TornadoBackend(new CpuDevice(CpuDevice.FULL)).compile(affine(TensorType.of(DType.F32, 3)))
                .explain())
                .contains("points of 3 work items", "1 task graphs");
    }

    /** What TornadoVM's compiler looks for: a first call that one byte can number, and named parameters. */
    @Test
    void classFilesAreAsTornadoReadsThem() {
        CpuDevice device = new CpuDevice(CpuDevice.FULL);
        DeviceExecutable executable = (DeviceExecutable) new TornadoBackend(device)
                .compile(affine(TensorType.of(DType.F32,
                        3)));
        DeviceKernel kernel = ((Action.Launch) executable.plan().actions().getFirst()).kernel();
        MethodModel apply = ClassFile.of().parse(kernel.taskBytes()).methods().getFirst();
        assertThat(apply.methodName().stringValue()).isEqualTo("apply");
        List<InvokeInstruction> calls = apply.code()
                .orElseThrow()
                .elementStream()
                .filter(InvokeInstruction.class::isInstance)
                .map(InvokeInstruction.class::cast)
                .toList();
        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.opcode()).isEqualTo(Opcode.INVOKESTATIC);
            assertThat(call.method().index()).isLessThan(0xb6);
        });
        ClassModel model = ClassFile.of().parse(kernel.kernelBytes());
        assertThat(model.methods()).singleElement().satisfies(method -> {
            assertThat(method.methodName().stringValue()).isNotEqualTo("kernel");
            assertThat(method.code()
                    .orElseThrow()
                    .findAttribute(Attributes.localVariableTable())
                    .orElseThrow()
                    .localVariables()).extracting(variable -> variable.name().stringValue())
                    .startsWith("context", "geometry",
                            "clock", "status");
        });
    }

    @Test
    void graphsHoldAtMostSoManyLaunches() {
        DeviceExecutable executable = (DeviceExecutable) new TornadoBackend(new CpuDevice(CpuDevice.FULL))
                .compile(affine(
                        TensorType.of(DType.F32, 3)));
        Action.Launch launch = (Action.Launch) executable.plan().actions().getFirst();
        List<Action> many = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            many.add(launch);
        }
        many.add(new Action.Repeat(0, 3, false, List.of(launch)));
        many.add(launch);
        assertThat(DevicePlan.graphs(many)).extracting(List::size).containsExactly(200, 200, 50, 1);
    }
}
