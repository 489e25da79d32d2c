package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import cotangent.dsl.backend.MemoryBudget;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A block of vectors cut into narrower ones, so that what a linear program works on at a time stays in a cache and within the
 * {@link MemoryBudget}. One wide block gains nothing over several of {@value #LEAST} vectors once its intermediates have left the
 * second-level cache: with 512 samples of a 20-10-4 network, 64 vectors at once took 2.7 times as long as eight times eight.
 *
 * <p>All pieces are one program, which reads them where they lie in the block and uses one workspace for all.
 */
final class BlockPieces {
    /**
     * Narrower blocks would lose what products gain from many columns. Where one vector's intermediates fill the cache already,
     * wider ones only wait for memory: 16 vectors of a GRU with 50 steps took 1.12 ms each by twos, 1.02 by fours, 1.28 by eights and
     * 1.21 at once, best rounds of one run each on a busy machine.
     */
    private static final int LEAST = 4;

    /** Half of a common second-level cache. */
    private static final long CACHE_BYTES = 1L << 20;

    private BlockPieces() {}

    /**
     * The program for a block.
     *
     * @param graph the program for one vector, its last input
     */
    static Graph of(Graph graph, int columns) {
        int width = width(graph, columns);
        if (width == columns) {
            return whole(graph, columns);
        }
        Expr vector = graph.inputs().getLast();
        Expr block = Expr.input(TensorType.of(vector.dtype(), vector.type().size(), columns));
        List<Expr> inputs = new ArrayList<>(graph.inputs());
        inputs.set(inputs.size() - 1, block);
        Map<Integer, Graph> programs = new HashMap<>();
        List<Expr> images = new ArrayList<>();
        for (int start = 0; start < columns; start += width) {
            int end = Math.min(columns, start + width);
            List<Expr> arguments = new ArrayList<>(graph.inputs());
            arguments.set(arguments.size() - 1, block.slice(1, start, end));
            images.add(programs.computeIfAbsent(end - start, size -> whole(graph, size)).call(arguments).getFirst());
        }
        return Graph.of(inputs, List.of(Expr.concat(1, images.toArray(Expr[]::new))));
    }

    private static Graph whole(Graph graph, int columns) {
        int[] axes = new int[graph.inputs().size()];
        Arrays.fill(axes, -1);
        axes[axes.length - 1] = 1;
        return Batching.vmap(graph, axes, columns, 1, ProbeAxis.of(graph, columns));
    }

    /**
     * How many vectors to work on at a time, at most {@code columns}: a divisor of it, if one is near.
     *
     * @param graph the program for one vector, its last input
     */
    private static int width(Graph graph, int columns) {
        long bytes = Math.max(1, bytesPerVector(graph));
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

    /** What the largest step reads and writes that depends on the vector. */
    private static long bytesPerVector(Graph graph) {
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
