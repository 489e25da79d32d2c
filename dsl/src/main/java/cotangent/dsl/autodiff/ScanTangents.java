package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Forward mode through a loop: a second loop over the tangents alone, linear in them.
 *
 * <p>What the linear loop needs of the primal one is recorded: the primal loop runs again with those values among what it
 * stacks (the simplifier makes one loop of both). Which carries vary is a fixed point, reached from below.
 */
final class ScanTangents {
    private final Node node;
    private final Op.Scan scan;
    private final Graph body;
    private final List<@Nullable Expr> given;
    private final List<@Nullable Expr> seeds = new ArrayList<>();

    private ScanTangents(Node node, Op.Scan scan, List<@Nullable Expr> given) {
        this.node = node;
        this.scan = scan;
        this.body = scan.body();
        this.given = given;
    }

    /**
     * The tangents of a loop's outputs.
     *
     * @param given one per input of the loop; {@code null} is zero
     */
    static List<@Nullable Expr> of(Node node, Op.Scan scan, List<@Nullable Expr> given) {
        return new ScanTangents(node, scan, given).tangents();
    }

    private List<@Nullable Expr> tangents() {
        for (int i = 0; i < body.inputs().size(); i++) {
            Expr input = body.inputs().get(i);
            seeds.add(given.get(i) != null && input.dtype().isFloating() ? Expr.input(input.type()) : null);
        }
        List<@Nullable Expr> tangents = ForwardMode.tangents(body, seeds);
        while (spread(tangents)) {
            tangents = ForwardMode.tangents(body, seeds);
        }
        List<Integer> wanted = new ArrayList<>();
        List<Expr> results = new ArrayList<>();
        for (int i = 0; i < tangents.size(); i++) {
            Expr tangent = tangents.get(i);
            if (tangent != null || i < scan.carries() && seeds.get(i) != null) {
                wanted.add(i);
                results.add(tangent == null ? ForwardMode.zeros(body.outputs().get(i).type()) : tangent);
            }
        }
        List<@Nullable Expr> outputs = ReverseMode.zeros(tangents.size());
        List<Expr> linear = linearLoop(wanted, results).results();
        for (int i = 0; i < wanted.size(); i++) {
            outputs.set(wanted.get(i), linear.get(i));
        }
        return outputs;
    }

    /** Makes those carries vary that a step gives a tangent to; whether there were any. */
    private boolean spread(List<@Nullable Expr> tangents) {
        boolean grown = false;
        for (int i = 0; i < scan.carries(); i++) {
            if (tangents.get(i) != null && seeds.get(i) == null) {
                seeds.set(i, Expr.input(body.inputs().get(i).type()));
                grown = true;
            }
        }
        return grown;
    }

    private Loop linearLoop(List<Integer> wanted, List<Expr> results) {
        Loop loop = new Loop(scan, scan.reverse(), node.source());
        List<Expr> tangents = new ArrayList<>();
        List<Expr> carries = new ArrayList<>();
        for (int i = 0; i < seeds.size(); i++) {
            Expr seed = seeds.get(i);
            Expr value = given.get(i);
            if (seed == null) {
                continue;
            }
            tangents.add(seed);
            if (i < scan.carries()) {
                carries.add(seed);
                loop.carry(seed, value == null ? ForwardMode.zeros(seed.type()) : value);
            } else if (value != null) {
                enter(loop, i, seed, value);
            }
        }
        List<Expr> steps = scan.recomputes() ? recompute(results, loop) : record(tangents, carries, results, loop);
        for (int i = 0; i < steps.size(); i++) {
            if (wanted.get(i) < scan.carries()) {
                loop.carried(steps.get(i));
            } else {
                loop.stacked(steps.get(i));
            }
        }
        return loop;
    }

    /** A linear step over a tape. */
    private List<Expr> record(List<Expr> tangents, List<Expr> carries, List<Expr> results, Loop loop) {
        List<Expr> normal = LinearForm.of(tangents, carries, results);
        Split split = Split.at(tangents, normal);
        keep(split, loop);
        return split.cut(normal);
    }

    /** A linear step that runs the primal step again: all it is given is the carries before it. */
    private List<Expr> recompute(List<Expr> results, Loop loop) {
        List<Expr> all = new ArrayList<>(body.outputs());
        all.addAll(body.inputs().subList(0, scan.carries()));
        Node recording = Node.of(scan.with(Graph.of(body.inputs(), all)), node.inputs(), node.source());
        for (int i = 0; i < body.inputs().size(); i++) {
            Expr input = body.inputs().get(i);
            if (i < scan.carries()) {
                loop.sequence(input, recording.output(body.outputs().size() + i));
            } else {
                enter(loop, i, input, node.inputs().get(i));
            }
        }
        return results;
    }

    /** Bytes that the derivative of a loop with respect to everything records for each step. */
    static long bytesPerStep(Op.Scan scan) {
        Graph body = scan.body();
        List<Expr> tangents = new ArrayList<>();
        List<@Nullable Expr> seeds = new ArrayList<>();
        for (Expr input : body.inputs()) {
            Expr seed = input.dtype().isFloating() ? Expr.input(input.type()) : null;
            seeds.add(seed);
            if (seed != null) {
                tangents.add(seed);
            }
        }
        List<Expr> results = ReverseMode.dense(ForwardMode.tangents(body, seeds), body.outputTypes());
        Set<Expr> given = new HashSet<>(body.inputs().subList(scan.carries(), body.inputs().size()));
        return Split.at(tangents, LinearForm.of(tangents, tangents, results))
                .tape()
                .stream()
                .filter(entry -> !given.contains(entry))
                .mapToLong(entry -> (long) entry.type().size() * entry.dtype().bytes())
                .sum();
    }

    private void enter(Loop loop, int position, Expr input, Expr value) {
        if (position < scan.carries() + scan.sequences()) {
            loop.sequence(input, value);
        } else {
            loop.constant(input, value);
        }
    }

    /** Gives the linear loop its tape: inputs as they are, what no step changes as a constant, the rest recorded. */
    private void keep(Split split, Loop loop) {
        Set<Expr> changing = changing(split.tape());
        Map<Expr, Expr> outside = new HashMap<>();
        for (int i = 0; i < body.inputs().size(); i++) {
            if (i >= scan.carries()) {
                outside.put(body.inputs().get(i), node.inputs().get(i));
            }
        }
        List<Expr> recorded = new ArrayList<>();
        List<Expr> standIns = new ArrayList<>();
        for (Expr entry : split.tape()) {
            Expr standIn = split.cut(List.of(entry)).getFirst();
            Expr value = outside.get(entry);
            if (!changing.contains(entry)) {
                loop.constant(standIn, Graph.substitute(List.of(entry), outside).getFirst());
            } else if (value != null) {
                loop.sequence(standIn, value);
            } else {
                recorded.add(entry);
                standIns.add(standIn);
            }
        }
        if (!recorded.isEmpty()) {
            List<Expr> all = new ArrayList<>(body.outputs());
            all.addAll(recorded);
            Node recording = Node.of(scan.with(Graph.of(body.inputs(), all)), node.inputs(), node.source());
            for (int i = 0; i < recorded.size(); i++) {
                loop.sequence(standIns.get(i), recording.output(body.outputs().size() + i));
            }
        }
    }

    /** The values of a step that may differ from those of the next one. */
    private Set<Expr> changing(List<Expr> tape) {
        Set<Expr> changing = new HashSet<>(body.inputs().subList(0, scan.carries() + scan.sequences()));
        for (Node step : Graph.of(body.inputs(), tape).nodes()) {
            if (step.inputs().stream().anyMatch(changing::contains)) {
                for (int i = 0; i < step.types().size(); i++) {
                    changing.add(step.output(i));
                }
            }
        }
        return changing;
    }
}
