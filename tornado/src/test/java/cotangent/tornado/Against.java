package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.reference.BoundedTensor;
import cotangent.dsl.reference.ErrorBoundInterpreter;
import cotangent.dsl.reference.ReferenceBackend;
import cotangent.tornado.device.Device;
import cotangent.tornado.device.Dialect;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Kernels on a device, the stand-in or another, against the reference backend and its error bounds. */
final class Against {
    private final Device device;
    private final DeviceMemory memory;
    private final Dialect dialect;
    private final Random random = new Random(6);

    Against(Dialect dialect) {
        this(new CpuDevice(dialect), dialect);
    }

    Against(Device device, Dialect dialect) {
        this.device = device;
        this.memory = new DeviceMemory(device);
        this.dialect = dialect;
    }

    Tensor integers(DType dtype, int... extents) {
        int size = Shape.of(extents).size();
        return tensor(TensorType.of(dtype, extents), random.ints(size, -9, 10).asDoubleStream().toArray());
    }

    Tensor numbers(DType dtype, double scale, int... extents) {
        return tensor(TensorType.of(dtype, extents), random.doubles(Shape.of(extents).size(), -scale, scale).toArray());
    }

    static Tensor tensor(TensorType type, double[] elements) {
        return switch (type.dtype()) {
            case F64 -> Tensor.of(type.shape(), elements);
            case F32 -> {
                float[] floats = new float[elements.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) elements[i];
                }
                yield Tensor.wrap(type.shape(), floats);
            }
            case I32 -> {
                int[] ints = new int[elements.length];
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = (int) elements[i];
                }
                yield Tensor.wrap(type.shape(), ints);
            }
            case BOOL -> {
                boolean[] booleans = new boolean[elements.length];
                for (int i = 0; i < booleans.length; i++) {
                    booleans[i] = elements[i] > 0;
                }
                yield Tensor.wrap(type.shape(), booleans);
            }
        };
    }

    private static Graph graph(Function<List<Expr>, List<Expr>> function, List<Tensor> arguments) {
        List<Expr> inputs = arguments.stream().map(argument -> Expr.input(argument.type())).toList();
        return Graph.of(inputs, function.apply(inputs));
    }

    /** What the kernels give, the same twice. */
    List<Tensor> run(Function<List<Expr>, List<Expr>> function, Tensor... arguments) {
        return run(graph(function, List.of(arguments)), List.of(arguments));
    }

    private List<Tensor> run(Graph graph, List<Tensor> inputs) {
        try (DeviceExecutable executable = DeviceExecutable.load(Planner.plan(graph, null, Planner.SEPARATE_STEPS),
                device,
                dialect, memory)) {
            List<Tensor> first = executable.run(inputs);
            assertThat(executable.run(inputs)).isEqualTo(first);
            return first;
        }
    }

    /** Results are equal, zeros of either sign and all NaN counting as the same. */
    void same(Function<List<Expr>, List<Expr>> function, Tensor... arguments) {
        same(graph(function, List.of(arguments)), List.of(arguments));
    }

    void same(Graph graph, List<Tensor> arguments) {
        List<Tensor> expected = new ReferenceBackend(true).compile(graph).run(arguments);
        List<Tensor> actual = run(graph, arguments);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).type()).isEqualTo(expected.get(i).type());
            double[] want = expected.get(i).toDoubles();
            double[] got = actual.get(i).toDoubles();
            for (int j = 0; j < want.length; j++) {
                assertThat(got[j] == want[j] || Double.isNaN(got[j]) && Double.isNaN(want[j])).as(
                        "output %d, element %d: %s, expected %s of%n%s", i, j, got[j], want[j], graph).isTrue();
            }
        }
    }

    /** Results are within the oracle's error bounds. */
    void near(Function<List<Expr>, List<Expr>> function, Tensor... arguments) {
        near(graph(function, List.of(arguments)), List.of(arguments));
    }

    void near(Graph graph, List<Tensor> inputs) {
        List<BoundedTensor> expected = ErrorBoundInterpreter.run(graph, inputs);
        List<Tensor> actual = run(graph, inputs);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(expected.get(i).disagreement(actual.get(i))).as("output %d of%n%s", i, graph).isEmpty();
        }
    }
}
