package cotangent.dsl.ir;

import cotangent.dsl.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes one loop of loops that run the same carries over the same inputs and differ in what they stack (a function's own
 * and the one that records its derivative's tape), and stacks nothing that nobody reads.
 */
public final class ScanMerging {
    /** What must be the same: then both loops go through the same states. */
    private record Recurrence(List<Expr> values, List<Expr> inputs, List<Expr> carried, int sequences, int length,
            boolean reverse) {
        static Recurrence of(Node node, Op.Scan scan) {
            return new Recurrence(node.inputs(), scan.body().inputs(), scan.body()
                    .outputs()
                    .subList(0, scan
                            .carries()),
                    scan.sequences(), scan.length(), scan.reverse());
        }
    }

    private final Set<Expr> read;
    private final Map<Recurrence, Set<Expr>> wanted = new HashMap<>();
    private final Map<Recurrence, Node> made = new HashMap<>();
    private final Map<Expr, Expr> image = new HashMap<>();

    private ScanMerging(Graph graph) {
        this.read = new HashSet<>(graph.outputs());
        graph.nodes().forEach(node -> read.addAll(node.inputs()));
    }

    /** The same function with fewer loops, over the same input nodes; the graph itself if it has none. */
    public static Graph apply(Graph graph) {
        Map<Node, Recurrence> loops = new IdentityHashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Scan scan) {
                loops.put(node, Recurrence.of(node, scan));
            }
        }
        if (loops.isEmpty()) {
            return graph;
        }
        ScanMerging merging = new ScanMerging(graph);
        loops.forEach((node, recurrence) -> merging.collect(node, (Op.Scan) node.op(), recurrence));
        for (Node node : graph.nodes()) {
            merging.rebuild(node, loops.get(node));
        }
        return Graph.of(graph.inputs(), merging.images(graph.outputs()));
    }

    private void collect(Node node, Op.Scan scan, Recurrence recurrence) {
        Set<Expr> stacked = wanted.computeIfAbsent(recurrence, key -> new LinkedHashSet<>());
        for (int i = scan.carries(); i < node.types().size(); i++) {
            if (read.contains(node.output(i))) {
                stacked.add(scan.body().outputs().get(i));
            }
        }
    }

    private List<Expr> images(List<Expr> values) {
        return values.stream().map(value -> image.getOrDefault(value, value)).toList();
    }

    private void rebuild(Node node, @Nullable Recurrence recurrence) {
        List<Expr> inputs = images(node.inputs());
        if (recurrence != null && node.op() instanceof Op.Scan scan) {
            loop(node, scan, recurrence, inputs);
        } else if (!inputs.equals(node.inputs())) {
            Node copy = Node.of(node.op(), inputs, node.source());
            for (int i = 0; i < node.types().size(); i++) {
                image.put(node.output(i), copy.output(i));
            }
        }
    }

    private void loop(Node node, Op.Scan scan, Recurrence recurrence, List<Expr> inputs) {
        List<Expr> stacked = List.copyOf(wanted.getOrDefault(recurrence, Set.of()));
        Node merged = made.computeIfAbsent(recurrence, key -> {
            List<Expr> outputs = new ArrayList<>(recurrence.carried());
            outputs.addAll(stacked);
            return Node.of(scan.with(Graph.of(scan.body().inputs(), outputs)), inputs, node.source());
        });
        for (int i = 0; i < node.types().size(); i++) {
            int position = i < scan.carries() ? i : stacked.indexOf(scan.body().outputs().get(i));
            boolean isKept = i < scan.carries() || position >= 0;
            if (isKept) {
                image.put(node.output(i), merged.output(i < scan.carries() ? i : scan.carries() + position));
            }
        }
    }
}
