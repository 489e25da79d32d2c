package cotangent.dsl.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.backend.MemoryBudget;
import cotangent.dsl.compile.AbsorbSums;
import cotangent.dsl.compile.Allowance;
import cotangent.dsl.compile.FixedOperands;
import cotangent.dsl.compile.Hoist;
import cotangent.dsl.compile.LongAxisLast;
import cotangent.dsl.compile.Reassociate;
import cotangent.dsl.compile.Simplify;
import cotangent.dsl.ir.Cost;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A linear map from vectors to vectors as a program, with the tape it reads.
 *
 * <p>It is applied to one vector or to a block of them at once. Programs compose: the result is again one program, over
 * the tapes of both, where what they share occurs once, so that it is optimised as a whole. Compiled lazily, once per block size. Safe to call from many threads.
 */
public final class LinearProgram {
    private static final int KEPT_BLOCK_SIZES = 16;
    /** Bytes that products of primal values may take, beside the tape. */
    private static final long KEPT_BYTES = 1L << 28;
    /** Products a program is made for: what is computed once must pay within as many. */
    private static final int EXPECTED_PRODUCTS = 32;

    private static <V> Map<Integer, V> recentlyUsed() {
        return Collections.synchronizedMap(new LinkedHashMap<Integer, V>(8, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, V> eldest) {
                return size() > KEPT_BLOCK_SIZES;
            }
        });
    }

    /** A vector-valued expression over a vector and the tape, and what it was compiled to by block size. */
    private record Direction(Expr vector, Expr result, Map<Integer, Compiled> compiled) {
        Direction(Expr vector, Expr result) {
            this(vector, result, recentlyUsed());
        }

        /** The result for another vector. */
        Expr at(Expr other) {
            return Graph.substitute(List.of(result), Map.of(vector, other)).getFirst();
        }

        /** This direction, and then the next one. */
        Direction then(Direction next) {
            return new Direction(vector, next.at(result));
        }

        Direction plus(Direction other) {
            return new Direction(vector, result.plus(other.at(vector)));
        }

        Direction scale(double factor) {
            return new Direction(vector, result.times(factor));
        }
    }

    /** An executable and the values of its inputs but the last. */
    private record Compiled(Executable executable, List<Tensor> values) {}

    private final Direction direction;
    private final Direction transposed;
    /** Inputs of both directions and their values; programs from one linearization share them. */
    private final Map<Expr, Tensor> tape;
    private final Backend backend;
    private @Nullable Graph ordered;
    /** Of a single vector; made twice if two threads ask at once. */
    private volatile @Nullable Work single;
    private @Nullable Optimised optimised;

    /** The direction as it is compiled: over its inputs, all but the last with their values. */
    private record Optimised(Graph graph, List<Tensor> values) {}

    private LinearProgram(Direction direction, Direction transposed, Map<Expr, Tensor> tape, Backend backend) {
        this.direction = direction;
        this.transposed = transposed;
        this.tape = tape;
        this.backend = backend;
    }

    /**
     * The program of a linear function of several tensors, flattened on both sides.
     *
     * @param inputs  inputs that the outputs are linear in
     * @param outputs expressions over them and the tape
     * @param tape    inputs that stand for the tape, with their values
     * @throws ShapeException if inputs and outputs are not all of one floating-point dtype
     */
    static LinearProgram of(List<Expr> inputs, List<Expr> outputs, Map<Expr, Tensor> tape, Backend backend) {
        DType dtype = commonDType(inputs, outputs);
        List<Expr> cotangents = outputs.stream().map(output -> Expr.input(output.type())).toList();
        List<Expr> pulled = ReverseMode.dense(Transpose.transpose(inputs, outputs, cotangents), inputs.stream()
                .map(
                        Expr::type)
                .toList());
        return new LinearProgram(flat(dtype, inputs, outputs), flat(dtype, cotangents, pulled), tape, backend);
    }

    /** The floating-point dtype of all inputs and outputs. */
    static DType commonDType(List<Expr> inputs, List<Expr> outputs) {
        List<DType> dtypes = Stream.concat(inputs.stream(), outputs.stream()).map(Expr::dtype).distinct().toList();
        if (dtypes.size() != 1 || !dtypes.getFirst().isFloating()) {
            throw new ShapeException("linearize: parameters and outputs must all be f32 or all f64, got " + dtypes
                    + "; convert with cast");
        }
        return dtypes.getFirst();
    }

    /** The function with its inputs cut from one vector and its outputs joined to one. */
    private static Direction flat(DType dtype, List<Expr> inputs, List<Expr> outputs) {
        int size = Shape.extentOf(inputs.stream().mapToLong(input -> input.type().size()).sum());
        Expr vector = Expr.input(TensorType.of(dtype, size));
        Map<Expr, Expr> pieces = new HashMap<>();
        int from = 0;
        for (Expr input : inputs) {
            int limit = from + input.type().size();
            Expr piece = inputs.size() == 1 ? vector : vector.slice(0, from, limit);
            pieces.put(input, piece.reshape(input.shape()));
            from = limit;
        }
        Expr[] parts = Graph.substitute(outputs, pieces).stream().map(Expr::flatten).toArray(Expr[]::new);
        return new Direction(vector, Expr.concat(0, parts));
    }

    /** Length of the vectors it takes. */
    public int inputSize() {
        return direction.vector().type().size();
    }

    /** Length of the vectors it gives. */
    public int outputSize() {
        return direction.result().type().size();
    }

    /** Dtype of the vectors on both sides. */
    public DType dtype() {
        return direction.vector().dtype();
    }

    /** Bytes of the tape that both directions read, before they are optimised. */
    public long tapeBytes() {
        return tape.values().stream().mapToLong(value -> (long) value.type().size() * value.dtype().bytes()).sum();
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
        require("apply", vector.type(), TensorType.of(dtype(), inputSize()));
        return run(0, vector);
    }

    /**
     * The map applied to every column of a block, in one program; a block whose intermediates would not fit a cache, or an
     * eighth of the heap, is worked off in narrower ones.
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
        Compiled compiled = direction.compiled().computeIfAbsent(columns, this::compile);
        List<Tensor> inputs = new ArrayList<>(compiled.values());
        inputs.add(argument);
        return compiled.executable().run(inputs).getFirst();
    }

    private Compiled compile(int columns) {
        Optimised one = optimised();
        if (columns > 0) {
            return new Compiled(backend.compile(BlockPieces.of(one.graph(), columns)), one.values());
        }
        LongAxisLast.Result result = LongAxisLast.apply(one.graph(), new Allowance(MemoryBudget.atMost(KEPT_BYTES)));
        List<Tensor> values = new ArrayList<>(one.values());
        List<Expr> inputs = one.graph().inputs();
        result.standIns().keySet().forEach(input -> values.add(one.values().get(inputs.indexOf(input)).transpose()));
        return new Compiled(backend.compile(result.graph()), List.copyOf(values));
    }

    /** Puts products in the cheaper order and computes those of primal values alone, once. */
    private synchronized Optimised optimised() {
        Optimised known = optimised;
        if (known == null) {
            known = optimise();
            optimised = known;
        }
        return known;
    }

    /** Products in the cheaper order, nothing computed yet. */
    private synchronized Graph ordered() {
        Graph known = ordered;
        if (known == null) {
            List<Expr> inputs = new ArrayList<>(tape.keySet());
            Expr vector = direction.vector();
            inputs.add(vector);
            Graph simple = Simplify.apply(Graph.of(inputs, List.of(direction.result())), null);
            Allowance memory = new Allowance(MemoryBudget.atMost(KEPT_BYTES));
            Graph joined = AbsorbSums.apply(simple, vector, memory);
            known = FixedOperands.apply(Reassociate.apply(joined, vector, memory, EXPECTED_PRODUCTS), vector, memory);
            ordered = known;
        }
        return known;
    }

    private Optimised optimise() {
        Expr vector = direction.vector();
        Map<Expr, Tensor> values = new LinkedHashMap<>(tape);
        Graph graph = ordered();
        List<Expr> products = Hoist.products(graph, vector);
        if (!products.isEmpty()) {
            List<Expr> standIns = products.stream().map(product -> Expr.input(product.type())).toList();
            List<Tensor> computed = backend.compile(Graph.of(List.copyOf(tape.keySet()), products))
                    .run(List.copyOf(tape
                            .values()));
            for (int i = 0; i < computed.size(); i++) {
                values.put(standIns.get(i), computed.get(i));
            }
            graph = Hoist.replace(graph, products, standIns);
        }
        Set<Node> used = Collections.newSetFromMap(new IdentityHashMap<>());
        used.addAll(graph.nodes());
        values.keySet().removeIf(input -> !used.contains(input.node()));
        List<Expr> left = new ArrayList<>(values.keySet());
        left.add(vector);
        return new Optimised(Graph.of(left, graph.outputs()), List.copyOf(values.values()));
    }

    /** The plan of the program for blocks of a number of columns, 0 for a single vector; see {@link Executable#explain}. */
    public String explain(int columns) {
        return direction.compiled().computeIfAbsent(columns, this::compile).executable().explain();
    }

    /**
     * What applying it to blocks of a number of columns takes, 0 for a single vector, and what is computed once before;
     * compiles and runs nothing.
     */
    public Work work(int columns) {
        Work known = columns == 0 ? single : null;
        if (known == null) {
            known = newWork(columns);
            single = columns == 0 ? known : single;
        }
        return known;
    }

    private Work newWork(int columns) {
        Graph graph = ordered();
        List<Expr> products = Hoist.products(graph, direction.vector());
        List<Expr> standIns = products.stream().map(product -> Expr.input(product.type())).toList();
        Graph varying = Hoist.replace(graph, products, standIns);
        List<Expr> left = new ArrayList<>(tape.keySet());
        left.addAll(standIns);
        left.add(direction.vector());
        Graph each = Graph.of(left, varying.outputs());
        return new Work(Cost.of(Graph.of(List.copyOf(tape.keySet()), products)), Cost.of(columns == 0
                ? each
                : BlockPieces.of(each, columns)));
    }

    /**
     * What a program takes.
     *
     * @param once computed when it is first applied, whatever the number of columns
     * @param each computed for every block
     */
    public record Work(Cost once, Cost each) {}

    /**
     * The composition: this map, and then the next, as one program.
     *
     * @throws ShapeException if the next map does not take what this one gives
     */
    public LinearProgram then(LinearProgram next) {
        require("then", next.direction.vector().type(), direction.result().type());
        return new LinearProgram(direction.then(next.direction), next.transposed.then(transposed), union(next),
                backend);
    }

    /**
     * The sum of two maps of the same sizes, as one program.
     *
     * @throws ShapeException if sizes or dtypes differ
     */
    public LinearProgram plus(LinearProgram other) {
        require("plus", other.direction.vector().type(), direction.vector().type());
        require("plus", other.direction.result().type(), direction.result().type());
        return new LinearProgram(direction.plus(other.direction), transposed.plus(other.transposed), union(other),
                backend);
    }

    /** The map times a number, as one program. */
    public LinearProgram scale(double factor) {
        return new LinearProgram(direction.scale(factor), transposed.scale(factor), tape, backend);
    }

    private Map<Expr, Tensor> union(LinearProgram other) {
        Map<Expr, Tensor> union = new LinkedHashMap<>(tape);
        union.putAll(other.tape);
        return Collections.unmodifiableMap(union);
    }

    private static void require(String operation, TensorType actual, TensorType expected) {
        if (!actual.equals(expected)) {
            throw new ShapeException("%s: expected %s, got %s".formatted(operation, expected, actual));
        }
    }

    @Override
    public String toString() {
        return "linear program %s -> %s".formatted(direction.vector().type(), direction.result().type());
    }
}
