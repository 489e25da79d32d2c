package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.SourceLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A loop over time while a transformation writes it: what a step takes, with the values from outside, and what it gives.
 *
 * <p>What a step computes without its carries leaves the loop: it is done for all steps at once, batched over time,
 * before the loop begins. Of a recurrent layer's derivative that makes {@code h_t dW}, for all t, one product before the
 * loop; and its transpose, the sum of {@code h_t' delta_t}, one product after it. Of a loop that recomputes its steps
 * nothing leaves, since that would keep them.
 */
final class Loop {
    private static final Op ADD = new Op.Binary(BinaryFunction.ADD);

    private final int length;
    private final boolean reverse;
    private final boolean recomputes;
    private final SourceLine source;
    private final Map<Expr, Expr> carries = new LinkedHashMap<>();
    private final Map<Expr, Expr> sequences = new LinkedHashMap<>();
    private final Map<Expr, Expr> constants = new LinkedHashMap<>();
    private final List<Expr> carried = new ArrayList<>();
    private final List<Expr> stacked = new ArrayList<>();
    /** Values of a step that depend on its carries, and those that depend on time without them. */
    private final Set<Expr> sequential = new HashSet<>();
    private final Set<Expr> timed = new HashSet<>();

    /** A loop with the steps of another one. */
    Loop(Op.Scan scan, boolean reverse, SourceLine source) {
        this.length = scan.length();
        this.reverse = reverse;
        this.recomputes = scan.recomputes();
        this.source = source;
    }

    /** An input of a step that the step before gives, and its first value. */
    void carry(Expr input, Expr first) {
        carries.put(input, first);
    }

    /** An input of a step, and its values for all steps. */
    void sequence(Expr input, Expr values) {
        sequences.put(input, values);
    }

    /** An input that is the same for every step. */
    void constant(Expr input, Expr value) {
        constants.put(input, value);
    }

    /** The next carry's value after a step. */
    void carried(Expr result) {
        carried.add(result);
    }

    /** A value of a step that is wanted for all steps. */
    void stacked(Expr result) {
        stacked.add(result);
    }

    /** The last values of all carries, then what is stacked. */
    List<Expr> results() {
        if (length == 0 || recomputes) {
            return run(stacked);
        }
        sortValues();
        regroupSums();
        sortValues();
        Set<Expr> early = new LinkedHashSet<>();
        Set<Expr> shared = new LinkedHashSet<>();
        body().nodes()
                .stream()
                .filter(node -> node.inputs().stream().anyMatch(sequential::contains))
                .forEach(node -> node.inputs().forEach(input -> leave(input, early, shared)));
        carried.forEach(result -> leave(result, early, shared));
        List<Expr> before = stacked.stream().filter(result -> !sequential.contains(result)).toList();
        List<Expr> inside = stacked.stream().filter(sequential::contains).toList();
        Map<Expr, Expr> ready = overTime(Stream.concat(early.stream(), before.stream()).distinct().toList());
        List<Expr> rest = replace(early, shared, ready, inside);
        Map<Expr, Expr> results = new HashMap<>();
        List<Expr> run = carries.isEmpty() ? List.of() : run(rest);
        for (int i = 0; i < inside.size(); i++) {
            results.put(inside.get(i), run.get(carried.size() + i));
        }
        before.forEach(result -> results.put(result, Objects.requireNonNull(ready.get(result))));
        List<Expr> all = new ArrayList<>(run.subList(0, carried.size()));
        stacked.forEach(result -> all.add(Objects.requireNonNull(results.get(result))));
        return all;
    }

    private Graph body() {
        return Graph.of(inputs(), Stream.concat(carried.stream(), stacked.stream()).toList());
    }

    private List<Expr> inputs() {
        return Stream.of(carries, sequences, constants).flatMap(map -> map.keySet().stream()).toList();
    }

    /** Makes (a + b) + c where only a depends on the carries a + (b + c), so that b + c leaves the loop as one value. */
    private void regroupSums() {
        Map<Expr, Expr> image = new HashMap<>();
        for (Node node : body().nodes()) {
            List<Expr> inputs = node.inputs().stream().map(input -> image.getOrDefault(input, input)).toList();
            boolean isSum = ADD.equals(node.op()) && sequential.contains(node.output(0));
            Expr sum = isSum ? regrouped(inputs.get(0), inputs.get(1)) : null;
            if (sum != null) {
                image.put(node.output(0), sum);
                sequential.add(sum);
            } else if (!inputs.equals(node.inputs())) {
                Node copy = Node.of(node.op(), inputs, node.source());
                for (int i = 0; i < node.types().size(); i++) {
                    image.put(node.output(i), copy.output(i));
                    if (sequential.contains(node.output(i))) {
                        sequential.add(copy.output(i));
                    }
                }
            }
        }
        carried.replaceAll(result -> image.getOrDefault(result, result));
        stacked.replaceAll(result -> image.getOrDefault(result, result));
    }

    private @Nullable Expr regrouped(Expr left, Expr right) {
        boolean isLeft = sequential.contains(left);
        Expr inner = isLeft ? left : right;
        Expr outer = isLeft ? right : left;
        if (sequential.contains(outer) || !ADD.equals(inner.node().op())) {
            return null;
        }
        Expr a = inner.node().inputs().get(0);
        Expr b = inner.node().inputs().get(1);
        if (sequential.contains(a) == sequential.contains(b)) {
            return null;
        }
        return sequential.contains(a) ? a.plus(b.plus(outer)) : b.plus(a.plus(outer));
    }

    private void sortValues() {
        sequential.addAll(carries.keySet());
        timed.addAll(sequences.keySet());
        for (Node node : body().nodes()) {
            boolean waits = node.inputs().stream().anyMatch(sequential::contains);
            boolean moves = node.inputs().stream().anyMatch(timed::contains);
            for (int i = 0; i < node.types().size(); i++) {
                if (waits) {
                    sequential.add(node.output(i));
                } else if (moves) {
                    timed.add(node.output(i));
                }
            }
        }
    }

    /**
     * Moves a value that the sequential part uses before the loop; what only repeats or rearranges another one stays
     * inside, so that parts of one value (the gates of a cell) come in as one.
     */
    private void leave(Expr value, Set<Expr> early, Set<Expr> shared) {
        Op op = value.node().op();
        if (sequential.contains(value) || op instanceof Op.Input || op instanceof Op.Constant
                || op instanceof Op.Iota) {
            return;
        }
        boolean isView = op instanceof Op.Slice || op instanceof Op.Reshape || op instanceof Op.Transpose;
        if (op instanceof Op.Broadcast || isView && timed.contains(value)) {
            leave(value.node().inputs().getFirst(), early, shared);
        } else {
            (timed.contains(value) ? early : shared).add(value);
        }
    }

    /** The values of all steps, batched over time. */
    private Map<Expr, Expr> overTime(List<Expr> wanted) {
        Map<Expr, Expr> values = new HashMap<>(sequences);
        values.putAll(constants);
        List<Expr> inputs = Stream.concat(sequences.keySet().stream(), constants.keySet().stream()).toList();
        int[] axes = inputs.stream().mapToInt(input -> sequences.containsKey(input) ? 0 : -1).toArray();
        List<Expr> arguments = inputs.stream().map(input -> Objects.requireNonNull(values.get(input))).toList();
        List<Expr> results = Batching.vmap(Graph.of(inputs, wanted), axes, length, 0).call(arguments);
        Map<Expr, Expr> ready = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            ready.put(wanted.get(i), results.get(i));
        }
        return ready;
    }

    /** Makes inputs of what has left the loop; gives what is stacked, in terms of them. */
    private List<Expr> replace(Set<Expr> early, Set<Expr> shared, Map<Expr, Expr> ready, List<Expr> inside) {
        Map<Expr, Expr> replacement = new HashMap<>();
        for (Expr value : early) {
            Expr input = Expr.input(value.type());
            replacement.put(value, input);
            sequences.put(input, Objects.requireNonNull(ready.get(value)));
        }
        for (Expr value : shared) {
            Expr input = Expr.input(value.type());
            replacement.put(value, input);
            constants.put(input, Graph.substitute(List.of(value), constants).getFirst());
        }
        List<Expr> all = Graph.substitute(Stream.concat(carried.stream(), inside.stream()).toList(), replacement);
        int count = carried.size();
        carried.clear();
        carried.addAll(all.subList(0, count));
        return all.subList(count, all.size());
    }

    /** The loop itself, without inputs that no step uses. */
    private List<Expr> run(List<Expr> inside) {
        List<Expr> outputs = Stream.concat(carried.stream(), inside.stream()).toList();
        Set<Node> used = new HashSet<>(Graph.of(inputs(), outputs).nodes());
        sequences.keySet().removeIf(input -> !used.contains(input.node()));
        constants.keySet().removeIf(input -> !used.contains(input.node()));
        Op.Scan scan = new Op.Scan(Graph.of(inputs(), outputs), carries.size(), sequences.size(), length, reverse,
                recomputes);
        List<Expr> values = Stream.of(carries, sequences, constants).flatMap(map -> map.values().stream()).toList();
        Node node = Node.of(scan, values, source);
        List<Expr> results = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            results.add(node.output(i));
        }
        return results;
    }
}
