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

/** A·(B·c) becomes (A·B)·c exactly where that pays, with the same value to rounding. */
class ReassociateTest {
    private static final long PLENTY = 1L << 30;

    /** x·(xᵀ·δ), x: [samples, features], δ: [samples, outputs]. */
    private static Graph gram(int samples, int features, int outputs) {
        Expr x = Expr.input(TensorType.of(DType.F64, samples, features));
        Expr delta = Expr.input(TensorType.of(DType.F64, samples, outputs));
        return Graph.of(List.of(x, delta), List.of(x.matmul(x.dot(delta, 0, 0))));
    }

    private static Graph reassociated(Graph graph, long memory, long products) {
        return Reassociate.apply(graph, graph.inputs().getLast(), new Allowance(memory), products);
    }

    private static int hoisted(Graph graph) {
        return Hoist.products(graph, graph.inputs().getLast()).size();
    }

    @Test
    void theGramFormIsTakenWhereItPaysAndFits() {
        assertThat(hoisted(reassociated(gram(20, 100, 10), PLENTY, 32))).isEqualTo(1);
        // Too many samples: a product with the Gram matrix costs more than the two it replaces.
        assertThat(hoisted(reassociated(gram(400, 100, 10), PLENTY, 32))).isZero();
        // Too few products to pay for it: 20·100·20 multiply-adds against 36,000 saved each.
        assertThat(hoisted(reassociated(gram(20, 100, 10), PLENTY, 1))).isZero();
        assertThat(hoisted(reassociated(gram(20, 100, 10), PLENTY, 2))).isEqualTo(1);
        // 20·20·8 bytes.
        assertThat(hoisted(reassociated(gram(20, 100, 10), 3200, 32))).isEqualTo(1);
        assertThat(hoisted(reassociated(gram(20, 100, 10), 3199, 32))).isZero();
    }

    @Test
    void theValueStaysTheSame() {
        Graph graph = gram(6, 40, 3);
        Tensor x = Key.of(0).normal(6, 40);
        Tensor delta = Key.of(1).normal(6, 3);
        assertSame(graph, reassociated(graph, PLENTY, 32), x, delta);
    }

    @Test
    void severalAxesAreLinkedInAnyOrder() {
        Expr a = Expr.input(TensorType.of(DType.F64, 5, 3, 4));
        Expr b = Expr.input(TensorType.of(DType.F64, 6, 4, 2, 3));
        Expr c = Expr.input(TensorType.of(DType.F64, 7, 2, 6));
        Expr inner = b.dot(c, Axes.of(2, 0), Axes.of(1, 2), Axes.of(), Axes.of());
        Expr outer = a.dot(inner, Axes.of(1, 2), Axes.of(1, 0), Axes.of(), Axes.of());
        Graph graph = Graph.of(List.of(a, b, c), List.of(outer));
        Graph other = reassociated(graph, PLENTY, 1000);
        assertThat(hoisted(other)).isEqualTo(1);
        assertSame(graph, other, Key.of(0).normal(5, 3, 4), Key.of(1).normal(6, 4, 2, 3), Key.of(2).normal(7, 2, 6));
    }

    @Test
    void whatVariesIsNotHoisted() {
        Expr v = Expr.input(TensorType.of(DType.F64, 4, 4));
        Graph square = Graph.of(List.of(v), List.of(v.matmul(v.matmul(v))));
        assertThat(hoisted(reassociated(square, PLENTY, 32))).isZero();
    }

    @Test
    void hoistedProductsBecomeInputs() {
        Graph graph = reassociated(gram(20, 100, 10), PLENTY, 32);
        List<Expr> products = Hoist.products(graph, graph.inputs().getLast());
        Expr standIn = Expr.input(products.getFirst().type());
        Graph rest = Hoist.replace(graph, products, List.of(standIn));
        assertThat(rest.nodes().stream().filter(node -> node.op() instanceof Op.Dot)).hasSize(1);
        assertThat(rest.nodes()).contains(standIn.node()).doesNotContain(graph.inputs().getFirst().node());
    }

    /** Sums of at most 120 products of two sums of normals: a few hundred roundoffs of numbers under a thousand. */
    private static void assertSame(Graph expected, Graph actual, Tensor... inputs) {
        ReferenceBackend reference = new ReferenceBackend();
        double[] values = reference.compile(actual).run(List.of(inputs)).getFirst().toDoubles();
        double[] known = reference.compile(expected).run(List.of(inputs)).getFirst().toDoubles();
        assertThat(values).containsExactly(known, within(400 * 0x1p-53 * 1000));
    }
}
