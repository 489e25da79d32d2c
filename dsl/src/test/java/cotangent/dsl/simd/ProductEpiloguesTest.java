package cotangent.dsl.simd;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.compile.Planner;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.kernel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loop nests inside the products before them: the same bits as after them. */
class ProductEpiloguesTest {
    private final Random random = new Random(31);

    /** What follows a product x W; the other inputs are a bias [n] and a matrix [m, n]. */
    enum Tail {
        ACTIVATION(in -> List.of(in.get(0).matmul(in.get(1)).plus(in.get(2)).tanh())),
        DERIVATIVE(in -> List.of(in.get(0).matmul(in.get(1)).times(in.get(3).square().neg().plus(1)))),
        KEPT(in -> {
            Expr product = in.get(0).matmul(in.get(1));
            return List.of(product.times(2), product);
        }),
        TWO_RESULTS(in -> {
            Expr hidden = in.get(0).matmul(in.get(1)).plus(in.get(2)).sigmoid();
            return List.of(hidden, hidden.times(hidden.neg().plus(1)), hidden.greaterThan(0.5));
        }),
        TRANSPOSED(in -> List.of(in.get(1).transpose().matmul(in.get(0).transpose()).exp().times(0.5))),
        TWO_PRODUCTS(in -> List.of(in.get(0).matmul(in.get(1)).plus(in.get(0).exp().matmul(in.get(1))).plus(in.get(
                3)).tanh())),
        BESIDE(in -> List.of(in.get(0).matmul(in.get(1)).plus(in.get(2)).tanh().concat(0, in.get(3)))),
        CHAIN(in -> {
            Expr hidden = in.get(0).matmul(in.get(1)).plus(in.get(2)).tanh();
            return List.of(in.get(3).matmul(hidden.transpose().times(3)).plus(1).tanh().matmul(hidden).minus(in.get(2)));
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
        for (Form form : List.of(Form.SCALAR, Form.VECTOR)) {
            SimdExecutable executable = SimdExecutable.compile(graph, bits, form);
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
}
