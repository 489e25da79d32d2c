package cotangent.dsl.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.Tree;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a function's parameters meet at a point: for every product with a parameter its input, kept, and a linear
 * program that gives the cotangents of all products' outputs from a cotangent of the function's output.
 *
 * <p>With x and delta of each {@link ParameterUse}, the gradient is the sum over uses of {@code x' delta}; the inner
 * product of two gradients, an entry of the tangent kernel, is the sum over pairs of positions of
 * {@code (x x') * (delta delta')}; and a sample's own gradient is the part from its own positions. None of these needs the
 * Jacobian, nor the model's graph again. A weight that a loop over time shares is used at the positions of all times; a
 * tied one has several uses, whose parts of the gradient add up; one that does not matter has none.
 *
 * <p>Safe to use from many threads. The inputs are kept as they are for as long as this object.
 */
public final class ParameterFactors {
    private final Tree output;
    private final int leafCount;
    private final List<ParameterUse> uses;
    private final @Nullable LinearProgram program;

    private ParameterFactors(Tree output, int leafCount, List<ParameterUse> uses, @Nullable LinearProgram program) {
        this.output = output;
        this.leafCount = leafCount;
        this.uses = uses;
        this.program = program;
    }

    /**
     * Evaluates a function and keeps what its parameters, the leaves of the first input, meet.
     *
     * @throws ShapeException if parameters and outputs are not all of one floating-point dtype
     */
    public static ParameterFactors of(Fn function, Tree... inputs) {
        int[] unknown = new int[inputs.length];
        Arrays.fill(unknown, Fn.UNMAPPED);
        return of(function, unknown, inputs);
    }

    /**
     * The same for a function of a batch of samples, of which is recorded where each lies.
     *
     * @param sampleAxes per input the axis of all its leaves along which the samples lie, or {@link Fn#UNMAPPED} for what
     *                   they share
     * @throws ShapeException if the axes' extents differ, or as above
     */
    public static ParameterFactors of(Fn function, int[] sampleAxes, Tree... inputs) {
        List<Structure> structures = Arrays.stream(inputs).map(Tree::structure).toList();
        Fn.Traced traced = function.trace(structures);
        List<Tensor> values = Arrays.stream(inputs).flatMap(input -> input.leaves().stream()).toList();
        return new Search(traced.graph(), structures.getFirst().leafCount(), SampleAxes.ofInputs(traced, sampleAxes))
                .run(traced.result(), values, function.backend());
    }

    /** Finds the uses and evaluates what they meet. */
    private record Search(Graph graph, int varying, Map<Expr, SampleAxes.Place> places) {
        ParameterFactors run(Structure result, List<Tensor> values, Backend backend) {
            List<Expr> tangents = new ArrayList<>();
            List<@Nullable Expr> seeds = ReverseMode.zeros(graph.inputs().size());
            for (int i = 0; i < varying; i++) {
                Expr tangent = Expr.input(graph.inputs().get(i).type());
                tangents.add(tangent);
                seeds.set(i, tangent);
            }
            List<@Nullable Expr> derivative = ForwardMode.tangents(graph, seeds);
            List<Expr> outputs = ReverseMode.dense(derivative, graph.outputTypes());
            List<ParameterUses.Found> found = ParameterUses.of(tangents, outputs);
            List<Expr> canonical = found.stream()
                    .map(use -> Expr.input(TensorType.of(use.cut().dtype(), use.shape()
                            .toArray())))
                    .toList();
            List<Expr> behind = Graph.substitute(outputs, ParameterUses.cut(found, canonical));
            Split split = Split.at(canonical, behind);
            List<Expr> wanted = new ArrayList<>(graph.outputs());
            wanted.addAll(ParameterUses.inputs(found));
            int kept = wanted.size();
            wanted.addAll(split.tape());
            List<Tensor> computed = backend.compile(Graph.of(graph.inputs(), wanted)).run(values);
            LinearProgram program = found.isEmpty()
                    ? null
                    : LinearProgram.of(canonical, split.cut(behind),
                            split.tape(computed.subList(kept, computed.size())),
                            backend);
            List<Tensor> meets = computed.subList(graph.outputs().size(), kept);
            return new ParameterFactors(result.build(computed.subList(0, graph.outputs().size())), varying, uses(found,
                    meets, tangents, outputs, backend), program);
        }

        private List<ParameterUse> uses(List<ParameterUses.Found> found, List<Tensor> meets, List<Expr> tangents,
                List<Expr> outputs, Backend backend) {
            List<Tensor> entries = ParameterUses.entries(found, tangents, backend);
            int count = SampleAxes.count(places);
            Map<Expr, SampleAxes.Place> known = count == 0
                    ? Map.of()
                    : SampleAxes.of(Graph.of(graph.inputs(), outputs), count, places);
            List<ParameterUse> uses = new ArrayList<>();
            int next = 0;
            for (int i = 0; i < found.size(); i++) {
                ParameterUses.Found use = found.get(i);
                DType dtype = use.cut().dtype();
                Tensor input = use.input() != null ? meets.get(next++)
                        : Tensor.ones(dtype, 1, use.shape().extent(1), 1);
                int[] samples = ParameterUses.samples(use, known.get(use.cut()), count);
                uses.add(new ParameterUse(use.leaf(), use.kind(), input, use.shape().extent(2), entries.get(i),
                        samples == null ? null : Tensor.of(samples)));
            }
            return List.copyOf(uses);
        }
    }

    /** The function's value at the point. */
    public Tree output() {
        return output;
    }

    /** Number of parameters: leaves of the first input. */
    public int leafCount() {
        return leafCount;
    }

    /** All uses of all parameters. */
    public List<ParameterUse> uses() {
        return uses;
    }

    /**
     * The uses of one parameter; none if the output does not depend on it.
     *
     * @param leaf number of the parameter among the leaves of the first input
     */
    public List<ParameterUse> uses(int leaf) {
        return uses.stream().filter(use -> use.leaf() == leaf).toList();
    }

    /**
     * The map from tangents at all uses, each flattened, one after the other, to tangents of the output; its transpose
     * gives the cotangents at the uses from one of the output, or from a block of them.
     *
     * @throws ShapeException if no parameter is used
     */
    public LinearProgram program() {
        if (program == null) {
            throw new ShapeException("parameterFactors: the output depends on no parameter");
        }
        return program;
    }

    /**
     * The cotangents at all uses. One reverse pass without the products that make gradients.
     *
     * @param cotangent of the output, flattened
     * @return one per use, [groups, positions, out]
     * @throws ShapeException if the cotangent has another size or dtype
     */
    public List<Tensor> cotangents(Tensor cotangent) {
        List<Tensor> cotangents = new ArrayList<>();
        if (program == null) {
            return cotangents;
        }
        Tensor all = program.transpose().apply(cotangent);
        int from = 0;
        for (ParameterUse use : uses) {
            int limit = from + use.cotangentShape().size();
            cotangents.add(all.slice(0, from, limit).reshape(use.cotangentShape().toArray()));
            from = limit;
        }
        return cotangents;
    }

    @Override
    public String toString() {
        return "%d uses of %d parameters".formatted(uses.size(), leafCount);
    }
}
