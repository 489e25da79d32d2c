package cotangent.dsl.compile;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What runs together, what is copied, and what shares memory. */
class FusionTest {
    private final Expr x = Expr.input(TensorType.of(DType.F64, 8, 20));

    private static Plan plan(List<Expr> inputs, Expr... outputs) {
        return Planner.plan(Graph.of(inputs, List.of(outputs)), null);
    }

    private static List<Step.Loop> loops(Plan plan) {
        return plan.steps()
                .stream()
                .flatMap(step -> switch (step) {
                    case Step.Rows rows -> rows.steps().stream();
                    case Step.FusedProduct fused -> Stream.of(fused.product(), fused.loop());
                    default -> Stream.of(step);
                })
                .filter(Step.Loop.class::isInstance)
                .map(Step.Loop.class::cast)
                .toList();
    }

    private static long copies(Plan plan) {
        return plan.steps().stream().filter(Step.Copy.class::isInstance).count();
    }

    @Test
    void aChainIsOneLoop() {
        Plan plan = plan(List.of(x), x.times(2).plus(1).tanh().lessThan(0.5).where(x, x.neg()).cast(DType.F32));
        assertThat(plan.steps()).hasSize(1);
        assertThat(plan.workspaceBytes()).isZero();
    }

    @Test
    void reductionsEndALoop() {
        Plan plan = plan(List.of(x), x.square().sum(1), x.square().sum(0), x.square().max());
        assertThat(loops(plan)).hasSize(1);
        assertThat(loops(plan).getFirst().region().roots()).hasSize(3);
    }

    @Test
    void softmaxIsThreeLoops() {
        Expr e = x.minus(x.max(1).reshape(Shape.of(8, 1))).exp();
        assertThat(loops(plan(List.of(x), e.dividedBy(e.sum(1).reshape(Shape.of(8, 1)))))).hasSize(3);
    }

    /** 1 - h*h is computed from h where the backward pass uses it, instead of being kept since the forward pass. */
    @Test
    void cheapFunctionsMoveToTheirUse() {
        Expr w = Expr.input(TensorType.of(DType.F64, 20, 20));
        Expr h = x.tanh();
        Expr slope = h.square().neg().plus(1);
        Expr later = h.matmul(w).matmul(w).times(slope);
        List<Step.Loop> loops = loops(plan(List.of(x, w), later));
        assertThat(loops).hasSize(2);
        assertThat(loops.get(0).region().instructions()).hasSize(1);
        assertThat(loops.get(1).region().instructions()).hasSize(4);
    }

    @Test
    void transposedOperandsOfProductsAreNotCopied() {
        Expr w = Expr.input(TensorType.of(DType.F64, 8, 20));
        Plan plan = plan(List.of(x, w), x.matmul(w.transpose()), x.transpose().matmul(w), x.reshape(Shape.of(2, 4, 20))
                .matmul(w.transpose()));
        assertThat(copies(plan)).isZero();
    }

    @Test
    void memoryIsUsedAgain() {
        Expr w = Expr.input(TensorType.of(DType.F64, 20, 20));
        Expr h = x;
        for (int layer = 0; layer < 30; layer++) {
            h = h.matmul(w);
        }
        // Two buffers that take turns; the last product is written to the result.
        assertThat(plan(List.of(x, w), h).workspaceBytes()).isEqualTo(2L * 8 * 20 * 8);
    }

    @Test
    void largeRegionsAreSplit() {
        Expr y = x;
        for (int i = 0; i < 500; i++) {
            y = y.times(x).plus(i);
        }
        List<Step.Loop> loops = loops(plan(List.of(x), y));
        assertThat(loops.size()).isGreaterThan(4);
        loops.forEach(loop -> assertThat(loop.region().instructions().size()).isLessThanOrEqualTo(Fusion.LIMIT));
    }

    /** Every group comes after those it reads, on graphs with many crossing paths; groups hold every node once. */
    @Test
    void groupsNeverWaitForEachOther() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            List<Expr> values = new ArrayList<>(
                    List.of(Expr.input(TensorType.of(DType.F64, 6, 6)), Expr.input(TensorType
                            .of(DType.F64, 6, 6))));
            for (int i = 0; i < 40; i++) {
                Expr a = values.get(random.nextInt(values.size()));
                Expr b = values.get(random.nextInt(values.size()));
                values.add(switch (random.nextInt(6)) {
                    case 0 -> a.matmul(b);
                    case 1 -> a.transpose();
                    case 2 -> a.sum(0).broadcastTo(a.shape()).plus(b);
                    case 3 -> a.exp();
                    default -> a.times(b);
                });
            }
            Graph graph = Graph.of(values.subList(0, 2), values.subList(values.size() - 3, values.size()));
            Set<Node> done = new HashSet<>();
            for (Fusion.Group group : Fusion.of(graph)) {
                for (Node node : group.nodes()) {
                    node.inputs().forEach(input -> assertThat(done).contains(input.node()));
                    assertThat(done.add(node)).isTrue();
                }
            }
            assertThat(done).hasSameSizeAs(graph.nodes());
            assertThat(done.stream().filter(node -> node.op() instanceof Op.Input).count()).isLessThanOrEqualTo(2);
        }
    }
}
