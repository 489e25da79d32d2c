package cotangent.spec.fuzz;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.Reduction;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.dsl.ir.Unroll;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * As coarse an implementation as the oracle's error model allows: every operation rounds to the graph's dtype, functions
 * are off by a few units in the last place, sums are in random order, products are fused with them or not, at random. If
 * the oracle's bounds hold for it, they hold for what backends do.
 */
final class CoarseBackend implements Backend {
    private final ReferenceBackend exact = new ReferenceBackend(true);
    private final SplittableRandom random;

    CoarseBackend(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public String name() {
        return "coarse";
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Executable compile(Graph graph) {
        return new Executable() {
            @Override
            public List<Tensor> run(List<Tensor> inputs) {
                return CoarseBackend.this.run(graph, inputs);
            }

            @Override
            public String explain() {
                return graph.toString();
            }
        };
    }

    private List<Tensor> run(Graph graph, List<Tensor> inputs) {
        Map<Expr, Tensor> values = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            values.put(graph.inputs().get(i), inputs.get(i));
        }
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Input)) {
                List<Tensor> results = apply(node, all(values, node.inputs()));
                for (int i = 0; i < results.size(); i++) {
                    values.put(node.output(i), results.get(i));
                }
            }
        }
        return all(values, graph.outputs());
    }

    private static List<Tensor> all(Map<Expr, Tensor> values, List<Expr> wanted) {
        return wanted.stream().map(value -> Objects.requireNonNull(values.get(value))).toList();
    }

    private List<Tensor> apply(Node node, List<Tensor> inputs) {
        boolean floating = node.types().getFirst().dtype().isFloating();
        return switch (node.op()) {
            case Op.Custom custom -> run(custom.body(), inputs);
            case Op.Scan scan -> {
                List<Expr> arguments = inputs.stream().map(input -> Expr.input(input.type())).toList();
                yield run(Graph.of(arguments, Unroll.scan(scan, arguments)), inputs);
            }
            case Op.Unary unary when floating ->
                List.of(disturbed(exactly(node.op(), inputs), steps(unary.function())));
            case Op.Reduce reduce when floating && reduce.reduction() == Reduction.SUM -> List.of(sum(reduce, inputs
                    .getFirst()));
            case Op.Dot dot when floating -> List.of(dot(dot, inputs.get(0), inputs.get(1), node.types().getFirst()));
            default -> List.of(exactly(node.op(), inputs));
        };
    }

    /** The correctly rounded result of one operation. */
    private Tensor exactly(Op op, List<Tensor> inputs) {
        List<Expr> operands = inputs.stream().map(input -> Expr.input(input.type())).toList();
        return exact.compile(Graph.of(operands, List.of(Node.of(op, operands).output(0)))).run(inputs).getFirst();
    }

    /** One unit less than the error model grants, since the result that is moved is itself rounded. */
    private static int steps(UnaryFunction function) {
        return switch (function) {
            case NEG, ABS, SIGN, SQRT, NOT -> 0;
            case SIN, COS, LOG -> 1;
            case EXP, EXPM1, LOG1P, ERF -> 2;
            case SIGMOID -> 3;
            case TANH -> 5;
        };
    }

    private Tensor disturbed(Tensor x, int steps) {
        double[] elements = x.toDoubles();
        for (int i = 0; i < elements.length; i++) {
            double unit = x.dtype() == DType.F32 ? Math.ulp((float) elements[i]) : Math.ulp(elements[i]);
            if (Double.isFinite(elements[i])) {
                elements[i] += random.nextInt(-steps, steps + 1) * unit;
            }
        }
        return tensor(x.type(), elements);
    }

    private static Tensor tensor(TensorType type, double[] elements) {
        return type.dtype() == DType.F64
                ? Tensor.of(type.shape(), elements)
                : Tensor.wrap(type.shape(), floats(elements));
    }

    private static float[] floats(double[] elements) {
        float[] result = new float[elements.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) elements[i];
        }
        return result;
    }

    private Tensor sum(Op.Reduce op, Tensor x) {
        Axes kept = op.axes().complement(x.rank());
        double[] rows = ordered(x, kept.then(op.axes()));
        Shape shape = x.shape().select(kept);
        int count = x.shape().select(op.axes()).size();
        double[] result = new double[shape.size()];
        for (int i = 0; i < result.length; i++) {
            for (int k : shuffled(count)) {
                result[i] = rounded(x.dtype(), result[i] + rows[i * count + k]);
            }
        }
        return tensor(new TensorType(x.dtype(), shape), result);
    }

    private double[] ordered(Tensor x, Axes order) {
        return exactly(new Op.Transpose(order), List.of(x)).toDoubles();
    }

    private int[] shuffled(int count) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        java.util.Collections.shuffle(order, random);
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private static double rounded(DType dtype, double value) {
        return dtype == DType.F32 ? (float) value : value;
    }

    private Tensor dot(Op.Dot op, Tensor left, Tensor right, TensorType type) {
        Axes leftFree = op.leftBatch().then(op.leftContract()).complement(left.rank());
        Axes rightFree = op.rightBatch().then(op.rightContract()).complement(right.rank());
        double[] a = ordered(left, op.leftBatch().then(leftFree).then(op.leftContract()));
        double[] b = ordered(right, op.rightBatch().then(rightFree).then(op.rightContract()));
        int rows = left.shape().select(leftFree).size();
        int columns = right.shape().select(rightFree).size();
        int inner = left.shape().select(op.leftContract()).size();
        double[] result = new double[type.size()];
        for (int i = 0; i < result.length; i++) {
            int row = i / columns;
            int column = row / rows * columns + i % columns;
            for (int k : shuffled(inner)) {
                result[i] = multiplyAdd(type.dtype(), a[row * inner + k], b[column * inner + k], result[i]);
            }
        }
        return tensor(type, result);
    }

    private double multiplyAdd(DType dtype, double a, double b, double c) {
        if (dtype == DType.F32) {
            float product = (float) (a * b);
            return random.nextBoolean() ? Math.fma((float) a, (float) b, (float) c) : product + (float) c;
        }
        return random.nextBoolean() ? Math.fma(a, b, c) : a * b + c;
    }
}
