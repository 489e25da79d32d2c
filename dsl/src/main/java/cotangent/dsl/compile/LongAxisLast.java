package cotangent.dsl.compile;

import cotangent.dsl.Axes;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Matrices of many short rows, such as 512 samples of 10 features, are computed transposed where that fills vectors better:
 * (A·B)ᵀ = Bᵀ·Aᵀ costs nothing but another order of the operands.
 *
 * <p>Each product of two matrices is made as it is or transposed, whichever is estimated to take less; elementwise functions
 * follow their operands; what stays the same is at hand both ways, as an input more. A matrix that must be as it is, since
 * it becomes a vector in the end, is. Cost: linear in the number of nodes.
 */
public final class LongAxisLast {
    private static final Op SWAP = new Op.Transpose(Axes.of(1, 0));
    /** Bytes of the longest vector. */
    private static final int VECTOR = 64;
    /** What a row of a product costs beside its terms, in terms. */
    private static final int PER_ROW = 10;
    /** Multiply-adds in the time that it takes to turn a right operand round: for each element, and a copy's begin. */
    private static final int PER_TURNED = 12;
    private static final int PER_COPY = 2500;
    /** What turning a product must save at least: a part of its cost, and multiply-adds. */
    private static final double GAIN = 0.1;
    private static final int LEAST_GAIN = 4096;

    private final Graph graph;
    private final Allowance memory;
    private final Set<Expr> varying = new HashSet<>();
    private final Map<Expr, List<Node>> users = new HashMap<>();
    private final Set<Expr> upright = new HashSet<>();
    private final Map<Expr, Expr> plain = new HashMap<>();
    private final Map<Expr, Expr> turned = new HashMap<>();
    private final Map<Expr, Expr> standIns = new LinkedHashMap<>();
    private boolean gained;

    /**
     * A graph and its new inputs.
     *
     * @param graph    with the argument as its last input
     * @param standIns by input that stays the same, the input that stands for it transposed
     */
    public record Result(Graph graph, Map<Expr, Expr> standIns) {}

    /** An operand as it is read: its matrix and the axis along which it is contracted. */
    private record Read(Expr matrix, int axis) {}

    private LongAxisLast(Graph graph, Allowance memory) {
        this.graph = graph;
        this.memory = memory;
        Expr argument = graph.inputs().getLast();
        varying.add(argument);
        plain.put(argument, argument);
        for (Node node : graph.nodes()) {
            node.inputs().forEach(input -> users.computeIfAbsent(input, key -> new ArrayList<>()).add(node));
            if (node.inputs().stream().anyMatch(varying::contains)) {
                IntStream.range(0, node.types().size()).forEach(i -> varying.add(node.output(i)));
            }
        }
        for (Node node : graph.nodes().reversed()) {
            IntStream.range(0, node.types().size())
                    .mapToObj(node::output)
                    .filter(this::mustBeUpright)
                    .forEach(
                            upright::add);
        }
    }

    /**
     * The same function, equal to rounding.
     *
     * @param graph  its last input varies; all others stay the same
     * @param memory for what is kept transposed
     */
    public static Result apply(Graph graph, Allowance memory) {
        return new LongAxisLast(graph, memory).walk();
    }

    private boolean mustBeUpright(Expr value) {
        return graph.outputs().contains(value) || users.getOrDefault(value, List.of())
                .stream()
                .anyMatch(user -> needsUpright(user, value));
    }

    private boolean needsUpright(Node user, Expr value) {
        if (isProduct(user)) {
            return upright.contains(user.output(0)) && user.inputs().get(1).equals(value) && contracted(user, 1) == 0;
        }
        return !isElementwise(user) || upright.contains(user.output(0));
    }

    private static boolean isProduct(Node node) {
        return node.op() instanceof Op.Dot dot && dot.leftBatch().count() == 0 && dot.leftContract().count() == 1
                && node.inputs().stream().allMatch(input -> input.rank() == 2);
    }

    private static boolean isElementwise(Node node) {
        boolean suits = node.op() instanceof Op.Unary || node.op() instanceof Op.Binary;
        return suits && node.output(0).rank() == 2;
    }

    /** The axis along which a product contracts its left or right operand. */
    private static int contracted(Node product, int operand) {
        Op.Dot dot = (Op.Dot) product.op();
        return (operand == 0 ? dot.leftContract() : dot.rightContract()).at(0);
    }

    private Result walk() {
        for (Node node : graph.nodes()) {
            if (node.inputs().stream().noneMatch(varying::contains)) {
                continue;
            }
            if (isProduct(node)) {
                product(node);
            } else if (isElementwise(node) && followsTurned(node)) {
                List<Expr> inputs = node.inputs().stream().map(this::turned).toList();
                turned.put(node.output(0), Node.of(node.op(), inputs, node.source()).output(0));
            } else {
                List<Expr> inputs = node.inputs().stream().map(this::plain).toList();
                Node copy = inputs.equals(node.inputs()) ? node : Node.of(node.op(), inputs, node.source());
                IntStream.range(0, node.types().size()).forEach(i -> plain.put(node.output(i), copy.output(i)));
            }
        }
        return gained ? new Result(rebuilt(), standIns) : new Result(graph, Map.of());
    }

    private Graph rebuilt() {
        List<Expr> outputs = graph.outputs().stream().map(this::plain).toList();
        Set<Node> used = Set.copyOf(Graph.of(List.of(), outputs).nodes());
        standIns.values().removeIf(input -> !used.contains(input.node()));
        List<Expr> inputs = new ArrayList<>(graph.inputs());
        inputs.addAll(inputs.size() - 1, standIns.values());
        return Graph.of(inputs, outputs);
    }

    private Expr plain(Expr value) {
        Expr known = plain.get(value);
        return known != null ? known : varying.contains(value) ? at(turned, value).operation(SWAP) : value;
    }

    private Expr turned(Expr value) {
        Expr known = turned.get(value);
        return known != null ? known : isKept(value) ? at(standIns, value) : plain(value).operation(SWAP);
    }

    private static Expr at(Map<Expr, Expr> images, Expr value) {
        return Objects.requireNonNull(images.get(value));
    }

    private static Expr transposed(Expr input) {
        Shape shape = Shape.of(input.shape().extent(1), input.shape().extent(0));
        return Expr.input(new TensorType(input.dtype(), shape));
    }

    /** Whether a value that stays the same is, or may be, at hand transposed. */
    private boolean isKept(Expr value) {
        boolean input = !varying.contains(value) && value.rank() == 2 && value.node().op() instanceof Op.Input;
        if (input && !standIns.containsKey(value) && memory.take((long) value.type().size() * value.dtype().bytes())) {
            standIns.put(value, transposed(value));
        }
        return standIns.containsKey(value);
    }

    /** Whether an elementwise function's operands that vary are turned, and the others can be without being moved. */
    private boolean followsTurned(Node node) {
        return !upright.contains(node.output(0)) && node.inputs()
                .stream()
                .allMatch(input -> varying.contains(input)
                        ? turned.containsKey(input)
                        : isKept(input) || input.node().op() instanceof Op.Broadcast);
    }

    private void product(Node node) {
        Expr a = node.inputs().get(0);
        Expr b = node.inputs().get(1);
        int i = contracted(node, 0);
        int j = contracted(node, 1);
        int m = a.shape().extent(1 - i);
        int n = b.shape().extent(1 - j);
        int k = a.shape().extent(i);
        double before = cost(m, n, k, b, j);
        double saved = before - cost(n, m, k, a, i);
        if (!upright.contains(node.output(0)) && saved > Math.max(LEAST_GAIN, GAIN * before)) {
            turned.put(node.output(0), product(node, left(b, j), right(a, i)));
            gained = true;
        } else {
            plain.put(node.output(0), product(node, left(a, i), right(b, j)));
        }
    }

    private static Expr product(Node original, Read left, Read right) {
        Op dot = new Op.Dot(Axes.of(left.axis()), Axes.of(right.axis()), Axes.of(), Axes.of());
        return Node.of(dot, List.of(left.matrix(), right.matrix()), original.source()).output(0);
    }

    /** An estimate in multiply-adds, of a product with m rows and n columns whose right operand is given. */
    private double cost(int m, int n, int k, Expr right, int axis) {
        int lanes = VECTOR / right.dtype().bytes();
        double sums = (double) m * Math.ceilDiv(n, lanes) * lanes * (k + PER_ROW);
        return liesWell(right, axis) ? sums : sums + (double) n * k * PER_TURNED + PER_COPY;
    }

    /** Whether a right operand is at hand with the contracted axis first, as the multiply reads it. */
    private boolean liesWell(Expr right, int axis) {
        return axis == 0 ? !varying.contains(right) || plain.containsKey(right)
                : turned.containsKey(right) || isKept(right);
    }

    private Read right(Expr value, int axis) {
        boolean turns = axis == 1 && liesWell(value, axis);
        return turns ? new Read(turned(value), 0) : left(value, axis);
    }

    private Read left(Expr value, int axis) {
        boolean onlyTurned = varying.contains(value) && !plain.containsKey(value);
        return onlyTurned ? new Read(turned(value), 1 - axis) : new Read(plain(value), axis);
    }
}
