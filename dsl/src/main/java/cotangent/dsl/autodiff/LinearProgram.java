package cotangent.dsl.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * A linear map from vectors to vectors as a program, with the tape it reads.
 *
 * <p>It is applied to one vector or to a block of them at once. Programs compose: the result is again one program, over
 * both tapes, so that it is optimised as a whole. Compiled lazily, once per block size. Safe to call from many threads.
 */
public final class LinearProgram {
    private static final int KEPT_BLOCK_SIZES = 16;

    /** A graph from (tape..., vector) to a vector. */
    private record Direction(Graph graph, Map<Integer, Executable> compiled) {
        Direction(Graph graph) {
            this(graph, Collections.synchronizedMap(new LinkedHashMap<Integer, Executable>(8, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, Executable> eldest) {
                    return size() > KEPT_BLOCK_SIZES;
                }
            }));
        }

        TensorType input() {
            return graph.inputs().getLast().type();
        }

        TensorType output() {
            return graph.outputs().getFirst().type();
        }
    }

    private final Direction direction;
    private final Direction transposed;
    private final List<Tensor> tape;
    private final Backend backend;

    private LinearProgram(Direction direction, Direction transposed, List<Tensor> tape, Backend backend) {
        this.direction = direction;
        this.transposed = transposed;
        this.tape = tape;
        this.backend = backend;
    }

    /**
     * The program of a linear function of several tensors, flattened on both sides.
     *
     * @param tapeInputs inputs that stand for the tape
     * @param inputs     inputs that the outputs are linear in
     * @param outputs    expressions over both
     * @param tape       values of the tape inputs
     * @throws ShapeException if inputs and outputs are not all of one floating-point dtype
     */
    static LinearProgram of(List<Expr> tapeInputs, List<Expr> inputs, List<Expr> outputs, List<Tensor> tape,
            Backend backend) {
        DType dtype = commonDType(inputs, outputs);
        List<Expr> cotangents = outputs.stream().map(output -> Expr.input(output.type())).toList();
        List<Expr> pulled = ReverseMode.dense(Transpose.transpose(inputs, outputs, cotangents), inputs.stream().map(
                Expr::type).toList());
        return new LinearProgram(new Direction(flat(dtype, tapeInputs, inputs, outputs)), new Direction(flat(dtype,
                tapeInputs, cotangents, pulled)), List.copyOf(tape), backend);
    }

    private static DType commonDType(List<Expr> inputs, List<Expr> outputs) {
        List<DType> dtypes = java.util.stream.Stream.concat(inputs.stream(), outputs.stream()).map(Expr::dtype)
                .distinct()
                .toList();
        if (dtypes.size() != 1 || !dtypes.getFirst().isFloating()) {
            throw new ShapeException("linearize: parameters and outputs must all be f32 or all f64, got " + dtypes
                    + "; convert with cast");
        }
        return dtypes.getFirst();
    }

    /** The function with its inputs cut from one vector and its outputs joined to one. */
    private static Graph flat(DType dtype, List<Expr> tapeInputs, List<Expr> inputs, List<Expr> outputs) {
        int size = inputs.stream().mapToInt(input -> input.type().size()).reduce(0, Math::addExact);
        Expr vector = Expr.input(TensorType.of(dtype, size));
        Map<Expr, Expr> pieces = new LinkedHashMap<>();
        int from = 0;
        for (Expr input : inputs) {
            int limit = from + input.type().size();
            Expr piece = inputs.size() == 1 ? vector : vector.slice(0, from, limit);
            pieces.put(input, piece.reshape(input.shape()));
            from = limit;
        }
        Expr[] parts = Graph.substitute(outputs, pieces).stream().map(Expr::flatten).toArray(Expr[]::new);
        List<Expr> all = new ArrayList<>(tapeInputs);
        all.add(vector);
        return Graph.of(all, List.of(Expr.concat(0, parts)));
    }

    /** Length of the vectors it takes. */
    public int inputSize() {
        return direction.input().size();
    }

    /** Length of the vectors it gives. */
    public int outputSize() {
        return direction.output().size();
    }

    /** Dtype of the vectors on both sides. */
    public DType dtype() {
        return direction.input().dtype();
    }

    /** The transposed map, over the same tape. */
    public LinearProgram transpose() {
        return new LinearProgram(transposed, direction, tape, backend);
    }

    /**
     * The map applied to a vector.
     *
     * @param vector [inputSize]
     * @return [outputSize]
     * @throws ShapeException if the vector has another shape or dtype
     */
    public Tensor apply(Tensor vector) {
        require("apply", vector, TensorType.of(dtype(), inputSize()));
        return run(0, vector);
    }

    /**
     * The map applied to every column of a block, in one program.
     *
     * @param block [inputSize, k]
     * @return [outputSize, k]
     * @throws ShapeException if the block has another shape or dtype
     */
    public Tensor applyBlock(Tensor block) {
        int columns = block.rank() == 2 ? block.shape().extent(1) : -1;
        if (columns < 0 || block.shape().extent(0) != inputSize() || block.dtype() != dtype()) {
            throw new ShapeException("applyBlock: expected %s[%d, k], got %s".formatted(dtype(), inputSize(), block
                    .type()));
        }
        if (columns == 0) {
            return Tensor.zeros(dtype(), outputSize(), 0);
        }
        return run(columns, block);
    }

    /** Runs the program for a vector (no columns) or a block of that many. */
    private Tensor run(int columns, Tensor argument) {
        Executable executable = direction.compiled().computeIfAbsent(columns, this::compile);
        List<Tensor> inputs = new ArrayList<>(tape);
        inputs.add(argument);
        return executable.run(inputs).getFirst();
    }

    private Executable compile(int columns) {
        return backend.compile(columns == 0 ? direction.graph() : blockGraph(direction.graph(), columns));
    }

    private static Graph blockGraph(Graph graph, int columns) {
        int[] axes = new int[graph.inputs().size()];
        java.util.Arrays.fill(axes, -1);
        axes[axes.length - 1] = 1;
        return Batching.vmap(graph, axes, columns, 1);
    }

    /** The plan of the program for blocks of a number of columns, 0 for a single vector; see {@link Executable#explain}. */
    public String explain(int columns) {
        return direction.compiled().computeIfAbsent(columns, this::compile).explain();
    }

    /**
     * The composition: this map, and then the next, as one program.
     *
     * @throws ShapeException if the next map does not take what this one gives
     */
    public LinearProgram then(LinearProgram next) {
        require("then", next.direction.input(), direction.output());
        return new LinearProgram(chain(direction.graph(), next.direction.graph()),
                chainReversed(next.transposed.graph(),
                        transposed.graph()),
                join(tape, next.tape), backend);
    }

    private static Direction chain(Graph first, Graph second) {
        List<Expr> firstTape = fresh(first);
        List<Expr> secondTape = fresh(second);
        Expr vector = Expr.input(first.inputs().getLast().type());
        Expr middle = first.call(join(firstTape, List.of(vector))).getFirst();
        Expr result = second.call(join(secondTape, List.of(middle))).getFirst();
        return new Direction(Graph.of(join(join(firstTape, secondTape), List.of(vector)), List.of(result)));
    }

    /** As {@link #chain}, with the tapes in the order of the untransposed composition. */
    private static Direction chainReversed(Graph first, Graph second) {
        Graph chained = chain(first, second).graph();
        int count = first.inputs().size() - 1;
        List<Expr> inputs = chained.inputs();
        List<Expr> secondTape = inputs.subList(count, inputs.size() - 1);
        return new Direction(
                Graph.of(join(join(secondTape, inputs.subList(0, count)), List.of(inputs.getLast())), chained
                        .outputs()));
    }

    /**
     * The sum of two maps of the same sizes, as one program.
     *
     * @throws ShapeException if sizes or dtypes differ
     */
    public LinearProgram plus(LinearProgram other) {
        require("plus", other.direction.input(), direction.input());
        require("plus", other.direction.output(), direction.output());
        return new LinearProgram(merge(direction.graph(), other.direction.graph(), Expr::plus),
                merge(transposed.graph(),
                        other.transposed.graph(), Expr::plus),
                join(tape, other.tape), backend);
    }

    private static Direction merge(Graph first, Graph second, BinaryOperator<Expr> combine) {
        List<Expr> firstTape = fresh(first);
        List<Expr> secondTape = fresh(second);
        Expr vector = Expr.input(first.inputs().getLast().type());
        Expr left = first.call(join(firstTape, List.of(vector))).getFirst();
        Expr right = second.call(join(secondTape, List.of(vector))).getFirst();
        return new Direction(Graph.of(join(join(firstTape, secondTape), List.of(vector)), List.of(combine.apply(left,
                right))));
    }

    /** The map times a number, as one program. */
    public LinearProgram scale(double factor) {
        return new LinearProgram(scaled(direction.graph(), factor), scaled(transposed.graph(), factor), tape, backend);
    }

    private static Direction scaled(Graph graph, double factor) {
        return new Direction(Graph.of(graph.inputs(), List.of(graph.outputs().getFirst().times(factor))));
    }

    private static List<Expr> fresh(Graph graph) {
        return graph.inputs().subList(0, graph.inputs().size() - 1).stream().map(input -> Expr.input(input.type()))
                .toList();
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static void require(String operation, Tensor actual, TensorType expected) {
        require(operation, actual.type(), expected);
    }

    private static void require(String operation, TensorType actual, TensorType expected) {
        if (!actual.equals(expected)) {
            throw new ShapeException("%s: expected %s, got %s".formatted(operation, expected, actual));
        }
    }

    @Override
    public String toString() {
        return "linear program %s -> %s".formatted(direction.input(), direction.output());
    }
}
