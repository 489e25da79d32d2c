package cotangent.dsl.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.Axes;
import cotangent.dsl.CotangentException;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GraphVerifierTest {
    private final Expr x = Expr.input(TensorType.of(DType.F64, 2, 2));

    @Test
    void acceptsASoundGraph() {
        Graph graph = Graph.of(List.of(x), List.of(x.softplus().sum(0), x));
        assertThat(GraphVerifier.verify(graph)).isSameAs(graph);
    }

    @Test
    void refusesAMissingInput() {
        assertThatThrownBy(() -> GraphVerifier.verify(Graph.of(List.of(), List.of(x.neg())))).isInstanceOf(
                CotangentException.class).hasMessageContaining("not among the inputs");
    }

    @Test
    void refusesInputsThatAreNone() {
        Expr y = x.neg();
        assertThatThrownBy(() -> GraphVerifier.verify(Graph.of(List.of(y), List.of(y)))).hasMessageContaining(
                "listed as an input");
        assertThatThrownBy(() -> GraphVerifier.verify(Graph.of(List.of(x, x), List.of(x)))).hasMessageContaining(
                "twice");
    }

    @Test
    void refusesAxesNamedTwice() {
        Expr twice = x.operation(new Op.Reduce(Reduction.MAX, Axes.of(0, 0)));
        assertThatThrownBy(() -> GraphVerifier.verify(Graph.of(List.of(x), List.of(twice)))).hasMessageContaining(
                "names an axis twice");
    }

    @Test
    void looksIntoBodies() {
        Expr inner = Expr.input(TensorType.of(DType.F64, 2, 2));
        Graph body = Graph.of(List.of(inner), List.of(inner.plus(x)));
        Expr called = x.operation(new Op.Custom("leaky", body, (primals, outputs, tangents) -> tangents));
        assertThatThrownBy(() -> GraphVerifier.verify(Graph.of(List.of(x), List.of(called)))).hasMessageContaining(
                "not among the inputs");
    }
}
