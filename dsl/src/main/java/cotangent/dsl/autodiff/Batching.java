package cotangent.dsl.autodiff;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.ScanMerging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Batching ({@code vmap}): a graph that does for a stack of values what the given one does for each.
 *
 * <p>Every value carries where its batch axis sits, or that it has none; a rule per primitive says where the result's
 * comes to sit. The axis is moved as little as possible, and where it must be placed it goes before the last axis: of a
 * block of k probes over [samples, features] that is [samples, k, features], so that a layer's product is one
 * matrix-matrix product over samples and probes together, with nothing transposed.
 */
public final class Batching {
    private static final int NONE = Batched.NONE;

    private final ProbeAxis home;
    private final int size;
    private final Map<Expr, Batched> images = new HashMap<>();

    private Batching(int size, ProbeAxis home) {
        this.size = size;
        this.home = home;
    }

    /**
     * The batched graph.
     *
     * @param axes    per input: which axis of the new input is the batch, or -1 if the input is the same for all
     * @param size    number of values in the batch
     * @param outAxis where the batch axis of every output goes; outputs that do not vary are repeated
     */
    public static Graph vmap(Graph graph, int[] axes, int size, int outAxis) {
        return vmap(graph, axes, size, outAxis, ProbeAxis.BEFORE_FEATURES);
    }

    /** {@link #vmap(Graph, int[], int, int)} with a batch axis that goes where it is said when it has to be placed. */
    public static Graph vmap(Graph graph, int[] axes, int size, int outAxis, ProbeAxis home) {
        Batching batching = new Batching(size, home);
        List<Expr> inputs = new ArrayList<>();
        for (int i = 0; i < axes.length; i++) {
            Expr input = graph.inputs().get(i);
            if (axes[i] == NONE) {
                inputs.add(input);
            } else {
                Expr wide = Expr.input(input.type().with(input.shape().insert(axes[i], size)));
                inputs.add(wide);
                batching.images.put(input, new Batched(wide, axes[i]));
            }
        }
        // Batched, loops that do the same can no longer be told to.
        Graph merged = ScanMerging.apply(graph);
        merged.nodes().forEach(batching::visit);
        return Graph.of(inputs, merged.outputs()
                .stream()
                .map(output -> batching.place(batching.image(output), outAxis))
                .toList());
    }

    private Batched image(Expr expression) {
        return images.getOrDefault(expression, new Batched(expression, NONE));
    }

    private void visit(Node node) {
        List<Batched> in = node.inputs().stream().map(this::image).toList();
        if (in.stream().noneMatch(Batched::isBatched)) {
            keep(node, in);
            return;
        }
        if (node.op() instanceof Op.Custom custom) {
            custom(node, custom, in);
        } else if (node.op() instanceof Op.Scan scan) {
            scan(node, scan, in);
        } else {
            images.put(node.output(0), batch(node, in));
        }
    }

    /** A node that no batch reaches stays, unless it takes one of those outputs of a loop that are not batched. */
    private void keep(Node node, List<Batched> in) {
        List<Expr> values = in.stream().map(Batched::value).toList();
        if (!values.equals(node.inputs())) {
            Node copy = Node.of(node.op(), values, node.source());
            for (int i = 0; i < node.types().size(); i++) {
                images.put(node.output(i), new Batched(copy.output(i), NONE));
            }
        }
    }

    private Batched batch(Node node, List<Batched> in) {
        Op op = node.op();
        Batched first = in.getFirst();
        return switch (op) {
            case Op.Unary ignored -> new Batched(first.value().operation(op), first.axis());
            case Op.Cast ignored -> new Batched(first.value().operation(op), first.axis());
            case Op.StopGradient ignored -> new Batched(first.value().operation(op), first.axis());
            case Op.Binary ignored -> aligned(op, in);
            case Op.Compare ignored -> aligned(op, in);
            case Op.Select ignored -> aligned(op, in);
            case Op.Reduce reduce -> new Batched(first.value()
                    .operation(new Op.Reduce(reduce.reduction(), shift(reduce
                            .axes(), first.axis()))),
                    first.axis() - below(reduce.axes(), first.axis()));
            case Op.ArgMax argMax -> new Batched(first.value()
                    .operation(new Op.ArgMax(shift(argMax.axis(), first
                            .axis()))),
                    first.axis() - (argMax.axis() < first.axis() ? 1 : 0));
            case Op.CumSum sum -> new Batched(first.value()
                    .operation(new Op.CumSum(shift(sum.axis(), first.axis()), sum
                            .reverse())),
                    first.axis());
            case Op.Dot dot -> dot(dot, in.get(0), in.get(1));
            case Op.Transpose transpose -> new Batched(first.value()
                    .operation(new Op.Transpose(insert(shift(transpose
                            .permutation(), first.axis()), first.axis(), first.axis()))),
                    first.axis());
            case Op.Reshape reshape -> reshape(first, reshape.shape());
            case Op.Broadcast broadcast -> broadcast(broadcast, first);
            case Op.Reverse reverse -> new Batched(first.value()
                    .operation(new Op.Reverse(shift(reverse.axes(), first
                            .axis()))),
                    first.axis());
            case Op.Slice slice -> new Batched(first.value()
                    .operation(new Op.Slice(insert(slice.starts(), first.axis(),
                            0), insert(slice.limits(), first.axis(), size), insert(slice.strides(), first.axis(), 1))),
                    first
                            .axis());
            case Op.Pad pad ->
                new Batched(first.value()
                        .operation(new Op.Pad(insert(pad.low(), first.axis(), 0), insert(
                                pad.high(), first.axis(), 0), insert(pad.interior(), first.axis(), 0))),
                        first.axis());
            case Op.Concat concat -> concat(concat, in);
            case Op.Gather gather -> gather(gather, in.get(0), in.get(1));
            case Op.ScatterAdd scatter -> scatterAdd(scatter, in);
            case Op.Random ignored -> new Batched(place(first, 0).operation(op), 0);
            case Op.Input ignored -> throw new AssertionError(op);
            case Op.Constant ignored -> throw new AssertionError(op);
            case Op.Iota ignored -> throw new AssertionError(op);
            case Op.Custom ignored -> throw new AssertionError(op);
            case Op.Scan ignored -> throw new AssertionError(op);
        };
    }

    private Expr place(Batched batched, int axis) {
        return batched.place(axis, size);
    }

    /** An axis number before the batch axis came in, as it is after. */
    private static int shift(int axis, int batchAxis) {
        return axis < batchAxis ? axis : axis + 1;
    }

    private static Axes shift(Axes axes, int batchAxis) {
        return batchAxis == NONE ? axes : Axes.of(axes.stream().map(axis -> shift(axis, batchAxis)).toArray());
    }

    private static int below(Axes axes, int batchAxis) {
        return (int) axes.stream().filter(axis -> axis < batchAxis).count();
    }

    private static Axes insert(Axes list, int position, int value) {
        return Axes.of(IntStream.range(0, list.count() + 1)
                .map(i -> i == position
                        ? value
                        : list.at(i < position
                                ? i
                                : i - 1))
                .toArray());
    }

    private Batched aligned(Op op, List<Batched> in) {
        int axis = in.stream().filter(Batched::isBatched).findFirst().orElseThrow().axis();
        List<Expr> placed = in.stream().map(input -> place(input, axis)).toList();
        return new Batched(placed.getFirst().operation(op, placed), axis);
    }

    private Batched concat(Op.Concat concat, List<Batched> in) {
        int axis = in.stream().filter(Batched::isBatched).findFirst().orElseThrow().axis();
        List<Expr> placed = in.stream().map(input -> place(input, axis)).toList();
        return new Batched(placed.getFirst().operation(new Op.Concat(shift(concat.axis(), axis)), placed), axis);
    }

    private Batched dot(Op.Dot dot, Batched left, Batched right) {
        BatchedDot product = new BatchedDot(dot, size);
        return home == ProbeAxis.LAST ? product.withLast(left, right) : product.of(left, right);
    }

    /** The batch axis stays where the elements before it fill whole axes of the new shape; else it goes to the end. */
    private Batched reshape(Batched input, Shape shape) {
        if (home == ProbeAxis.LAST && input.isLast()) {
            return new Batched(input.value().reshape(shape.insert(shape.rank(), size)), shape.rank());
        }
        Shape wide = input.value().shape();
        long before = 1;
        for (int axis = 0; axis < input.axis(); axis++) {
            before *= wide.extent(axis);
        }
        long prefix = 1;
        for (int axis = 0; axis <= shape.rank(); axis++) {
            if (prefix == before) {
                return settle(new Batched(input.value().reshape(shape.insert(axis, size)), axis));
            }
            if (axis < shape.rank()) {
                prefix *= shape.extent(axis);
            }
        }
        Expr last = place(input, wide.rank() - 1);
        return new Batched(last.reshape(shape.insert(shape.rank(), size)), shape.rank());
    }

    /** A batch axis that ended up last goes before the features. */
    private Batched settle(Batched batched) {
        int last = batched.value().rank() - 1;
        return home == ProbeAxis.BEFORE_FEATURES && batched.axis() == last && last >= 2
                ? new Batched(place(batched, last - 1), last - 1)
                : batched;
    }

    private Batched broadcast(Op.Broadcast broadcast, Batched input) {
        int target = home.home(broadcast.shape().rank());
        int position = below(broadcast.axes(), target);
        Axes axes = insert(shift(broadcast.axes(), target), position, target);
        return new Batched(place(input, position).operation(new Op.Broadcast(broadcast.shape().insert(target, size),
                axes)), target);
    }

    private Batched gather(Op.Gather gather, Batched operand, Batched indices) {
        if (!indices.isBatched()) {
            int last = operand.value().rank() - 1;
            Expr value = place(operand, last);
            Expr result = value.operation(gather, List.of(value, indices.value()));
            return new Batched(result, result.rank() - 1);
        }
        if (!operand.isBatched()) {
            Expr index = place(indices, gather.batch());
            return new Batched(index.operation(gather, List.of(operand.value(), index)), gather.axis());
        }
        Expr value = place(operand, 0);
        return new Batched(value.operation(new Op.Gather(gather.axis() + 1, gather.batch() + 1), List.of(value, place(
                indices, 0))), 0);
    }

    private Batched scatterAdd(Op.ScatterAdd scatter, List<Batched> in) {
        Batched operand = in.get(0);
        Batched indices = in.get(1);
        Batched updates = in.get(2);
        if (!indices.isBatched()) {
            Expr value = place(operand, rankInside(operand));
            Expr update = place(updates, rankInside(updates));
            return new Batched(value.operation(scatter, List.of(value, indices.value(), update)), value.rank() - 1);
        }
        Expr value = place(operand, 0);
        return new Batched(value.operation(new Op.ScatterAdd(scatter.axis() + 1, scatter.batch() + 1), List.of(value,
                place(indices, 0), place(updates, 0))), 0);
    }

    private static int rankInside(Batched batched) {
        return batched.value().rank() - (batched.isBatched() ? 1 : 0);
    }

    private void custom(Node node, Op.Custom custom, List<Batched> in) {
        int[] axes = in.stream().mapToInt(Batched::axis).toArray();
        Graph body = vmap(custom.body(), axes, size, 0);
        Op.JvpRule rule = (primals, outputs, tangents) -> batchedRule(custom, axes, primals, outputs, tangents);
        Node batched = Node.of(new Op.Custom(custom.name(), body, rule), in.stream().map(Batched::value).toList(), node
                .source());
        for (int i = 0; i < node.types().size(); i++) {
            images.put(node.output(i), new Batched(batched.output(i), 0));
        }
    }

    private List<Expr> batchedRule(Op.Custom custom, int[] axes, List<Expr> primals, List<Expr> outputs,
            List<Expr> tangents) {
        List<TensorType> inner = custom.body().inputTypes();
        List<Expr> x = inner.stream().map(Expr::input).toList();
        List<Expr> y = custom.body().outputTypes().stream().map(Expr::input).toList();
        List<Expr> dx = inner.stream().map(Expr::input).toList();
        Graph rule = Graph.of(join(x, y, dx), custom.rule().tangents(x, y, dx));
        int[] all = IntStream.concat(IntStream.concat(IntStream.of(axes), IntStream.range(0, y.size()).map(i -> 0)),
                IntStream.of(axes)).toArray();
        return vmap(rule, all, size, 0).call(join(primals, outputs, tangents));
    }

    private static List<Expr> join(List<Expr> a, List<Expr> b, List<Expr> c) {
        List<Expr> all = new ArrayList<>(a);
        all.addAll(b);
        all.addAll(c);
        return all;
    }

    /** A carry is batched if its first value is, or if a step makes it so: a fixed point, reached from below. */
    private void scan(Node node, Op.Scan scan, List<Batched> in) {
        boolean[] wide = new boolean[scan.carries()];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = in.get(i).isBatched();
        }
        while (true) {
            Batching inner = new Batching(size, home);
            List<Expr> inputs = new ArrayList<>();
            List<Expr> values = new ArrayList<>();
            for (int i = 0; i < in.size(); i++) {
                enter(scan, i, in.get(i), i < wide.length && wide[i], inner, inputs, values);
            }
            scan.body().nodes().forEach(inner::visit);
            boolean settled = true;
            for (int i = 0; i < wide.length; i++) {
                boolean batched = inner.image(scan.body().outputs().get(i)).isBatched();
                settled &= wide[i] || !batched;
                wide[i] |= batched;
            }
            if (settled) {
                leave(node, scan, wide, inner, inputs, values);
                return;
            }
        }
    }

    /** Adds input {@code i} of a step, and what it is given. */
    private void enter(Op.Scan scan, int i, Batched value, boolean wide, Batching inner, List<Expr> inputs,
            List<Expr> values) {
        Expr input = scan.body().inputs().get(i);
        boolean isSequence = i >= scan.carries() && i < scan.carries() + scan.sequences();
        int axis = wide ? home(input) : NONE;
        if (i >= scan.carries() && value.isBatched()) {
            axis = !isSequence ? value.axis() : value.axis() == 0 ? home(input) : value.axis() - 1;
        }
        values.add(axis == NONE ? value.value() : place(value, isSequence ? axis + 1 : axis));
        if (axis == NONE) {
            inputs.add(input);
        } else {
            Expr batched = Expr.input(input.type().with(input.shape().insert(axis, size)));
            inputs.add(batched);
            inner.images.put(input, new Batched(batched, axis));
        }
    }

    private void leave(Node node, Op.Scan scan, boolean[] wide, Batching inner, List<Expr> inputs,
            List<Expr> values) {
        List<Expr> results = new ArrayList<>();
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < node.types().size(); i++) {
            Expr output = scan.body().outputs().get(i);
            Batched image = inner.image(output);
            boolean isCarry = i < wide.length;
            results.add(isCarry && wide[i] ? inner.place(image, home(output)) : image.value());
            int axis = image.isBatched() ? image.axis() + 1 : NONE;
            axes.add(!isCarry ? axis : wide[i] ? home(output) : NONE);
        }
        Node made = Node.of(scan.with(Graph.of(inputs, results)), values, node.source());
        for (int i = 0; i < axes.size(); i++) {
            images.put(node.output(i), new Batched(made.output(i), axes.get(i)));
        }
    }

    /** Where the batch axis of a carry or of a sequence's entry goes. */
    private int home(Expr value) {
        return home.home(value.rank());
    }
}
