package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.BoundedTensor;
import cotangent.dsl.reference.ErrorBoundInterpreter;
import cotangent.dsl.reference.UndecidedException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * Both modes are adjoint, and a batch is a loop, on graphs of all primitives with awkward extents, both floating-point
 * dtypes and extreme numbers. Two values that are equal in exact arithmetic have balls that meet; where either may be
 * infinite or not a number nothing is judged.
 */
class DerivativesOfRandomGraphsTest {
    private static long elements;
    private static long judged;

    /** Extreme numbers and bounds that grow without end leave many elements unjudged, but not most. */
    @AfterContainer
    static void theLawsWereJudged() {
        assertThat(judged).isGreaterThan(0).isGreaterThan(elements / 3);
    }

    @Property
    void jvpAndVjpAreAdjoint(@ForAll long seed) {
        Graph graph = differentiable(RandomGraphs.of(seed).graph());
        List<Tensor> inputs = RandomGraphs.of(seed).inputs();
        int[] varying = IntStream.range(0, inputs.size()).filter(i -> inputs.get(i).dtype().isFloating()).toArray();
        if (graph.outputs().isEmpty() || varying.length == 0 || rounds(graph)) {
            return;
        }
        int count = inputs.size();
        Fn f = Fn.of("graph", graph);
        List<Tensor> all = new ArrayList<>(inputs);
        inputs.forEach(input -> all.add(input.dtype().isFloating() ? direction(input.type(), seed + all.size()) : input));
        graph.outputTypes().forEach(type -> all.add(direction(type, seed + all.size())));
        Fn pushed = Fn.of("<u, Jv>", all.size(), in -> inner(f.jvp().apply(array(in.subList(0, 2 * count))).get(1)
                .leaves(), in.subList(2 * count, in.size())));
        Fn pulled = Fn.of("<J'u, v>", all.size(), in -> {
            List<Expr> arguments = new ArrayList<>(in.subList(0, count));
            arguments.add(joined(in.subList(2 * count, in.size())));
            return inner(f.vjp(varying).apply(array(arguments)).get(1).leaves(), IntStream.of(varying).mapToObj(i -> in
                    .get(count + i)).toList());
        });
        compare(seed, pushed, pulled, all);
    }

    @Property
    void vmapEqualsALoop(@ForAll long seed) {
        Graph graph = RandomGraphs.of(seed).graph();
        List<Tensor> inputs = RandomGraphs.of(seed).inputs();
        if (inputs.isEmpty()) {
            return;
        }
        Fn f = Fn.of("graph", graph);
        List<Tensor> batches = inputs.stream().map(input -> Tensor.stack(0, input, other(input))).toList();
        Fn loop = Fn.of("loop", inputs.size(), in -> joined(IntStream.range(0, graph.outputs().size()).mapToObj(
                output -> Expr.stack(0, IntStream.range(0, 2).mapToObj(member -> f.apply(array(in.stream().map(x -> x.at(0,
                        member)).toList())).leaves().get(output)).toArray(Expr[]::new))).toList()));
        compare(seed, f.vmap(), loop, batches);
    }

    /** Whether tangents or cotangents are rounded to float32 on their way: then neither mode is exactly linear. */
    private static boolean rounds(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.op() instanceof Op.Cast && node.types().getFirst().dtype()
                .isFloating() && node.inputs().getFirst().dtype().isFloating());
    }

    /** A second member of a batch: other numbers, but indices that stay within their axes. */
    private static Tensor other(Tensor input) {
        return input.dtype().isFloating() ? input.times(0.5) : input;
    }

    private static Graph differentiable(Graph graph) {
        return Graph.of(graph.inputs(), graph.outputs().stream().filter(output -> output.dtype().isFloating()).toList());
    }

    private static Tensor direction(TensorType type, long seed) {
        return Key.of(seed).normal(type.shape(), type.dtype());
    }

    private static Expr[] array(List<Expr> expressions) {
        return expressions.toArray(Expr[]::new);
    }

    private static Expr joined(List<Expr> parts) {
        return parts.size() == 1 ? parts.getFirst() : Expr.tuple(array(parts));
    }

    private static Expr inner(List<Expr> left, List<Expr> right) {
        return IntStream.range(0, left.size()).mapToObj(i -> left.get(i).cast(DType.F64).times(right.get(i).cast(
                DType.F64)).sum()).reduce(Expr::plus).orElseThrow();
    }

    private static void compare(long seed, Fn left, Fn right, List<Tensor> inputs) {
        List<BoundedTensor> a;
        List<BoundedTensor> b;
        try {
            a = enclose(left, inputs);
            b = enclose(right, inputs);
        } catch (UndecidedException e) {
            return;
        }
        for (int leaf = 0; leaf < a.size(); leaf++) {
            for (int i = 0; i < a.get(leaf).type().size(); i++) {
                elements++;
                double reach = a.get(leaf).bound(i) + b.get(leaf).bound(i);
                double distance = Math.abs(a.get(leaf).value(i) - b.get(leaf).value(i));
                if (Double.isFinite(reach) && Double.isFinite(distance)) {
                    judged++;
                    assertThat(distance).as("seed %d, leaf %d, element %d: %s against %s", seed, leaf, i, a.get(leaf)
                            .value(i), b.get(leaf).value(i)).isLessThanOrEqualTo(reach * (1 + 0x1p-51));
                }
            }
        }
    }

    private static List<BoundedTensor> enclose(Fn fn, List<Tensor> inputs) {
        List<Structure> structures = inputs.stream().map(Tensor::structure).toList();
        return ErrorBoundInterpreter.run(GraphVerifier.verify(fn.trace(structures).graph()), inputs);
    }
}
