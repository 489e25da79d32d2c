package cotangent.dsl.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Key;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.ReferenceBackend;
import java.util.List;
import org.junit.jupiter.api.Test;

/** x·(xᵀ·δ) + 1·(1ᵀ·δ) becomes one product with [x 1], and fixed transposed factors are kept transposed. */
class AbsorbSumsTest {
    private static final int SAMPLES = 7;
    private static final int FEATURES = 5;
    private static final int OUTPUTS = 3;
    private static final long PLENTY = 1L << 30;

    private final Expr x = Expr.input(TensorType.of(DType.F64, SAMPLES, FEATURES));
    private final Expr delta = Expr.input(TensorType.of(DType.F64, SAMPLES, OUTPUTS));

    private Expr weight() {
        return x.matmul(x.dot(delta, 0, 0));
    }

    /** The sum over samples, given back to all of them. */
    private Expr bias(Expr of) {
        return of.sum(0).broadcastTo(delta.shape());
    }

    private Graph absorbed(Expr output, long memory) {
        return AbsorbSums.apply(Graph.of(List.of(x, delta), List.of(output)), delta, new Allowance(memory));
    }

    private static long sums(Graph graph) {
        return graph.nodes().stream().filter(node -> node.op() instanceof Op.Reduce).count();
    }

    @Test
    void aSumOverSamplesBecomesAColumn() {
        Expr output = weight().plus(bias(delta));
        Graph absorbed = absorbed(output, PLENTY);
        assertThat(sums(absorbed)).isZero();
        assertSame(output, absorbed);
    }

    @Test
    void otherTermsStayInTheirOrder() {
        Expr output = delta.times(3).plus(weight()).plus(delta.neg()).plus(bias(delta));
        Graph absorbed = absorbed(output, PLENTY);
        assertThat(sums(absorbed)).isZero();
        assertSame(output, absorbed);
    }

    @Test
    void eachProductTakesOneSum() {
        Expr output = weight().plus(bias(delta)).plus(bias(delta));
        Graph absorbed = absorbed(output, PLENTY);
        assertThat(sums(absorbed)).isEqualTo(1);
        assertSame(output, absorbed);
    }

    @Test
    void withTheGramFormNothingIsLeftOfThem() {
        Graph absorbed = absorbed(weight().plus(bias(delta)), PLENTY);
        Graph gram = Reassociate.apply(absorbed, delta, new Allowance(PLENTY), 1000);
        // Fewer samples would be needed for the Gram form to pay at 5 features; the rule is the same one.
        assertThat(Hoist.products(gram, delta)).isNotEmpty();
        assertSame(weight().plus(bias(delta)), gram);
    }

    @Test
    void otherSumsAreLeftAlone() {
        Expr other = delta.times(delta.abs());
        Expr rows = delta.sum(1).operation(new Op.Broadcast(delta.shape(), Axes.of(0)));
        for (Expr output : List.of(weight().plus(bias(other)), weight().plus(rows), weight().minus(bias(delta)),
                weight().times(2).plus(bias(delta)), x.matmul(x.dot(delta, 0, 0)).tanh().plus(bias(delta)))) {
            assertThat(sums(absorbed(output, PLENTY))).isEqualTo(1);
        }
    }

    @Test
    void productsThatOthersUseAreLeftAlone() {
        Expr inner = x.dot(delta, 0, 0);
        Expr output = x.matmul(inner).plus(bias(delta)).plus(inner.sum());
        assertThat(sums(absorbed(output, PLENTY))).isEqualTo(2);
    }

    @Test
    void theBudgetOfMemoryIsKept() {
        long bytes = SAMPLES * FEATURES * Double.BYTES;
        Expr output = weight().plus(bias(delta));
        assertThat(sums(absorbed(output, bytes))).isZero();
        assertThat(sums(absorbed(output, bytes - 1))).isEqualTo(1);
    }

    @Test
    void fixedTransposedFactorsAreKeptTransposed() {
        Expr w = Expr.input(TensorType.of(DType.F64, FEATURES, OUTPUTS));
        Expr output = delta.dot(w, 1, 1);
        Graph graph = Graph.of(List.of(w, delta), List.of(output));
        Graph straight = FixedOperands.apply(graph, delta, new Allowance(PLENTY));
        List<Expr> kept = Hoist.products(straight, delta);
        assertThat(kept).hasSize(1);
        assertThat(kept.getFirst().shape()).isEqualTo(cotangent.dsl.Shape.of(OUTPUTS, FEATURES));
        Tensor[] values = {Key.of(1).normal(FEATURES, OUTPUTS), Key.of(2).normal(SAMPLES, OUTPUTS)};
        assertThat(run(straight, values)).containsExactly(run(graph, values));
        assertThat(Hoist.products(FixedOperands.apply(graph, delta, new Allowance(0)), delta)).isEmpty();
        assertThat(Hoist.products(FixedOperands.apply(graph, w, new Allowance(PLENTY)), w)).isEmpty();
    }

    /** Sums of under 100 products of normals, each under 100: as many roundoffs of numbers under 10,000. */
    private void assertSame(Expr expected, Graph actual) {
        Tensor[] values = {Key.of(3).normal(SAMPLES, FEATURES), Key.of(4).normal(SAMPLES, OUTPUTS)};
        double[] known = run(Graph.of(List.of(x, delta), List.of(expected)), values);
        assertThat(run(actual, values)).containsExactly(known, within(100 * 0x1p-53 * 10_000));
    }

    private static double[] run(Graph graph, Tensor... inputs) {
        return new ReferenceBackend().compile(graph).run(List.of(inputs)).getFirst().toDoubles();
    }
}
