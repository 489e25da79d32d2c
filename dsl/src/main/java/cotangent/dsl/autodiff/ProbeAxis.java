package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Where {@link Batching} puts the batch axis when it has to place it (docs/decisions/0015-probes-last.md). */
public enum ProbeAxis {
    /** [samples, k, features]: a product with a weight is one matrix product over samples and probes together. */
    BEFORE_FEATURES,
    /** [samples, features, k]: a product with a weight is one matrix product for each sample, over probes. */
    LAST;

    /** Elements of a factor up to which it stays in the first-level cache from one sample's product to the next. */
    private static final int MOST_ELEMENTS = 2048;

    private static final int CACHE_LINE = 64;

    /** The position of a batch axis that is put into a value of the given rank. */
    int home(int rank) {
        return this == LAST ? rank : Math.max(0, rank - 1);
    }

    /**
     * The place that suits a program: last, if blocks fill whole cache lines and all fixed right operands of products are
     * small. Then features are few, and vectors along them would be cut short.
     *
     * @param graph for one vector, its last input
     */
    static ProbeAxis of(Graph graph, int columns) {
        Expr vector = graph.inputs().getLast();
        if (columns * vector.dtype().bytes() % CACHE_LINE != 0) {
            return BEFORE_FEATURES;
        }
        Set<Expr> varying = new HashSet<>(List.of(vector));
        for (Node node : graph.nodes()) {
            if (node.inputs().stream().anyMatch(varying::contains)) {
                for (int i = 0; i < node.types().size(); i++) {
                    varying.add(node.output(i));
                }
                if (!suits(node, varying)) {
                    return BEFORE_FEATURES;
                }
            }
        }
        return LAST;
    }

    private static boolean suits(Node node, Set<Expr> varying) {
        return switch (node.op()) {
            case Op.Dot ignored -> {
                Expr right = node.inputs().get(1);
                yield varying.contains(right) || right.type().size() <= MOST_ELEMENTS;
            }
            case Op.Scan ignored -> false;
            default -> true;
        };
    }
}
