package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the samples of a batch lie in each value of a graph. A value that has no place is shared by all samples, or mixes
 * them.
 */
final class SampleAxes {
    /** Element {@code i} along an axis belongs to sample {@code i / inner mod count}. */
    record Place(int axis, int inner) {
        Place at(int other) {
            return new Place(other, inner);
        }
    }

    private final int count;
    private final boolean strict;
    private final Map<Expr, Place> places = new HashMap<>();
    /** In a strict search: values in which samples have met. */
    private final Set<Expr> mixed = new HashSet<>();

    private SampleAxes(int count, boolean strict, Map<Expr, Place> given) {
        this.count = count;
        this.strict = strict;
        places.putAll(given);
    }

    /**
     * The places of a function's inputs.
     *
     * @param sampleAxes per input the axis of all its leaves, or {@link Fn#UNMAPPED} for what samples share
     */
    static Map<Expr, Place> ofInputs(Fn.Traced traced, int[] sampleAxes) {
        if (sampleAxes.length != traced.inputs().size()) {
            throw new ShapeException("parameterFactors: expected %d sample axes, got %d".formatted(traced.inputs()
                    .size(), sampleAxes.length));
        }
        Map<Expr, Place> places = new LinkedHashMap<>();
        int position = 0;
        for (int i = 0; i < sampleAxes.length; i++) {
            for (TensorType leaf : traced.inputs().get(i).types()) {
                Expr input = traced.graph().inputs().get(position++);
                if (sampleAxes[i] >= leaf.rank() || sampleAxes[i] < Fn.UNMAPPED) {
                    throw new ShapeException("parameterFactors: no sample axis %d in %s".formatted(sampleAxes[i],
                            leaf));
                }
                if (sampleAxes[i] != Fn.UNMAPPED) {
                    places.put(input, new Place(sampleAxes[i], 1));
                }
            }
        }
        if (places.entrySet().stream().map(SampleAxes::extent).distinct().count() > 1) {
            throw new ShapeException("parameterFactors: the inputs have different numbers of samples");
        }
        return places;
    }

    /** The number of samples, of inputs with places; 0 if none has. */
    static int count(Map<Expr, Place> places) {
        return places.entrySet().stream().mapToInt(SampleAxes::extent).findFirst().orElse(0);
    }

    private static int extent(Map.Entry<Expr, Place> entry) {
        return entry.getKey().shape().extent(entry.getValue().axis());
    }

    /**
     * The places of a graph's values.
     *
     * @param count number of samples
     * @param given places of its inputs
     */
    static Map<Expr, Place> of(Graph graph, int count, Map<Expr, Place> given) {
        SampleAxes samples = new SampleAxes(count, false, given);
        graph.nodes().forEach(samples::forward);
        graph.nodes().reversed().forEach(samples::backward);
        return samples.places;
    }

    /**
     * The places of values that keep samples apart: each sample's part of them depends, as far as the given inputs go, on
     * its own part of those alone. What else the graph reads counts as constant. A value without a place depends on none of
     * the given inputs, or may mix samples.
     */
    static Map<Expr, Place> apart(Graph graph, int count, Map<Expr, Place> given) {
        SampleAxes samples = new SampleAxes(count, true, given);
        graph.nodes().forEach(samples::visit);
        return samples.places;
    }

    /** In a strict search: a node that takes what is mixed, or loses sight of the samples, gives what is mixed. */
    private void visit(Node node) {
        boolean placed = node.inputs().stream().anyMatch(places::containsKey);
        if (node.inputs().stream().noneMatch(mixed::contains)) {
            forward(node);
        }
        for (int i = 0; i < node.types().size(); i++) {
            Expr output = node.output(i);
            if (!places.containsKey(output) && (placed || node.inputs().stream().anyMatch(mixed::contains))) {
                mixed.add(output);
            }
        }
    }

    private Map<Expr, Place> inside(Graph body, Map<Expr, Place> given) {
        return strict ? apart(body, count, given) : of(body, count, given);
    }

    private @Nullable Place place(Expr value) {
        return places.get(value);
    }

    private void put(Expr value, @Nullable Place place) {
        if (place != null) {
            places.put(value, place);
        }
    }

    private void forward(Node node) {
        List<Expr> in = node.inputs();
        Place first = in.isEmpty() ? null : place(in.getFirst());
        switch (node.op()) {
            case Op.Input ignored -> {
                // given
            }
            case Op.Constant ignored -> {
                // shared
            }
            case Op.Iota ignored -> {
                // shared
            }
            case Op.Random ignored -> {
                // by its keys alone
            }
            case Op.Unary ignored -> put(node.output(0), first);
            case Op.Cast ignored -> put(node.output(0), first);
            case Op.StopGradient ignored -> put(node.output(0), first);
            case Op.Binary ignored -> put(node.output(0), common(in));
            case Op.Compare ignored -> put(node.output(0), common(in));
            case Op.Select ignored -> put(node.output(0), common(in));
            case Op.Reduce reduce -> put(node.output(0), first == null ? null : without(reduce.axes(), first));
            case Op.ArgMax argMax -> put(node.output(0), first == null ? null : without(Axes.of(argMax.axis()), first));
            case Op.CumSum sum -> put(node.output(0), outside(Axes.of(sum.axis()), first));
            case Op.Reverse reverse -> put(node.output(0), outside(reverse.axes(), first));
            case Op.Dot dot -> put(node.output(0), dot(dot, in.get(0), in.get(1)));
            case Op.Transpose transpose -> put(node.output(0), first == null
                    ? null
                    : first.at(transpose.permutation().indexOf(first.axis())));
            case Op.Reshape reshape -> put(node.output(0), reshaped(first, in.getFirst().shape(), reshape.shape()));
            case Op.Broadcast broadcast -> put(node.output(0), first == null
                    ? null
                    : first.at(broadcast.axes().at(first.axis())));
            case Op.Slice ignored -> put(node.output(0), kept(node, first));
            case Op.Pad ignored -> put(node.output(0), kept(node, first));
            case Op.Concat ignored -> put(node.output(0), kept(node, common(in)));
            case Op.Gather gather -> put(node.output(0), gathered(gather, in.get(0), in.get(1)));
            case Op.ScatterAdd scatter -> put(node.output(0), scattered(scatter, in));
            case Op.Custom custom -> custom(node, custom);
            case Op.Scan scan -> scan(node, scan);
        }
    }

    private @Nullable Place scattered(Op.ScatterAdd scatter, List<Expr> in) {
        Place first = place(in.getFirst());
        boolean agree = !strict
                || in.stream().allMatch(value -> place(value) == null || Objects.equals(place(value), first));
        return agree ? outside(Axes.of(scatter.axis()), first) : null;
    }

    /** The place that some values have and no other contradicts. */
    private @Nullable Place common(List<Expr> values) {
        Place found = null;
        for (Expr value : values) {
            Place place = place(value);
            if (place != null && found != null && !place.equals(found)) {
                return null;
            }
            found = found == null ? place : found;
        }
        return found;
    }

    private static @Nullable Place without(Axes gone, Place place) {
        long below = gone.stream().filter(axis -> axis < place.axis()).count();
        return gone.contains(place.axis()) ? null : place.at(place.axis() - (int) below);
    }

    private static @Nullable Place outside(Axes axes, @Nullable Place place) {
        return place == null || axes.contains(place.axis()) ? null : place;
    }

    /** The place, if the node leaves that axis as it is. */
    private static @Nullable Place kept(Node node, @Nullable Place place) {
        boolean same = place != null && node.inputs()
                .stream()
                .allMatch(input -> input.shape().extent(place.axis()) == node.output(0).shape().extent(place.axis()));
        return same ? place : null;
    }

    private @Nullable Place dot(Op.Dot dot, Expr left, Expr right) {
        Axes leftFree = dot.leftBatch().then(dot.leftContract()).complement(left.rank());
        Axes rightFree = dot.rightBatch().then(dot.rightContract()).complement(right.rank());
        Place a = factor(place(left), dot.leftBatch(), leftFree, dot.leftBatch().count());
        Place b = factor(place(right), dot.rightBatch(), rightFree, dot.leftBatch().count() + leftFree.count());
        if (place(left) != null && place(right) != null) {
            return Objects.equals(a, b) ? a : null;
        }
        return a != null ? a : b;
    }

    private static @Nullable Place factor(@Nullable Place place, Axes batch, Axes free, int firstFree) {
        if (place == null) {
            return null;
        }
        int atBatch = batch.indexOf(place.axis());
        int atFree = free.indexOf(place.axis());
        return atBatch >= 0 ? place.at(atBatch) : atFree >= 0 ? place.at(firstFree + atFree) : null;
    }

    /** In row-major order the sample changes every so many elements; the new axis is the one that sees it change. */
    private @Nullable Place reshaped(@Nullable Place place, Shape from, Shape to) {
        if (place == null || to.size() == 0) {
            return null;
        }
        long run = place.inner();
        for (int axis = place.axis() + 1; axis < from.rank(); axis++) {
            run *= from.extent(axis);
        }
        long stride = 1;
        for (int axis = to.rank() - 1; axis >= 0; axis--) {
            int extent = to.extent(axis);
            boolean whole = run % stride == 0 && extent % (run / stride * count) == 0;
            if (run >= stride && whole) {
                return new Place(axis, (int) (run / stride));
            }
            stride *= extent;
        }
        return null;
    }

    private @Nullable Place gathered(Op.Gather gather, Expr operand, Expr indices) {
        Place of = place(operand);
        Place by = place(indices);
        if (of == null) {
            return by == null ? null : by.axis() < gather.batch() ? by
                    : by.at(gather.axis() + by.axis() - gather.batch());
        }
        if (by != null) {
            return of.equals(by) && of.axis() < gather.batch() ? of : null;
        }
        int added = indices.rank() - gather.batch() - 1;
        return of.axis() == gather.axis() ? null : of.axis() < gather.axis() ? of : of.at(of.axis() + added);
    }

    private void custom(Node node, Op.Custom custom) {
        Map<Expr, Place> given = new HashMap<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            enter(custom.body().inputs().get(i), place(node.inputs().get(i)), given);
        }
        Map<Expr, Place> inside = inside(custom.body(), given);
        for (int i = 0; i < node.types().size(); i++) {
            put(node.output(i), inside.get(custom.body().outputs().get(i)));
        }
    }

    private static void enter(Expr input, @Nullable Place place, Map<Expr, Place> given) {
        if (place != null) {
            given.put(input, place);
        }
    }

    /** A carry has the place of its first value or, where that is shared by all samples, the one that a step gives it. */
    private void scan(Node node, Op.Scan scan) {
        Map<Expr, Place> given = new HashMap<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            Place place = place(node.inputs().get(i));
            boolean isSequence = i >= scan.carries() && i < scan.carries() + scan.sequences();
            boolean overTime = isSequence && place != null && place.axis() == 0;
            enter(scan.body().inputs().get(i), overTime || place == null
                    ? null
                    : isSequence ? place.at(place.axis() - 1)
                    : place, given);
        }
        Map<Expr, Place> inside = inside(scan.body(), given);
        for (boolean grown = true; grown;) {
            grown = false;
            for (int i = 0; i < scan.carries(); i++) {
                Place next = inside.get(scan.body().outputs().get(i));
                grown |= next != null && given.putIfAbsent(scan.body().inputs().get(i), next) == null;
            }
            inside = inside(scan.body(), given);
        }
        if (strict && !steady(scan, given, inside)) {
            return;
        }
        for (int i = 0; i < node.types().size(); i++) {
            Place place = inside.get(scan.body().outputs().get(i));
            put(node.output(i), place == null || i < scan.carries() ? place : place.at(place.axis() + 1));
        }
    }

    /** Whether every carry is left by a step as it was found, so that the places of one step are those of all. */
    private static boolean steady(Op.Scan scan, Map<Expr, Place> given, Map<Expr, Place> inside) {
        for (int i = 0; i < scan.carries(); i++) {
            if (!Objects.equals(given.get(scan.body().inputs().get(i)), inside.get(scan.body().outputs().get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** What is combined with a value of the samples is used by them: a repeated bias has a place for each. */
    private void backward(Node node) {
        Place place = place(node.output(0));
        if (place == null) {
            return;
        }
        for (Expr input : node.inputs()) {
            if (!places.containsKey(input)) {
                put(input, pulled(node, input, place));
            }
        }
    }

    private @Nullable Place pulled(Node node, Expr input, Place place) {
        return switch (node.op()) {
            case Op.Unary ignored -> place;
            case Op.Binary ignored -> place;
            case Op.Select ignored -> place;
            case Op.Cast ignored -> place;
            case Op.Transpose transpose -> place.at(transpose.permutation().at(place.axis()));
            case Op.Reshape ignored -> reshaped(place, node.output(0).shape(), input.shape());
            case Op.Broadcast broadcast -> {
                int axis = broadcast.axes().indexOf(place.axis());
                yield axis < 0 ? null : place.at(axis);
            }
            case Op.Slice ignored -> kept(node, place);
            case Op.Concat ignored -> kept(node, place);
            case Op.Reduce reduce -> place.at(reduce.axes().complement(input.rank()).at(place.axis()));
            default -> null;
        };
    }
}
