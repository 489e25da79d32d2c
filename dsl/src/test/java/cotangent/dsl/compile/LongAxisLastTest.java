package cotangent.dsl.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Intermediates of many short rows are computed transposed, and the function stays the same. */
class LongAxisLastTest {
    private static final int SAMPLES = 512;
    private static final int FEATURES = 21;
    private static final int HIDDEN = 10;
    private static final int OUTPUTS = 4;
    private static final long PLENTY = 1L << 30;

    private final Expr x = input(SAMPLES, FEATURES);
    private final Expr slope = input(SAMPLES, HIDDEN);
    private final Expr up = input(OUTPUTS, HIDDEN);
    private final Expr down = input(HIDDEN, OUTPUTS);
    private final Expr vector = input(SAMPLES * OUTPUTS);

    private static Expr input(int... extents) {
        return Expr.input(new TensorType(DType.F64, Shape.of(extents)));
    }

    /** A layer's part of a tangent kernel's product. */
    private Expr layer() {
        Expr delta = vector.reshape(Shape.of(SAMPLES, OUTPUTS)).matmul(up).times(slope);
        Expr back = x.matmul(x.dot(delta, 0, 0)).times(slope);
        return back.matmul(down).reshape(vector.shape());
    }

    private Graph graph(Expr output) {
        return Graph.of(List.of(x, slope, up, down, vector), List.of(output));
    }

    private static List<Shape> products(Graph graph) {
        return graph.nodes()
                .stream()
                .filter(node -> node.op() instanceof Op.Dot)
                .map(node -> node.output(0).shape())
                .toList();
    }

    @Test
    void hiddenValuesAreTurnedAndTheResultIsNot() {
        LongAxisLast.Result result = LongAxisLast.apply(graph(layer()), new Allowance(PLENTY));
        assertThat(products(result.graph())).containsExactly(Shape.of(HIDDEN, SAMPLES), Shape.of(HIDDEN, FEATURES),
                Shape.of(HIDDEN, SAMPLES), Shape.of(SAMPLES, OUTPUTS));
        assertThat(result.standIns().keySet()).contains(x, slope).doesNotContain(vector);
    }

    /** Each element is three sums of products, of 4, 512 and 21 terms and again 10: first-order rounding of all of them. */
    @Test
    void theFunctionIsTheSame() {
        Graph before = graph(layer());
        LongAxisLast.Result result = LongAxisLast.apply(before, new Allowance(PLENTY));
        List<Tensor> values = new ArrayList<>();
        before.inputs().forEach(input -> values.add(Key.of(values.size()).normal(input.shape(), DType.F64)));
        List<Tensor> sizes = values.stream().map(Tensor::abs).toList();
        Tensor bound = new ReferenceBackend().compile(before).run(sizes).getFirst();
        double[] expected = new ReferenceBackend().compile(before).run(values).getFirst().toDoubles();
        List<Tensor> arguments = new ArrayList<>(values);
        result.standIns()
                .keySet()
                .forEach(input -> arguments.add(arguments.size() - 1, values.get(before.inputs().indexOf(input))
                        .transpose()));
        double[] actual = new ReferenceBackend().compile(result.graph()).run(arguments).getFirst().toDoubles();
        double terms = OUTPUTS + SAMPLES + FEATURES + HIDDEN + 2;
        for (int i = 0; i < expected.length; i++) {
            double tolerance = 2 * terms * Math.ulp(1.0) * bound.toDoubles()[i];
            assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    @Test
    void wideRowsStay() {
        Expr wide = input(64, 64);
        Expr other = input(SAMPLES, 64);
        Expr argument = input(SAMPLES * 64);
        Expr product = argument.reshape(Shape.of(SAMPLES, 64)).matmul(wide).times(other).matmul(wide);
        Graph graph = Graph.of(List.of(wide, other, argument), List.of(product.reshape(argument.shape())));
        assertThat(LongAxisLast.apply(graph, new Allowance(PLENTY)).graph()).isSameAs(graph);
    }

    @Test
    void withoutMemoryNothingIsKept() {
        assertThat(LongAxisLast.apply(graph(layer()), new Allowance(0)).standIns()).isEmpty();
    }
}
