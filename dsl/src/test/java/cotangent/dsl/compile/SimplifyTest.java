package cotangent.dsl.compile;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule makes the graph smaller and keeps its value, NaN, infinities and zeros included. */
class SimplifyTest {
    private static final Tensor VALUES = Tensor.of(Shape.of(2, 3), 1.5, -2, Double.NaN, Double.POSITIVE_INFINITY, 0.0,
            -7);

    /**
     * A rule.
     *
     * @param name     what it does
     * @param function an expression it applies to
     * @param nodes    nodes that are left, the input included
     */
    record Rule(String name, UnaryOperator<Expr> function, int nodes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Expr apply(Op op, Expr... inputs) {
        return inputs[0].operation(op, List.of(inputs));
    }

    static List<Rule> rules() {
        return List.of(
                new Rule("slice of the part of a concatenation", x -> Expr.concat(0, x.neg(), x).slice(0, 2, 4), 1),
                new Rule("slice inside a part of a concatenation", x -> Expr.concat(1, x, x.neg()).slice(1, 1, 3), 2),
                new Rule("concatenation of reshapes that keep the last axis",
                        x -> Expr.concat(2, x.reshape(Shape.of(2, 1, 3)),
                                x.neg().reshape(Shape.of(2, 1, 3))),
                        4),
                new Rule("transpose of transpose", x -> x.transpose().transpose(), 1), new Rule(
                        "reshape of reshape", x -> x.reshape(Shape.of(6)).reshape(Shape.of(3, 2)), 2),
                new Rule(
                        "reshape to its own shape", x -> x.reshape(Shape.of(6)).reshape(Shape.of(2, 3)), 1),
                new Rule(
                        "x + 0", x -> x.plus(0), 1),
                new Rule("0 + x", x -> x.filled(0)
                        .broadcastTo(x.shape())
                        .plus(x), 1),
                new Rule("x - 0", x -> x.minus(0), 1), new Rule("x * 1", x -> x
                        .times(1), 1),
                new Rule("x / 1", x -> x.dividedBy(1), 1), new Rule(
                        "x * -1", x -> x.times(-1), 2),
                new Rule("neg of neg", x -> x
                        .neg()
                        .neg(), 1),
                new Rule("abs of abs", x -> x.abs()
                        .abs(), 2),
                new Rule("pow(x, 1)", x -> x.pow(
                        1), 1),
                new Rule("pow(x, 2)", x -> x
                        .pow(2), 2),
                new Rule(
                        "max(x, x)", x -> x.max(
                                x),
                        1),
                new Rule("where with one outcome", x -> x.lessThan(2).where(x, x), 1), new Rule("cast to its own dtype",
                        x -> apply(new Op.Cast(DType.F64), x), 1),
                new Rule("slice of everything", x -> apply(
                        new Op.Slice(Axes.of(0, 0), Axes.of(2, 3), Axes.of(1, 1)), x), 1),
                new Rule(
                        "pad with nothing", x -> apply(new Op.Pad(Axes.of(0, 0), Axes.of(0, 0), Axes.of(
                                0, 0)), x),
                        1),
                new Rule("concat of one", x -> apply(new Op.Concat(0),
                        x), 1),
                new Rule("reversal of single elements", x -> apply(
                        new Op.Reverse(Axes.of(0)), x.reshape(Shape.of(1, 6))),
                        2),
                new Rule("sum over an axis of extent 1", x -> x
                        .reshape(Shape.of(2, 1, 3))
                        .sum(1), 1),
                new Rule("stopGradient", x -> x.stopGradient(), 1), new Rule("equal nodes", x -> x.exp().plus(x.exp()),
                        3),
                new Rule("equal constants", x -> x.times(3).plus(x.times(3)), 5), new Rule("inlining", x -> x
                        .softplus()
                        .neg()
                        .neg(), 9));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void keepsValueAndShrinks(Rule rule) {
        Expr x = Expr.input(VALUES.type());
        Graph graph = Graph.of(List.of(x), List.of(rule.function().apply(x)));
        Graph simple = Simplify.apply(graph, null);
        assertThat(simple.nodes()).as("%s", simple).hasSizeLessThanOrEqualTo(rule.nodes());
        assertThat(simple.nodes()).noneMatch(node -> node.op() instanceof Op.Custom);
        List<Tensor> before = new ReferenceBackend(true).compile(graph).run(List.of(VALUES));
        List<Tensor> after = new ReferenceBackend(true).compile(simple).run(List.of(VALUES));
        double[] expected = before.getFirst().toDoubles();
        double[] actual = after.getFirst().toDoubles();
        assertThat(after.getFirst().type()).isEqualTo(before.getFirst().type());
        for (int i = 0; i < expected.length; i++) {
            // Adding 0.0 turns -0.0 into 0.0: values are the same up to the sign of zero.
            assertThat(actual[i] + 0.0).isEqualTo(Double.valueOf(expected[i] + 0.0));
        }
    }

    @Test
    void foldsConstants() {
        Expr x = Expr.input(TensorType.of(DType.F64, 4));
        Expr scale = x.constant(Tensor.scalar(2)).sqrt().times(3).broadcastTo(Shape.of(4));
        Expr table = x.constant(Tensor.of(1.0, 2, 3, 4)).exp().sum();
        Graph graph = Graph.of(List.of(x), List.of(x.times(scale).plus(table.broadcastTo(Shape.of(4)))));
        Graph simple = Simplify.apply(graph, constant -> new ReferenceBackend(true).compile(constant).run(List.of()));
        assertThat(simple.nodes().stream().filter(node -> node.op() instanceof Op.Unary)).isEmpty();
        Tensor values = Tensor.of(1.0, -2, 3, -4);
        assertThat(new ReferenceBackend(true).compile(simple).run(List.of(values))).isEqualTo(new ReferenceBackend(true)
                .compile(graph)
                .run(List.of(values)));
    }

    @Test
    void keepsWhatNanForbids() {
        Expr x = Expr.input(VALUES.type());
        Graph graph = Graph.of(List.of(x), List.of(x.times(0), x.minus(x), x.dividedBy(x)));
        List<Tensor> results = new ReferenceBackend(true).compile(Simplify.apply(graph, null)).run(List.of(VALUES));
        results.forEach(result -> assertThat(result.get(0, 2)).isNaN());
    }

    @Test
    void uniformConstantsBecomeScalars() {
        Expr x = Expr.input(TensorType.of(DType.F32, 100, 100));
        Graph graph = Graph.of(List.of(x), List.of(x.plus(x.constant(Tensor.ones(DType.F32, 100, 100)))));
        assertThat(Simplify.apply(graph, null)
                .nodes()
                .stream()
                .filter(node -> node.op() instanceof Op.Constant
                        && node.types().getFirst().size() > 1))
                .isEmpty();
    }
}
