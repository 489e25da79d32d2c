package cotangent.dsl.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.Tree;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class PrefixTest {
    private static Tensor draw(int seed, int... extents) {
        return Key.of(seed).normal(Shape.of(extents), DType.F64);
    }

    private static Graph graph(UnaryOperator<Expr> function, Tensor x, int axis, int limit) {
        return Fn.of("cut", in -> Prefix.of(function.apply(in), axis, limit)).trace(List.of(x.structure())).graph();
    }

    /** Every prefix along every axis; sums may run in another order, of at most some hundred terms of size ten. */
    private static void requireSlices(UnaryOperator<Expr> function, Tensor x) {
        Tensor whole = Fn.of("whole", function::apply).apply(new Tree[]{x}).asTensor();
        for (int axis = 0; axis < whole.rank(); axis++) {
            for (int limit = 1; limit <= whole.shape().extent(axis); limit++) {
                int to = limit;
                int along = axis;
                Tensor cut = Fn.of("cut", in -> Prefix.of(function.apply(in), along, to))
                        .apply(new Tree[]{x})
                        .asTensor();
                Tensor expected = whole.slice(axis, 0, limit);
                assertThat(cut.shape()).isEqualTo(expected.shape());
                assertThat(cut.toDoubles()).containsExactly(expected.toDoubles(), within(1e3 * 0x1p-53 * 10));
            }
        }
    }

    @Test
    void areTheSlicesOfTheWhole() {
        Tensor x = draw(1, 4, 3, 6);
        Tensor w = draw(2, 6, 5);
        Tensor batched = draw(3, 4, 6, 2);
        requireSlices(v -> v.tanh().plus(v.abs()).times(v.exp()), x);
        requireSlices(v -> v.matmul(Expr.of(w)), x);
        requireSlices(v -> Expr.of(w).swapAxes(0, 1).matmul(v.swapAxes(1, 2)), x);
        requireSlices(v -> v.matmul(Expr.of(batched)), x);
        requireSlices(v -> v.reshape(12, 6), x);
        requireSlices(v -> v.reshape(4, 18).tanh(), x);
        requireSlices(v -> v.reshape(4, 3, 2, 3), x);
        requireSlices(v -> v.reshape(72), x);
        requireSlices(v -> v.sum(1).expandDims(1).plus(v), x);
        requireSlices(v -> v.moveAxis(2, 0).max(1), x);
        requireSlices(v -> Expr.concat(1, v, v.neg()), x);
        requireSlices(v -> Expr.concat(0, v.slice(0, 0, 1), v, v), x);
        requireSlices(v -> v.cumsum(0), x);
        requireSlices(v -> v.reverse(1).softmax(-1), x);
        requireSlices(v -> v.lessThan(0.2).where(v, v.filled(1)), x);
        requireSlices(v -> v.slice(1, 1, 3), x);
        requireSlices(v -> v.gather(2, Expr.of(Tensor.of(3, 0, 3))), x);
    }

    private static Expr recurrence(Expr x) {
        return Expr.scan((h, input) -> {
            Expr next = h.times(0.5).plus(input.tanh());
            return Expr.tuple(next, next);
        }, Expr.of(Tensor.zeros(DType.F64, 3, 2)), x).get(1);
    }

    private static List<Integer> lengths(Graph graph) {
        return graph.nodes()
                .stream()
                .filter(node -> node.op() instanceof Op.Scan)
                .map(node -> ((Op.Scan) node.op()).length())
                .toList();
    }

    @Test
    void loopsRunOnlyAsFarAsWanted() {
        Tensor x = draw(4, 7, 3, 2);
        UnaryOperator<Expr> model = v -> recurrence(v.times(2)).matmul(Expr.of(draw(5, 2, 4))).moveAxis(0, 1).tanh();
        requireSlices(model, x);
        assertThat(lengths(graph(model, x, 1, 3))).containsExactly(3);
        assertThat(lengths(graph(model, x, 0, 2))).containsExactly(7);
        UnaryOperator<Expr> stacked = v -> recurrence(recurrence(v));
        requireSlices(stacked, x);
        assertThat(lengths(graph(stacked, x, 0, 2))).containsExactly(2, 2);
    }

    @Test
    void backwardLoopsRunWhole() {
        Tensor x = draw(4, 5, 3, 2);
        UnaryOperator<Expr> backward = v -> recurrence(v.reverse(0)).reverse(0);
        requireSlices(backward, x);
        assertThat(lengths(graph(backward, x, 0, 2))).containsExactly(5);
        Tensor p = draw(6, 4, 2);
        requireSlices(v -> Nn.layerNorm(v.matmul(Expr.of(p).swapAxes(0, 1)), Expr.of(draw(7, 4)), Expr.of(draw(8, 4))),
                x);
    }
}
