package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.Structure;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.autodiff.ParameterUse.Kind;
import cotangent.dsl.autodiff.SampleAxes.Place;
import cotangent.dsl.autodiff.SampleFactorProgram.Search;
import cotangent.dsl.compile.Simplify;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds a function's parameter uses, proves that samples are kept apart, and builds the programs. */
final class SampleFactorSearch {
    private final Fn function;
    private final Fn.Traced traced;
    private final int count;
    private final List<Expr> tangents;
    private final List<Expr> outputs;
    private final List<ParameterUses.Found> found;
    private final Map<Expr, Place> known;

    private SampleFactorSearch(Fn function, Fn.Traced traced, Map<Expr, Place> places) {
        this.function = function;
        this.traced = traced;
        this.count = SampleAxes.count(places);
        Graph graph = traced.graph();
        this.tangents = new ArrayList<>();
        List<@Nullable Expr> seeds = ReverseMode.zeros(graph.inputs().size());
        for (int i = 0; i < traced.inputs().getFirst().leafCount(); i++) {
            Expr tangent = Expr.input(graph.inputs().get(i).type());
            tangents.add(tangent);
            seeds.set(i, tangent);
        }
        this.outputs = ReverseMode.dense(ForwardMode.tangents(graph, seeds), graph.outputTypes());
        this.found = ParameterUses.of(tangents, outputs);
        this.known = count == 0 ? Map.of() : SampleAxes.of(Graph.of(graph.inputs(), outputs), count, places);
    }

    static Search of(Fn function, int[] sampleAxes, List<Structure> structures) {
        Fn.Traced traced = function.trace(structures);
        Map<Expr, Place> places = SampleAxes.ofInputs(traced, sampleAxes);
        return new SampleFactorSearch(function, traced, places).run();
    }

    private static Search none(String obstacle) {
        return new Search(Optional.empty(), obstacle);
    }

    private Search run() {
        LinearProgram.commonDType(tangents, outputs);
        if (count == 0) {
            return none("no input has an axis of samples");
        }
        if (found.isEmpty()) {
            return none("the output depends on no parameter");
        }
        List<Block> blocks = new ArrayList<>();
        for (ParameterUses.Found use : found) {
            Block block = Block.of(use, known.get(use.cut()), count);
            if (block == null) {
                return none("parameter %d is used %s".formatted(use.leaf(), use.kind() == Kind.WHOLE
                        ? "as a whole, not by one sample at a time"
                        : "where samples are not kept apart"));
            }
            blocks.add(block);
        }
        List<Place> places = new ArrayList<>();
        for (@Nullable
        Place place : apart()) {
            if (place == null) {
                return none("an output of one sample depends on another sample");
            }
            places.add(place);
        }
        return new Search(Optional.of(build(blocks, places)), "");
    }

    /** Where samples lie in each output, if each depends on its own sample's part of the cut values only. */
    private List<@Nullable Place> apart() {
        Map<Expr, Expr> inputs = new HashMap<>();
        Map<Expr, Place> given = new HashMap<>();
        for (ParameterUses.Found use : found) {
            Expr input = Expr.input(use.cut().type());
            inputs.put(use.cut(), input);
            Place place = known.get(use.cut());
            if (place != null) {
                given.put(input, place);
            }
        }
        List<Expr> behind = Graph.substitute(outputs, inputs);
        Map<Expr, Place> places = SampleAxes.apart(Graph.of(List.copyOf(inputs.values()), behind), count, given);
        List<@Nullable Place> result = new ArrayList<>();
        behind.forEach(output -> result.add(places.get(output)));
        return result;
    }

    /**
     * Where the samples lie among a use's positions: [outer, samples, inner].
     */
    private record Block(int outer, int samples, int inner) {
        static @Nullable Block of(ParameterUses.Found use, @Nullable Place place, int count) {
            int at = place == null ? -1 : use.shared().indexOf(place.axis());
            if (place == null || at < 0) {
                return null;
            }
            Shape shape = use.cut().shape().select(use.shared());
            int inner = place.inner() * shape.select(Axes.range(at + 1, shape.rank())).size();
            return new Block(shape.size() / inner / count, count, inner);
        }

        int positions() {
            return outer * inner;
        }

        /** [groups, positions of all samples, width] with the samples innermost among the positions. */
        Expr gathered(Expr value) {
            return swapped(value, samples, inner);
        }

        /** The inverse of {@link #gathered}. */
        Expr spread(Expr value) {
            return swapped(value, inner, samples);
        }

        private Expr swapped(Expr value, int first, int second) {
            if (inner == 1) {
                return value;
            }
            Shape shape = value.shape();
            return value.reshape(shape.extent(0), outer, first, second, shape.extent(2))
                    .operation(new Op.Transpose(Axes.of(0, 1, 3, 2, 4)))
                    .reshape(shape);
        }
    }

    private SampleFactorProgram build(List<Block> blocks, List<Place> places) {
        List<Expr> canonical = new ArrayList<>();
        List<Expr> natural = new ArrayList<>();
        List<@Nullable Expr> meets = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            ParameterUses.Found use = found.get(i);
            Expr input = Expr.input(TensorType.of(use.cut().dtype(), use.shape().toArray()));
            canonical.add(input);
            natural.add(blocks.get(i).spread(input));
            Expr x = use.input();
            meets.add(x == null ? null : blocks.get(i).gathered(x));
        }
        List<Expr> behind = Graph.substitute(outputs, ParameterUses.cut(found, natural));
        Split split = Split.at(canonical, behind);
        SampleSeeds seeds = SampleSeeds.of(outputs, places, count);
        List<Expr> pulled = ReverseMode.dense(Transpose.transpose(canonical, split.cut(behind), seeds.cotangents()),
                canonical.stream().map(Expr::type).toList());
        return assembled(blocks, meets, split, seeds, pulled);
    }

    private SampleFactorProgram assembled(List<Block> blocks, List<@Nullable Expr> meets, Split split,
            SampleSeeds seeds, List<Expr> pulled) {
        List<Expr> inputs = new ArrayList<>(split.inputs());
        inputs.add(seeds.unit());
        List<Expr> simple = Simplify.apply(Graph.of(inputs, pulled), null).outputs();
        List<Expr> distinct = List.copyOf(new LinkedHashSet<>(simple));
        List<Expr> primal = new ArrayList<>(traced.graph().outputs());
        for (@Nullable
        Expr met : meets) {
            if (met != null) {
                primal.add(met);
            }
        }
        int inputCount = primal.size() - traced.graph().outputs().size();
        primal.addAll(split.tape());
        List<Tensor> entries = ParameterUses.entries(found, tangents, function.backend());
        List<SampleUse> uses = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < found.size(); i++) {
            ParameterUses.Found use = found.get(i);
            uses.add(new SampleUse(use.leaf(), use.kind(), use.shape().extent(0), blocks.get(i).positions(),
                    use.view().shape().extent(1), use.shape().extent(2), entries.get(i), meets.get(i) == null
                            ? SampleUse.ONES
                            : next++,
                    distinct.indexOf(simple.get(i))));
        }
        Graph reverse = Graph.of(inputs, distinct);
        SharedCotangent search = new SharedCotangent(seeds.unit(), count, reverse.nodes());
        Graph cheap = Graph.of(inputs, Graph.substitute(distinct, search.repeated()));
        return new SampleFactorProgram(traced.result(), traced.inputs(), uses, count, seeds.rows(), inputCount,
                function.backend().compile(Graph.of(traced.graph().inputs(), primal)), new ReversePass(cheap, distinct
                        .stream()
                        .map(output -> shared(output, search))
                        .toList(), function.backend()));
    }

    /** A cotangent's parts, where each sample has one position, and a part [out] of it is the same for all. */
    private Optional<SharedCotangent.Parts> shared(Expr output, SharedCotangent search) {
        return search.of(output)
                .filter(parts -> parts.axis() == 1 && output.shape().extent(0) == 1 && output.shape()
                        .extent(1) == count);
    }
}
