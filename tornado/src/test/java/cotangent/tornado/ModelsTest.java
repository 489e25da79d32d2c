package cotangent.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Nn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import cotangent.dsl.autodiff.LinearProgram;
import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.compile.Simplify;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import cotangent.tornado.device.Dialect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Small models and their derivatives through the whole backend. */
class ModelsTest {
    private static final List<DType> FLOATING = List.of(DType.F32, DType.F64);
    private static final Fn NET = Fn.of("net", 5, in -> in.get(4)
            .matmul(in.get(0))
            .plus(in.get(1))
            .tanh()
            .matmul(in.get(2))
            .plus(in.get(3)));

    /** Where kernels run; a test on a device brings its own. */
    Against against(Dialect dialect) {
        return new Against(dialect);
    }

    List<Dialect> dialects() {
        return List.of(CpuDevice.FULL, CpuDevice.WITHOUT_BITS);
    }

    Backend backend() {
        return new TornadoBackend(new CpuDevice(CpuDevice.FULL));
    }

    private static List<Tensor> netInputs(Against against, DType dtype) {
        return List.of(against.numbers(dtype, 1, 5, 7), against.numbers(dtype, 1, 7), against.numbers(dtype, 1, 7, 3),
                against.numbers(dtype, 1, 3), against.numbers(dtype, 1, 6, 5));
    }

    /** What is compared is one graph: rewriting by algebra has bounds of its own. */
    private static void check(Against against, Fn fn, List<Tensor> inputs) {
        Graph graph = fn.trace(inputs.stream().map(Tree::structure).toList()).graph();
        against.near(Simplify.apply(graph, null), inputs);
    }

    @Test
    void networksAndTheirDerivatives() {
        for (Dialect dialect : dialects()) {
            Against against = against(dialect);
            for (DType dtype : FLOATING) {
                List<Tensor> inputs = netInputs(against, dtype);
                check(against, NET, inputs);
                Fn loss = Fn.of("loss", 5, in -> NET.apply(in.toArray(Expr[]::new)).square().mean());
                check(against, loss.grad(0, 1, 2, 3, 4), inputs);
                Fn slope = Fn.of("slope", 10, in -> NET.jvp().apply(in.toArray(Expr[]::new)).get(1));
                check(against, slope, Stream.concat(inputs.stream(), netInputs(against, dtype).stream()).toList());
            }
        }
    }

    @Test
    void compositionsOfManyReductions() {
        Against against = against(dialects().getFirst());
        for (DType dtype : FLOATING) {
            Tensor x = against.numbers(dtype, 2, 4, 9);
            check(against, Fn.of("softmax", v -> v.softmax(-1)), List.of(x));
            check(against, Fn.of("norm", 3, in -> Nn.layerNorm(in.get(0), in.get(1), in.get(2))),
                    List.of(x, against.numbers(
                            dtype, 1, 9), against.numbers(dtype, 1, 9)));
        }
    }

    /** A loop over time with sequences, constants and stacked outputs, forwards and backwards in its derivative. */
    @Test
    void recurrentLayers() {
        int h = 3;
        Against against = against(dialects().getFirst());
        Fn gru = Fn.of("gru", 6, in -> {
            Map<String, Expr> parameters = new LinkedHashMap<>();
            parameters.put("weight_ih", in.get(0));
            parameters.put("weight_hh", in.get(1));
            parameters.put("bias_ih", in.get(2));
            parameters.put("bias_hh", in.get(3));
            return Nn.gru(Expr.params(parameters), in.get(4), in.get(5)).get(0).sum();
        });
        for (DType dtype : FLOATING) {
            List<Tensor> inputs = List.of(against.numbers(dtype, 1, 3 * h, 2), against.numbers(dtype, 1, 3 * h, h),
                    against
                            .numbers(dtype, 1, 3 * h),
                    against.numbers(dtype, 1, 3 * h), against.numbers(dtype, 1, 4, 2, 2),
                    against.numbers(dtype, 1, 2, h));
            check(against, gru, inputs);
            check(against, gru.grad(0, 1, 2, 3, 4, 5), inputs);
        }
    }

    private static Graph scan(int carries, int sequences, int length, boolean reverse, List<TensorType> types,
            java.util.function.Function<List<Expr>, List<Expr>> body, List<Expr> inputs) {
        List<Expr> arguments = types.stream().map(Expr::input).toList();
        Op.Scan loop = new Op.Scan(Graph.of(arguments, body.apply(arguments)), carries, sequences, length, reverse);
        var node = cotangent.dsl.ir.Node.of(loop, inputs);
        return Graph.of(inputs,
                java.util.stream.IntStream.range(0, node.types().size()).mapToObj(node::output).toList());
    }

    /** Carries that change places, one that stays, one that is stacked, and none of its steps taken. */
    @Test
    void carriesOfEveryKind() {
        Against against = against(dialects().getFirst());
        TensorType type = TensorType.of(DType.F64, 3);
        for (int length : new int[]{0, 1, 4}) {
            for (boolean reverse : new boolean[]{false, true}) {
                List<Expr> inputs = List.of(Expr.input(type), Expr.input(type), Expr.input(type),
                        Expr.input(TensorType.of(
                                DType.F64, length, 3)),
                        Expr.input(type));
                Graph graph = scan(3, 1, length, reverse, List.of(type, type, type, type, type), in -> {
                    Expr sum = in.get(2).times(in.get(4)).plus(in.get(3));
                    return List.of(in.get(1), in.get(0), sum, sum, in.get(0), in.get(3), in.get(4));
                }, inputs);
                List<Tensor> arguments = List.of(against.integers(DType.F64, 3), against.integers(DType.F64, 3), against
                        .integers(DType.F64, 3), against.integers(DType.F64, length, 3),
                        against.integers(DType.F64, 3));
                against.same(graph, arguments);
            }
        }
    }

    /** A loop inside a loop: what moves, moves with either clock. */
    @Test
    void nestedLoops() {
        Against against = against(dialects().getFirst());
        TensorType type = TensorType.of(DType.F64, 2);
        TensorType rows = TensorType.of(DType.F64, 3, 2);
        List<Expr> inputs = List.of(Expr.input(type), Expr.input(TensorType.of(DType.F64, 4, 3, 2)));
        Graph graph = scan(1, 1, 4, true, List.of(type, rows), in -> {
            Graph inner = scan(1, 1, 3, false, List.of(type, type), step -> {
                Expr next = step.get(0).plus(step.get(1));
                return List.of(next, next.times(2));
            }, List.of(in.get(0), in.get(1)));
            return inner.outputs();
        }, inputs);
        against.same(graph, List.of(against.integers(DType.F64, 2), against.integers(DType.F64, 4, 3, 2)));
    }

    /**
     * Products with J, its transpose and J Jᵀ, one vector and in blocks. No value is the end of more than 2^6 roundings per
     * layer and product of at most four, each relative to the norms, and the reference may err as much.
     */
    @Test
    void linearPrograms() {
        for (DType dtype : FLOATING) {
            Against against = against(dialects().getFirst());
            List<Tensor> inputs = netInputs(against, dtype);
            Fn net = Fn.of("net", (p, x) -> NET.apply(p.get(0), p.get(1), p.get(2), p.get(3), x));
            Tree parameters = Tree.tuple(inputs.subList(0, 4).toArray(Tree[]::new));
            Tensor probe = against.numbers(dtype, 1, 18);
            Tensor probes = against.numbers(dtype, 1, 18, 4);
            Tensor tangents = against.numbers(dtype, 1, 5 * 7 + 7 + 21 + 3, 4);
            List<List<Tensor>> found = Stream.<Backend>of(backend(),
                    new ReferenceBackend()).map(backend -> {
                        Linearization lin = net.on(backend).linearize(parameters, inputs.get(4));
                        LinearProgram kernel = lin.transpose().then(lin.forward());
                        return List.of(kernel.apply(probe), kernel.applyBlock(probes),
                                lin.transpose().applyBlock(probes), lin
                                        .forward()
                                        .applyBlock(tangents));
                    }).toList();
            for (int i = 0; i < found.get(0).size(); i++) {
                double[] a = found.get(0).get(i).toDoubles();
                double[] b = found.get(1).get(i).toDoubles();
                double norm = 0;
                double difference = 0;
                for (int j = 0; j < a.length; j++) {
                    norm += b[j] * b[j];
                    difference += (a[j] - b[j]) * (a[j] - b[j]);
                }
                assertThat(Math.sqrt(difference))
                        .isLessThanOrEqualTo(2 * 4 * 64 * dtype.unitRoundoff() * Math.sqrt(norm));
                assertThat(norm).isPositive();
            }
        }
    }

    @Test
    void shapesOfNothing() {
        Against against = against(dialects().getFirst());
        against.same(in -> List.of(in.get(0).matmul(in.get(1)), in.get(0).sum(), in.get(0).reshape(Shape.of(0, 7))),
                Tensor
                        .zeros(DType.F32, 3, 0),
                Tensor.zeros(DType.F32, 0, 2));
    }
}
