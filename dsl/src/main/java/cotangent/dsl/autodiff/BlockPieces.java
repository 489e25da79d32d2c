package cotangent.dsl.autodiff;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Tensor;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Executable;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.kernel.MemoryBudget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A block of vectors cut into narrower ones, so that what a linear program works on at a time stays in a cache and within the
 * {@link MemoryBudget}. One wide block gains nothing over several of {@value #LEAST} vectors once its intermediates have left the
 * second-level cache: with 512 samples of a 20-10-4 network, 64 vectors at once took 2.7 times as long as eight times eight.
 */
final class BlockPieces {
    /** Narrower blocks would lose what products gain from many columns. */
    private static final int LEAST = 8;

    /** Half of a common second-level cache. */
    private static final long CACHE_BYTES = 1L << 20;

    private final Executable split;
    private final Executable join;

    /** Pieces of {@code width} columns, and what is left, of blocks of {@code columns}. */
    BlockPieces(Backend backend, DType dtype, int inputSize, int outputSize, int columns, int width) {
        Expr block = Expr.input(TensorType.of(dtype, inputSize, columns));
        List<Expr> parts = new ArrayList<>();
        List<Expr> results = new ArrayList<>();
        for (int start = 0; start < columns; start += width) {
            int end = Math.min(columns, start + width);
            parts.add(block.slice(1, start, end));
            results.add(Expr.input(TensorType.of(dtype, outputSize, end - start)));
        }
        split = backend.compile(Graph.of(List.of(block), parts));
        join = backend.compile(Graph.of(results, List.of(Expr.concat(1, results.toArray(Expr[]::new)))));
    }

    /** The block's image, when {@code program} gives that of a piece. */
    Tensor apply(Tensor block, UnaryOperator<Tensor> program) {
        List<Tensor> images = split.run(List.of(block)).stream().map(program).toList();
        return join.run(images).getFirst();
    }

    /**
     * How many vectors to work on at a time, at most {@code columns}: a divisor of it, if one is near.
     *
     * @param bytesPerVector of the program
     */
    static int width(long bytesPerVector, int columns) {
        long bytes = Math.max(1, bytesPerVector);
        long fitting = Math.max(LEAST, CACHE_BYTES / bytes);
        long affordable = Math.max(1, MemoryBudget.bytes() / bytes);
        int most = (int) Math.min(columns, Math.min(fitting, affordable));
        for (int width = most; width > most / 2; width--) {
            if (columns % width == 0) {
                return width;
            }
        }
        return most;
    }

    /**
     * What the largest step reads and writes that depends on the vector.
     *
     * @param graph the program for one vector, its last input
     */
    static long bytesPerVector(Graph graph) {
        Set<Node> dependent = Collections.newSetFromMap(new IdentityHashMap<>());
        dependent.add(graph.inputs().getLast().node());
        long most = 0;
        for (Node node : graph.nodes()) {
            List<Expr> read = node.inputs().stream().filter(input -> dependent.contains(input.node())).toList();
            if (!read.isEmpty()) {
                dependent.add(node);
                long bytes = read.stream().mapToLong(input -> bytes(input.type())).sum() + node.types()
                        .stream()
                        .mapToLong(BlockPieces::bytes)
                        .sum();
                most = Math.max(most, bytes);
            }
        }
        return most;
    }

    private static long bytes(TensorType type) {
        return (long) type.size() * type.dtype().bytes();
    }
}
