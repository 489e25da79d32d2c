package cotangent.dsl.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The reverse pass of some outputs of every sample, compiled once per number of them and set of cotangents wanted. */
final class ReversePass {
    /** For one output: over the tape and, last, which output it is, a vector. */
    private final Graph graph;
    private final List<Optional<SharedCotangent.Parts>> shared;
    private final Backend backend;
    private final Map<Key, Executable> compiled = new ConcurrentHashMap<>();

    /** What of the cotangents is wanted, and of how many outputs at once; without any, what does not depend on these. */
    private record Key(Kind kind, int width) {}

    private enum Kind {
        ALL, NOT_SHARED, SHARED, OWN
    }

    ReversePass(Graph graph, List<Optional<SharedCotangent.Parts>> shared, Backend backend) {
        this.graph = graph;
        this.shared = List.copyOf(shared);
        this.backend = backend;
    }

    private Expr unit() {
        return graph.inputs().getLast();
    }

    boolean isShared(int cotangent) {
        return shared.get(cotangent).isPresent();
    }

    long size() {
        return graph.outputs().stream().map(Expr::type).mapToLong(TensorType::size).sum();
    }

    Cost cost(int width) {
        return Cost.of(batched(graph.outputs(), width, 2));
    }

    /** All cotangents, [groups, positions · samples, outputs, out] each; empty in place of shared ones that are left out. */
    List<Optional<Tensor>> cotangents(List<Tensor> tape, int[] units, boolean leaveOut) {
        Kind kind = leaveOut && shared.stream().anyMatch(Optional::isPresent) ? Kind.NOT_SHARED : Kind.ALL;
        List<Tensor> found = run(kind, tape, units);
        List<Optional<Tensor>> result = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < shared.size(); i++) {
            result.add(kind == Kind.NOT_SHARED && isShared(i) ? Optional.empty() : Optional.of(found.get(next++)));
        }
        return result;
    }

    /** Of the shared cotangents, in order, what is the same for all samples: [outputs, out]. */
    List<Tensor> shared(List<Tensor> tape, int[] units) {
        return run(Kind.SHARED, tape, units);
    }

    /** Of the shared cotangents, in order, each sample's own factor: [1, samples, out]. */
    List<Tensor> own(List<Tensor> tape) {
        return compiled.computeIfAbsent(new Key(Kind.OWN, 0), key -> compile(key.kind(), 0)).run(tape);
    }

    private List<Tensor> run(Kind kind, List<Tensor> tape, int[] units) {
        List<Tensor> arguments = new ArrayList<>(tape);
        arguments.add(seeds(units));
        return compiled.computeIfAbsent(new Key(kind, units.length), key -> compile(key.kind(), key.width()))
                .run(
                        arguments);
    }

    private Executable compile(Kind kind, int width) {
        List<Expr> outputs = graph.outputs();
        return backend.compile(switch (kind) {
            case ALL -> batched(outputs, width, 2);
            case NOT_SHARED -> batched(IntStream.range(0, outputs.size())
                    .filter(i -> !isShared(i))
                    .mapToObj(
                            outputs::get)
                    .toList(), width, 2);
            case SHARED -> batched(parts().map(SharedCotangent.Parts::shared).map(Expr::flatten).toList(), width, 0);
            case OWN -> Graph.of(graph.inputs().subList(0, graph.inputs().size() - 1), IntStream.range(0, outputs
                    .size()).filter(this::isShared).mapToObj(this::own).toList());
        });
    }

    private java.util.stream.Stream<SharedCotangent.Parts> parts() {
        return shared.stream().flatMap(Optional::stream);
    }

    private Expr own(int cotangent) {
        Expr own = shared.get(cotangent).orElseThrow().own();
        Expr value = graph.outputs().get(cotangent);
        return own == null ? Expr.of(Tensor.scalar(1, value.dtype())).broadcastTo(value.shape()) : own;
    }

    private Graph batched(List<Expr> outputs, int width, int outAxis) {
        int[] axes = new int[graph.inputs().size()];
        Arrays.fill(axes, Fn.UNMAPPED);
        axes[axes.length - 1] = 0;
        return Batching.vmap(Graph.of(graph.inputs(), outputs), axes, width, outAxis);
    }

    /** Rows of the identity over a sample's outputs. */
    private Tensor seeds(int[] units) {
        int count = unit().type().size();
        Shape shape = Shape.of(units.length, count);
        if (unit().dtype() == DType.F64) {
            double[] seeds = new double[shape.size()];
            for (int i = 0; i < units.length; i++) {
                seeds[i * count + Objects.checkIndex(units[i], count)] = 1;
            }
            return Tensor.wrap(shape, seeds);
        }
        float[] seeds = new float[shape.size()];
        for (int i = 0; i < units.length; i++) {
            seeds[i * count + Objects.checkIndex(units[i], count)] = 1;
        }
        return Tensor.wrap(shape, seeds);
    }
}
