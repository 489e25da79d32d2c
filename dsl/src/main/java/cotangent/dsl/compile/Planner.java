package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a graph into a plan: simplified, fused, with every value a view of some buffer, and elements copied only where a
 * step cannot read them as they lie.
 */
public final class Planner {
    /**
     * In place of a size of blocks: steps are neither cut into blocks nor put into products, for comparison and for
     * machines that do without either.
     */
    public static final int SEPARATE_STEPS = Integer.MAX_VALUE;

    private final Graph graph;
    private final List<Buffer> inputs = new ArrayList<>();
    private final List<Buffer> constants = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Expr, View> views = new HashMap<>();
    private final Map<View.Place, View> copies = new HashMap<>();

    private final @Nullable Function<Graph, List<Tensor>> evaluator;
    private final List<Fusion.Group> groups;
    private final JoinPlaces joins;
    /** Parts of concatenations that are where they belong, with the places beside the first. */
    private final Map<Expr, List<View>> stored = new HashMap<>();

    private final int blockBytes;

    private Planner(Graph graph, @Nullable Function<Graph, List<Tensor>> evaluator, int blockBytes) {
        this.graph = graph;
        this.blockBytes = blockBytes;
        this.evaluator = evaluator;
        this.groups = Fusion.of(graph);
        this.joins = new JoinPlaces(graph, groups);
    }

    /**
     * The plan of a graph.
     *
     * @param evaluator runs small graphs without inputs, to fold constants; null leaves them to the plan
     * @throws ShapeException if the graph uses values from outside itself
     */
    public static Plan plan(Graph graph, @Nullable Function<Graph, List<Tensor>> evaluator) {
        return plan(graph, evaluator, RowBlocks.BLOCK_BYTES);
    }

    /** {@link #plan(Graph, Function)} with blocks of rows of another size than is best. */
    public static Plan plan(Graph graph, @Nullable Function<Graph, List<Tensor>> evaluator, int blockBytes) {
        List<Expr> free = graph.freeInputs();
        if (!free.isEmpty()) {
            throw new ShapeException("compile: the graph uses %d values of an outer function, such as %s; pass them as "
                    .formatted(free.size(), free.getFirst()) + "inputs");
        }
        return new Planner(Simplify.apply(graph, evaluator), evaluator, blockBytes).plan();
    }

    private Plan plan() {
        for (Expr input : graph.inputs()) {
            Buffer buffer = Buffer.input(input.dtype(), input.type().size());
            inputs.add(buffer);
            views.put(input, View.dense(buffer, input.shape()));
        }
        for (Fusion.Group group : groups) {
            if (group.isLoop()) {
                loop(group);
            } else {
                single(group.nodes().getFirst());
            }
        }
        List<View> results = graph.outputs().stream().map(this::result).toList();
        List<TensorType> types = graph.inputTypes();
        return BufferPlan.place(types, inputs, constants, arranged(), results);
    }

    /** The steps with those together that gain from it. */
    private List<Step> arranged() {
        return blockBytes == SEPARATE_STEPS ? steps
                : ProductEpilogues.fuse(RowBlocks.group(steps, blockBytes), blockBytes);
    }

    private View result(Expr output) {
        View view = view(output);
        if (!view.isWhole()) {
            view = copiedAnew(view);
        }
        if (view.buffer().kind() == Buffer.Kind.WORKSPACE) {
            view.buffer().promote();
        }
        return view;
    }

    private View view(Expr value) {
        return Objects.requireNonNull(views.get(value));
    }

    private View fresh(DType dtype, Shape shape) {
        return View.dense(Buffer.workspace(dtype, shape.size()), shape);
    }

    /** The elements in a dense buffer, the same one for every step that needs them so. */
    private View copied(View from) {
        return copies.computeIfAbsent(from.place(), place -> copiedAnew(from));
    }

    /** The elements in a dense buffer of their own. */
    private View copiedAnew(View from) {
        View to = fresh(from.dtype(), from.shape());
        steps.add(new Step.Copy(from, to));
        return to;
    }

    private View dense(View view) {
        return view.isDense() ? view : copied(view);
    }

    /** The view as a loop nest can read it: neighbours along the innermost axis adjacent or the same element. */
    private View readable(View view, Map<View, View> done) {
        int inner = view.innerStride();
        if (inner == 0 || inner == 1) {
            return view;
        }
        return done.computeIfAbsent(view, key -> {
            View core = view.core();
            View to = fresh(core.dtype(), core.shape());
            steps.add(new Step.Copy(core, to));
            return view.like(to.buffer());
        });
    }

    private void loop(Fusion.Group group) {
        Node first = group.nodes().getFirst();
        Shape shape = first.op() instanceof Op.Reduce
                ? first.inputs().getFirst().shape()
                : first.types().getFirst().shape();
        LoopBuilder builder = new LoopBuilder(shape, group.nodes(), this::isUsedOutside);
        Map<View, View> copies = new IdentityHashMap<>();
        List<View> reads = builder.inputs().stream().map(input -> readable(view(input), copies)).toList();
        List<View> writes = new ArrayList<>();
        for (int i = 0; i < builder.results().size(); i++) {
            writes.add(place(builder.results().get(i), builder.roots().get(i), shape));
        }
        for (int i = 0; i < builder.results().size(); i++) {
            for (View further : stored.getOrDefault(builder.results().get(i), List.of())) {
                builder.repeat(i);
                writes.add(further);
            }
        }
        if (shape.size() > 0) {
            steps.add(new Step.Loop(builder.region(), reads, writes));
        }
    }

    /** Where a loop nest leaves a result: in the wholes that it is a part of, or in a buffer of its own. */
    private View place(Expr result, Region.Root root, Shape loop) {
        List<View> wholes = joins.of(result);
        boolean reduced = root.reduction() != null;
        boolean joined = !wholes.isEmpty() && (!reduced || wholes.size() == 1 && wholes.getFirst().isDense());
        View place = joined ? wholes.getFirst() : fresh(result.dtype(), result.shape());
        views.put(result, place);
        if (joined) {
            stored.put(result, wholes.subList(1, wholes.size()));
        }
        if (!reduced) {
            return place;
        }
        steps.add(new Step.Fill(place, identity(root, result.dtype())));
        return place.spread(root.axes(), loop);
    }

    private static double identity(Region.Root root, DType dtype) {
        return switch (Objects.requireNonNull(root.reduction())) {
            case SUM -> 0;
            case MAX -> dtype == DType.I32 ? Integer.MIN_VALUE : Double.NEGATIVE_INFINITY;
            case MIN -> dtype == DType.I32 ? Integer.MAX_VALUE : Double.POSITIVE_INFINITY;
        };
    }

    private final Map<Node, List<Node>> users = new IdentityHashMap<>();

    private boolean isUsedOutside(Node node, List<Node> group) {
        if (users.isEmpty()) {
            graph.nodes()
                    .forEach(user -> user.inputs()
                            .forEach(input -> users.computeIfAbsent(input.node(),
                                    key -> new ArrayList<>()).add(user)));
        }
        return graph.outputs().contains(node.output(0)) || users.getOrDefault(node, List.of())
                .stream()
                .anyMatch(
                        user -> group.stream().noneMatch(member -> member == user));
    }

    private void single(Node node) {
        if (node.op() instanceof Op.Input) {
            return;
        }
        if (node.op() instanceof Op.Scan scan) {
            scan(node, scan);
            return;
        }
        Expr value = node.output(0);
        if (Views.isView(node.op())) {
            View from = view(node.inputs().getFirst());
            View view = Views.of(node.op(), from, value.shape());
            views.put(value, view != null ? view : View.dense(copied(from).buffer(), value.shape()));
            return;
        }
        View made = switch (node.op()) {
            case Op.Constant constant -> View.dense(constantBuffer(constant.value()), value.shape());
            case Op.Iota iota -> iota(iota);
            case Op.Dot dot -> product(dot, value);
            case Op.Pad pad -> pad(pad, view(node.inputs().getFirst()), value);
            case Op.Concat concat -> concat(concat.axis(), node);
            case Op.CumSum ignored -> primitive(node);
            case Op.ArgMax ignored -> primitive(node);
            case Op.Gather ignored -> primitive(node);
            case Op.ScatterAdd ignored -> primitive(node);
            case Op.Random ignored -> primitive(node);
            default -> throw new AssertionError(node);
        };
        views.put(value, made);
    }

    private Buffer constantBuffer(Tensor value) {
        Buffer buffer = Buffer.constant(value);
        constants.add(buffer);
        return buffer;
    }

    /** One row of indices, seen from every position. */
    private View iota(Op.Iota iota) {
        int extent = iota.type().shape().extent(iota.axis());
        Tensor row = switch (iota.type().dtype()) {
            case F64 -> Tensor.wrap(Shape.of(extent), IntStream.range(0, extent).asDoubleStream().toArray());
            case F32 -> floats(extent);
            case I32 -> Tensor.wrap(Shape.of(extent), IntStream.range(0, extent).toArray());
            case BOOL -> throw new AssertionError(iota);
        };
        View view = View.dense(constantBuffer(row), row.shape());
        return view.broadcast(new Op.Broadcast(iota.type().shape(), Axes.of(iota.axis())));
    }

    private static Tensor floats(int extent) {
        float[] row = new float[extent];
        for (int i = 0; i < extent; i++) {
            row[i] = i;
        }
        return Tensor.wrap(Shape.of(extent), row);
    }

    private View product(Op.Dot dot, Expr value) {
        Node node = value.node();
        ProductShape product = ProductShape.of(dot, view(node.inputs().get(0)), view(node.inputs().get(1)));
        View output = fresh(value.dtype(), product.resultShape());
        if (output.size() > 0 && product.k() == 0) {
            steps.add(new Step.Fill(output, 0));
        } else if (output.size() > 0) {
            steps.add(product.step(this::copied, output));
        }
        return View.dense(output.buffer(), value.shape());
    }

    private View pad(Op.Pad pad, View from, Expr value) {
        View whole = fresh(value.dtype(), value.shape());
        steps.add(new Step.Fill(whole, 0));
        int[] spacing = pad.interior().stream().map(gap -> gap + 1).toArray();
        if (from.size() > 0) {
            steps.add(new Step.Copy(from, whole.window(pad.low().toArray(), spacing, from.shape())));
        }
        return whole;
    }

    private View concat(int axis, Node node) {
        View whole = joins.whole(node);
        int[] ones = IntStream.range(0, whole.shape().rank()).map(i -> 1).toArray();
        int[] start = new int[ones.length];
        for (Expr part : node.inputs()) {
            View from = view(part);
            if (from.size() > 0 && !stored.containsKey(part)) {
                steps.add(new Step.Copy(from, whole.window(start, ones, from.shape())));
            }
            start = Arrays.copyOf(start, start.length);
            start[axis] += from.shape().extent(axis);
        }
        return whole;
    }

    /** The body is planned once, whatever the number of steps. */
    private void scan(Node node, Op.Scan scan) {
        List<View> reads = node.inputs().stream().map(input -> dense(view(input))).toList();
        List<View> writes = node.types().stream().map(type -> fresh(type.dtype(), type.shape())).toList();
        steps.add(new Step.Scan(node, plan(scan.body(), evaluator, blockBytes), reads, writes));
        for (int i = 0; i < writes.size(); i++) {
            views.put(node.output(i), writes.get(i));
        }
    }

    private View primitive(Node node) {
        List<View> reads = node.inputs().stream().map(input -> dense(view(input))).toList();
        View output = fresh(node.types().getFirst().dtype(), node.types().getFirst().shape());
        steps.add(new Step.Primitive(node, reads, output));
        return output;
    }
}
