package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.LinearProgram;
import cotangent.dsl.autodiff.Linearization;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.kernel.Workers;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loop nests inside the products before them: the same bits as after them. */
class ProductEpiloguesTest {
    /** So small that every product takes in what follows it. */
    private static final int SMALL_BLOCKS = 64;

    private final Random random = new Random(31);

    /** What follows a product x W; the other inputs are a bias [n] and a matrix [m, n]. */
    enum Tail {
        ACTIVATION(in -> List.of(in.get(0).matmul(in.get(1)).plus(in.get(2)).tanh())), DERIVATIVE(
                in -> List.of(in.get(0).matmul(in.get(1)).times(in.get(3).square().neg().plus(1)))), KEPT(in -> {
                    Expr product = in.get(0).matmul(in.get(1));
                    return List.of(product.times(2), product);
                }), TWO_RESULTS(in -> {
                    Expr hidden = in.get(0).matmul(in.get(1)).plus(in.get(2)).sigmoid();
                    return List.of(hidden, hidden.times(hidden.neg().plus(1)), hidden.greaterThan(0.5));
                }), TRANSPOSED(in -> List
                        .of(in.get(1).transpose().matmul(in.get(0).transpose()).exp().times(0.5))), TWO_PRODUCTS(
                                in -> List.of(in.get(0)
                                        .matmul(in.get(1))
                                        .plus(in.get(0).exp().matmul(in.get(1)))
                                        .plus(in.get(
                                                3))
                                        .tanh())), BESIDE(
                                                in -> List.of(Expr.concat(0, in.get(3),
                                                        in.get(0)
                                                                .matmul(in.get(1))
                                                                .plus(in.get(2))
                                                                .tanh()))), REPEATED_ALONG_ROWS(in -> {
                                                                    Expr doubled = in.get(0)
                                                                            .expandDims(1)
                                                                            .broadcastTo(
                                                                                    in.get(0).shape().insert(1, 2));
                                                                    return List.of(doubled.matmul(in.get(1))
                                                                            .times(in.get(3).expandDims(1))
                                                                            .plus(in.get(2))
                                                                            .tanh());
                                                                }), REPEATED_ALONG_COLUMNS(in -> {
                                                                    Expr wide = Expr.concat(1, in.get(1),
                                                                            in.get(1).neg());
                                                                    int n = in.get(1).shape().extent(1);
                                                                    return List.of(in.get(0)
                                                                            .matmul(wide)
                                                                            .reshape(Shape.of(
                                                                                    in.get(0).shape().extent(0), 2, n))
                                                                            .times(in.get(3)
                                                                                    .expandDims(1))
                                                                            .plus(in.get(2)));
                                                                }), CHAIN(in -> {
                                                                    Expr hidden = in.get(0)
                                                                            .matmul(in.get(1))
                                                                            .plus(in.get(2))
                                                                            .tanh();
                                                                    return List.of(in.get(3)
                                                                            .matmul(hidden.transpose().times(3))
                                                                            .plus(1)
                                                                            .tanh()
                                                                            .matmul(hidden)
                                                                            .minus(in.get(2)));
                                                                });

        private final Function<List<Expr>, List<Expr>> function;

        Tail(Function<List<Expr>, List<Expr>> function) {
            this.function = function;
        }
    }

    private List<Tensor> inputs(DType dtype, int m, int n, int k) {
        return List.of(Graphs.random(random, dtype, 1, m, k), Graphs.random(random, dtype, 1, k, n), Graphs.random(
                random, dtype, 1, n), Graphs.random(random, dtype, 1, m, n));
    }

    private static SimdExecutable apart(Graph graph, int bits) {
        return SimdExecutable.compile(graph, bits, Form.SCALAR, Planner.SEPARATE_STEPS);
    }

    private static void check(Graph graph, List<Tensor> inputs, int bits) {
        List<Tensor> expected = apart(graph, bits).run(inputs);
        assertThat(apart(graph, bits).explain()).doesNotContain(" then ");
        for (Form form : List.of(Form.SCALAR, Form.VECTOR)) {
            SimdExecutable executable = SimdExecutable.compile(graph, bits, form, SMALL_BLOCKS);
            for (int call = 0; call < 2; call++) {
                assertThat(executable.run(inputs)).as("%s\n%s", graph, executable.explain()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Tail.class)
    void theBitsOfSeparateSteps(Tail tail) {
        for (DType dtype : List.of(DType.F32, DType.F64)) {
            for (int[] size : new int[][]{{1, 7, 3}, {4, 4, 1}, {7, 15, 17}, {15, 16, 7}, {16, 17, 33}, {17, 33, 16},
                    {33, 4, 130}, {130, 33, 15}, {33, 130, 7}, {25, 300, 300}, {49, 67, 1}}) {
                List<Tensor> inputs = inputs(dtype, size[0], size[1], size[2]);
                Graph graph = Graphs.graph(tail.function, inputs);
                for (int bits : Graphs.BITS) {
                    check(graph, inputs, bits);
                }
            }
        }
    }

    /** Sizes at which the multiply and the loop nest are shared by threads. */
    @Test
    void theSameBitsForAnyNumberOfThreads() {
        for (int[] size : new int[][]{{700, 1100, 400}, {5000, 64, 64}}) {
            List<Tensor> inputs = inputs(DType.F32, size[0], size[1], size[2]);
            for (Tail tail : List.of(Tail.ACTIVATION, Tail.REPEATED_ALONG_COLUMNS, Tail.REPEATED_ALONG_ROWS)) {
                Graph graph = Graphs.graph(tail.function, inputs);
                List<Tensor> expected = Workers.withLimit(1, () -> apart(graph, 256).run(inputs));
                SimdExecutable fused = SimdExecutable.compile(graph, 256, Form.SCALAR);
                assertThat(Workers.withLimit(1, () -> fused.run(inputs))).isEqualTo(expected);
                assertThat(Workers.withLimit(2, () -> fused.run(inputs))).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Tail.class)
    void noProductIsLeftAlone(Tail tail) {
        SimdExecutable executable = SimdExecutable.compile(Graphs.graph(tail.function, inputs(DType.F32, 40, 130, 50)),
                256, Form.SCALAR);
        long alone = executable.explain()
                .lines()
                .filter(line -> line.contains("product ")
                        && !line.contains(" then "))
                .count();
        assertThat(alone).as(executable.explain()).isEqualTo(switch (tail) {
            case TWO_PRODUCTS -> 1;
            case KEPT, ACTIVATION, DERIVATIVE, TWO_RESULTS, TRANSPOSED, BESIDE, REPEATED_ALONG_ROWS,
                    REPEATED_ALONG_COLUMNS, CHAIN ->
                0;
        });
    }

    @Test
    void aForwardPassIsAProductALayer() {
        Mlp network = Nn.mlp(30, 20, 20, 10).activation(Activation.TANH).dtype(DType.F32);
        Params parameters = network.init(Key.of(0));
        Tensor x = Graphs.random(random, DType.F32, 1, 128, 30);
        assertThat(network.fn().explain(parameters, x)).contains("(128 x 30 x 20) then plus tanh",
                "(128 x 20 x 20) then "
                        + "plus tanh",
                "(128 x 20 x 10) then plus", "3 steps");
    }

    /** The tangent kernel of a network: each layer's derivative is applied where its product is made. */
    @Test
    void aTangentKernelsPlanAppliesDerivativesInside() {
        Mlp network = Nn.mlp(300, 100, 100, 10).activation(Activation.TANH).dtype(DType.F32);
        Linearization linear = network.fn()
                .linearize(network.init(Key.of(0)), Graphs.random(random, DType.F32, 1, 32,
                        300));
        LinearProgram kernel = linear.transpose().then(linear.forward());
        for (int columns : new int[]{0, 16}) {
            assertThat(
                    kernel.explain(columns).lines().filter(line -> line.contains(" then ") && line.contains("times")))
                    .as(kernel.explain(columns))
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void tinyResultsAreInTheCacheAnyway() {
        SimdExecutable executable = SimdExecutable
                .compile(Graphs.graph(Tail.ACTIVATION.function, inputs(DType.F32, 8, 10,
                        20)), 256, Form.SCALAR);
        assertThat(executable.explain()).doesNotContain(" then ").contains("2 steps");
    }

    /** What a loop nest reads elsewhere, or reduces, or several read, cannot be inside. */
    @Test
    void whatMustWaitWaits() {
        List<Tensor> inputs = inputs(DType.F64, 40, 40, 40);
        for (Function<List<Expr>, List<Expr>> function : List.<Function<List<Expr>, List<Expr>>>of(in -> {
            Expr product = in.get(0).matmul(in.get(1));
            return List.of(product.plus(product.transpose()).tanh());
        }, in -> List.of(in.get(0).matmul(in.get(1)).exp().sum(1)), in -> {
            Expr product = in.get(0).matmul(in.get(1));
            return List.of(product.matmul(in.get(3)), product.exp());
        })) {
            Graph graph = Graphs.graph(function, inputs);
            assertThat(SimdExecutable.compile(graph, 256, Form.SCALAR).explain()).doesNotContain(" then ");
            check(graph, inputs, 256);
        }
    }
}
