package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.ProbeAxis;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.GraphVerifier;
import cotangent.dsl.ir.Op;
import cotangent.dsl.reference.BoundedTensor;
import cotangent.dsl.reference.ErrorBoundInterpreter;
import cotangent.dsl.reference.UndecidedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** What the transformations must keep, on random graphs, in exact arithmetic: the oracle's two answers must overlap. */
final class TransformationLawsTest {
    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(0, 1L << 48).withoutEdgeCases();
    }

    /** Nothing, if an index hangs on a comparison that rounding may turn. */
    private static Optional<List<BoundedTensor>> run(Graph graph, List<Tensor> inputs) {
        try {
            return Optional.of(ErrorBoundInterpreter.run(GraphVerifier.verify(graph), inputs));
        } catch (UndecidedException e) {
            return Optional.empty();
        }
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "21")
    void vmapEqualsALoop(@ForAll("seeds") long seed) {
        requireALoop(seed, ProbeAxis.BEFORE_FEATURES);
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "23", tries = 300)
    void vmapWithTheBatchLastEqualsALoop(@ForAll("seeds") long seed) {
        requireALoop(seed, ProbeAxis.LAST);
    }

    private static void requireALoop(long seed, ProbeAxis home) {
        Sample sample = RandomGraphs.of(seed);
        Sample batched = Transformed.vmap(sample, home);
        Optional<List<BoundedTensor>> together = run(batched.graph(), batched.inputs());
        for (int i = 0; i < Transformed.BATCH; i++) {
            Optional<List<BoundedTensor>> one = run(sample.graph(), entry(sample, batched, i));
            for (int k = 0; together.isPresent() && one.isPresent() && k < one.get().size(); k++) {
                BoundedTensor entry = together.get().get(k).entry(i);
                assertThat(one.get().get(k).disagreement(entry)).as("output %d of entry %d, seed %d", k, i, seed)
                        .isEmpty();
            }
        }
    }

    /** The inputs of one entry of the batch; those that are shared are the same for all. */
    private static List<Tensor> entry(Sample sample, Sample batched, int position) {
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < sample.inputs().size(); i++) {
            Tensor wide = batched.inputs().get(i);
            inputs.add(wide.rank() == sample.inputs().get(i).rank() ? wide : wide.at(0, position));
        }
        return inputs;
    }

    /** {@code <J t, c> = <t, J' c>}, both summed within one graph each. */
    @Property(shrinking = ShrinkingMode.OFF, seed = "22")
    void forwardAndReverseModeAreAdjoint(@ForAll("seeds") long seed) {
        Sample sample = Transformed.differentiable(RandomGraphs.of(seed));
        RandomTensors tensors = new RandomTensors(new SplittableRandom(seed));
        List<Tensor> tangents = sample.graph().inputTypes().stream().map(tensors::normal).toList();
        List<Tensor> cotangents = sample.graph().outputTypes().stream().map(tensors::normal).toList();
        Optional<BoundedTensor> forward = product(Transformed.jvp(sample, tangents), sample.graph().outputs().size(),
                cotangents);
        Optional<BoundedTensor> reverse = product(Transformed.vjp(sample, cotangents), sample.graph().outputs().size(),
                tangents);
        if (!mixesPrecisions(sample.graph()) && forward.isPresent() && reverse.isPresent() && isFinite(forward.get())
                && isFinite(reverse.get())) {
            assertThat(forward.get().disagreement(reverse.get())).as("seed %d", seed).isEmpty();
        }
    }

    /**
     * Whether the graph casts between F32 and F64: forward mode or reverse mode then rounds a tangent or a cotangent to
     * float32, alike for every implementation, so that the oracle's bounds do not count it.
     */
    private static boolean mixesPrecisions(Graph graph) {
        return graph.nodes()
                .stream()
                .anyMatch(node -> node.op() instanceof Op.Cast && node.types()
                        .getFirst()
                        .dtype()
                        .isFloating() && node.inputs().getFirst().dtype().isFloating());
    }

    /** With infinities about, zero times infinity may stand on one side only. */
    private static boolean isFinite(BoundedTensor scalar) {
        return Double.isFinite(scalar.value(0)) && Double.isFinite(scalar.bound(0));
    }

    /** The inner product of the outputs after the first {@code skip} with constants, in float64. */
    private static Optional<BoundedTensor> product(Sample sample, int skip, List<Tensor> constants) {
        Expr sum = Expr.of(Tensor.zeros(DType.F64));
        for (int i = 0; i < constants.size(); i++) {
            Expr output = sample.graph().outputs().get(skip + i);
            sum = sum.plus(wide(output).times(wide(Expr.of(constants.get(i)))).sum());
        }
        return run(Graph.of(sample.graph().inputs(), List.of(sum)), sample.inputs()).map(List::getFirst);
    }

    private static Expr wide(Expr x) {
        return x.cast(DType.F64);
    }
}
