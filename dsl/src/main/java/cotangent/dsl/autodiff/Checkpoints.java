package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts long loops over time into segments, so that their derivatives keep the carries before each segment and run its
 * steps again when they are wanted.
 *
 * <p>A loop of T steps becomes a loop over S segments of a loop over L = T / S steps. If a step's tape takes b bytes and
 * its carries c, the whole then takes S c + L b, which is least at L = sqrt(T c / b); one more run of the loop is the
 * price whatever L is. Steps that do not fill a segment run as a loop of their own.
 */
public final class Checkpoints {
    /** Bytes that the tapes of all loops of a function may take where nothing else is said. */
    public static final long DEFAULT_BYTES = 1L << 30;

    private record Candidate(Node node, Op.Scan scan, long carryBytes, long stepBytes) {
        static Candidate of(Node node, Op.Scan scan) {
            long carryBytes = scan.body()
                    .inputs()
                    .subList(0, scan.carries())
                    .stream()
                    .mapToLong(Checkpoints::bytes)
                    .sum();
            return new Candidate(node, scan, carryBytes, ScanTangents.bytesPerStep(scan));
        }

        long kept() {
            return scan.length() * stepBytes;
        }

        int segment() {
            double best = Math.sqrt((double) scan.length() * carryBytes / stepBytes);
            return (int) Math.clamp(Math.round(best), 1, scan.length());
        }

        long segmented() {
            return segment() * stepBytes + (long) Math.ceilDiv(scan.length(), segment()) * carryBytes;
        }
    }

    private Checkpoints() {}

    /**
     * The same function with as many of its loops cut as it takes, the largest first.
     *
     * @param bytes that the tapes of all loops may take together
     */
    public static Graph apply(Graph graph, long bytes) {
        List<Candidate> candidates = new ArrayList<>();
        long kept = 0;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Scan scan && scan.carries() > 0 && !scan.recomputes()) {
                // Everything that a step makes bounds what is kept of it, and is quickly counted.
                kept += scan.length() * madeBytes(scan.body());
                candidates.add(new Candidate(node, scan, 0, 0));
            }
        }
        if (kept <= bytes) {
            return graph;
        }
        candidates.replaceAll(candidate -> Candidate.of(candidate.node(), candidate.scan()));
        candidates.sort(Comparator.comparingLong(Candidate::kept).reversed());
        kept = candidates.stream().mapToLong(Candidate::kept).sum();
        Map<Node, Integer> cuts = new HashMap<>();
        for (Candidate candidate : candidates) {
            if (kept > bytes && candidate.stepBytes() > 0 && candidate.segmented() < candidate.kept()) {
                cuts.put(candidate.node(), candidate.segment());
                kept -= candidate.kept() - candidate.segmented();
            }
        }
        return cuts.isEmpty() ? graph : rebuild(graph, cuts);
    }

    private static long bytes(Expr value) {
        return (long) value.type().size() * value.dtype().bytes();
    }

    /** Forward mode makes a few factors of every value, none larger than it. */
    private static long madeBytes(Graph body) {
        long bytes = 0;
        for (Node node : body.nodes()) {
            bytes += node.op() instanceof Op.Scan scan ? scan.length() * madeBytes(scan.body()) : 0;
            for (int i = 0; i < node.types().size(); i++) {
                bytes += 4 * bytes(node.output(i));
            }
            for (Expr input : node.inputs()) {
                bytes += 4 * bytes(input);
            }
        }
        return bytes;
    }

    private static Graph rebuild(Graph graph, Map<Node, Integer> cuts) {
        Map<Expr, Expr> image = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            Integer segment = cuts.get(node);
            if (segment != null && node.op() instanceof Op.Scan scan) {
                List<Expr> outputs = segmented(node, scan, inputs, segment);
                for (int i = 0; i < outputs.size(); i++) {
                    image.put(node.output(i), outputs.get(i));
                }
            } else if (!inputs.equals(node.inputs())) {
                Node copy = Node.of(node.op(), inputs, node.source());
                for (int i = 0; i < node.types().size(); i++) {
                    image.put(node.output(i), copy.output(i));
                }
            }
        }
        return Graph.of(graph.inputs(), graph.outputs()
                .stream()
                .map(output -> image.getOrDefault(output, output))
                .toList());
    }

    /** The loop as segments, and what is left over at its last times. */
    private static List<Expr> segmented(Node node, Op.Scan scan, List<Expr> inputs, int segment) {
        int whole = scan.length() / segment * segment;
        List<Expr> state = inputs.subList(0, scan.carries());
        List<Expr> rest = List.of();
        List<Expr> main = List.of();
        if (scan.reverse() && whole < scan.length()) {
            rest = run(node, scan, state, inputs, whole, scan.length(), 0);
            state = rest.subList(0, scan.carries());
        }
        main = run(node, scan, state, inputs, 0, whole, segment);
        state = main.subList(0, scan.carries());
        if (!scan.reverse() && whole < scan.length()) {
            rest = run(node, scan, state, inputs, whole, scan.length(), 0);
            state = rest.subList(0, scan.carries());
        }
        List<Expr> outputs = new ArrayList<>(state);
        for (int i = scan.carries(); i < node.types().size(); i++) {
            outputs.add(rest.isEmpty() ? main.get(i) : Expr.concat(0, main.get(i), rest.get(i)));
        }
        return outputs;
    }

    /** The steps of some times, in segments of a length or (0) as one loop. */
    private static List<Expr> run(Node node, Op.Scan scan, List<Expr> state, List<Expr> inputs, int from, int to,
            int segment) {
        int afterSequences = scan.carries() + scan.sequences();
        List<Expr> values = new ArrayList<>(state);
        for (int i = scan.carries(); i < inputs.size(); i++) {
            Expr input = inputs.get(i);
            Expr times = i < afterSequences ? input.slice(0, from, to) : input;
            boolean cut = i < afterSequences && segment > 0;
            values.add(cut ? times.reshape(times.shape().with(0, segment).insert(0, (to - from) / segment)) : times);
        }
        int length = segment > 0 ? segment : to - from;
        Op.Scan inner = new Op.Scan(scan.body(), scan.carries(), scan.sequences(), length, scan.reverse());
        Op.Scan outer = segment == 0 ? inner : over(inner, node, (to - from) / segment);
        Node loop = Node.of(outer, values, node.source());
        List<Expr> outputs = new ArrayList<>();
        for (int i = 0; i < node.types().size(); i++) {
            Expr output = loop.output(i);
            outputs.add(segment == 0 || i < scan.carries()
                    ? output
                    : output.reshape(output.shape().without(cotangent.dsl.Axes.of(0)).with(0, to - from)));
        }
        return outputs;
    }

    /** A loop whose steps are runs of another. */
    private static Op.Scan over(Op.Scan inner, Node node, int length) {
        List<Expr> inputs = new ArrayList<>();
        for (int i = 0; i < inner.body().inputs().size(); i++) {
            Expr input = inner.body().inputs().get(i);
            boolean isSequence = i >= inner.carries() && i < inner.carries() + inner.sequences();
            inputs.add(Expr.input(isSequence
                    ? input.type().with(input.shape().insert(0, inner.length()))
                    : input.type()));
        }
        Node step = Node.of(inner, inputs, node.source());
        List<Expr> outputs = new ArrayList<>();
        for (int i = 0; i < node.types().size(); i++) {
            outputs.add(step.output(i));
        }
        return new Op.Scan(Graph.of(inputs, outputs), inner.carries(), inner.sequences(), length, inner.reverse(),
                true);
    }
}
