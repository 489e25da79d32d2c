package cotangent.dsl.simd;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Small graphs and inputs for tests. */
final class Graphs {
    /** Extents around the numbers of lanes. */
    static final int[] SIZES = {0, 1, 7, 15, 16, 17, 33};
    /** Vector sizes, all of which run on any machine. */
    static final int[] BITS = {128, 256, 512};

    private Graphs() {}

    /** The graph of a function of the given tensors' types. */
    static Graph graph(Function<List<Expr>, List<Expr>> function, List<Tensor> arguments) {
        List<Expr> inputs = arguments.stream().map(argument -> Expr.input(argument.type())).toList();
        return Graph.of(inputs, function.apply(inputs));
    }

    /** What the function gives on this backend, run twice to reuse its workspace. */
    static List<Tensor> run(int bits, Function<List<Expr>, List<Expr>> function, Tensor... arguments) {
        List<Tensor> inputs = List.of(arguments);
        Graph graph = graph(function, inputs);
        SimdExecutable executable = SimdExecutable.compile(graph, bits, Form.VECTOR);
        List<Tensor> first = executable.run(inputs);
        List<Tensor> second = executable.run(inputs);
        List<Tensor> scalar = SimdExecutable.compile(graph, bits, Form.SCALAR).run(inputs);
        if (!first.equals(second) || !first.equals(scalar)) {
            throw new AssertionError("runs differ: %s, %s, and as scalar code %s".formatted(first, second, scalar));
        }
        return first;
    }

    /** Numbers between -scale and scale; for BOOL, either value; for I32, rounded. */
    static Tensor random(Random random, DType dtype, double scale, int... extents) {
        Shape shape = Shape.of(extents);
        double[] elements = random.doubles(shape.size(), -scale, scale).toArray();
        return of(new TensorType(dtype, shape), elements);
    }

    /** A tensor of any dtype from doubles. */
    static Tensor of(TensorType type, double[] elements) {
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

    /** Every pair of a vector size and an extent. */
    static List<int[]> bitsAndSizes() {
        List<int[]> pairs = new ArrayList<>();
        for (int bits : BITS) {
            for (int size : SIZES) {
                pairs.add(new int[]{bits, size});
            }
        }
        return pairs;
    }
}
