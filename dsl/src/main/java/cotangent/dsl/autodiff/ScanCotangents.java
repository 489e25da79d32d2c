package cotangent.dsl.autodiff;

import cotangent.dsl.Expr;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The transpose of a loop that is linear in some of its inputs: the loop run the other way, from the cotangents of its
 * last carries to those of its first, summing the cotangents of linear constants on the way.
 */
final class ScanCotangents {
    private final Node node;
    private final Op.Scan scan;
    private final Graph body;
    private final boolean[] linear;

    private ScanCotangents(Node node, Op.Scan scan, Predicate<Expr> isLinear) {
        this.node = node;
        this.scan = scan;
        this.body = scan.body();
        this.linear = new boolean[body.inputs().size()];
        for (int i = 0; i < linear.length; i++) {
            linear[i] = isLinear.test(node.inputs().get(i));
        }
    }

    /**
     * The cotangents of a loop's inputs.
     *
     * @param isLinear which values are linear in what is transposed
     * @param given    one per output of the loop; {@code null} is zero
     * @return one per input; {@code null} is zero
     */
    static List<@Nullable Expr> of(Node node, Op.Scan scan, Predicate<Expr> isLinear, List<@Nullable Expr> given) {
        ScanCotangents rule = new ScanCotangents(node, scan, isLinear);
        rule.spread();
        return rule.cotangents(given);
    }

    /** A carry is linear if its first value is, or if a step makes it so. */
    private void spread() {
        boolean grown = true;
        while (grown) {
            grown = false;
            Set<Expr> dependent = new HashSet<>(inputs(0, linear.length, true));
            for (Node step : body.nodes()) {
                if (step.inputs().stream().anyMatch(dependent::contains)) {
                    IntStream.range(0, step.types().size()).forEach(i -> dependent.add(step.output(i)));
                }
            }
            for (int i = 0; i < scan.carries(); i++) {
                if (!linear[i] && dependent.contains(body.outputs().get(i))) {
                    linear[i] = true;
                    grown = true;
                }
            }
        }
    }

    /** A step's inputs in a range of positions that are linear, or that are not. */
    private List<Expr> inputs(int from, int to, boolean wanted) {
        return IntStream.range(from, to).filter(i -> linear[i] == wanted).mapToObj(body.inputs()::get).toList();
    }

    private List<@Nullable Expr> cotangents(List<@Nullable Expr> given) {
        int afterSequences = scan.carries() + scan.sequences();
        Loop loop = new Loop(scan, !scan.reverse(), node.source());
        List<Expr> roots = new ArrayList<>();
        List<Expr> pulled = seeds(loop, given, roots);
        List<Expr> targets = inputs(0, linear.length, true);
        List<@Nullable Expr> steps = Transpose.transpose(targets, roots, pulled);
        readTape(loop);
        List<Integer> order = new ArrayList<>();
        for (int i = 0, k = 0; i < linear.length; i++) {
            if (linear[i]) {
                Expr step = steps.get(k);
                Expr target = targets.get(k++);
                if (i < scan.carries()) {
                    loop.carried(step == null ? ForwardMode.zeros(target.type()) : step);
                    order.add(i);
                } else if (i >= afterSequences) {
                    Expr sum = Expr.input(target.type());
                    loop.carry(sum, ForwardMode.zeros(target.type()));
                    loop.carried(step == null ? sum : sum.plus(step));
                    order.add(i);
                }
            }
        }
        for (int i = scan.carries(); i < afterSequences; i++) {
            Expr step = linear[i] ? steps.get(targets.indexOf(body.inputs().get(i))) : null;
            if (step != null) {
                loop.stacked(step);
                order.add(i);
            }
        }
        List<Expr> results = loop.results();
        List<@Nullable Expr> cotangents = ReverseMode.zeros(linear.length);
        for (int i = 0; i < order.size(); i++) {
            cotangents.set(order.get(i), results.get(i));
        }
        return cotangents;
    }

    /** The cotangents that a step takes, one for each of the roots. */
    private List<Expr> seeds(Loop loop, List<@Nullable Expr> given, List<Expr> roots) {
        List<Expr> seeds = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            Expr output = body.outputs().get(i);
            Expr value = given.get(i);
            boolean isCarry = i < scan.carries();
            if (isCarry ? !linear[i] : value == null) {
                continue;
            }
            Expr seed = Expr.input(output.type());
            roots.add(output);
            seeds.add(seed);
            if (isCarry) {
                loop.carry(seed, value == null ? ForwardMode.zeros(output.type()) : value);
            } else if (value != null) {
                loop.sequence(seed, value);
            }
        }
        return seeds;
    }

    /** What the steps read that is not linear; carries among it run through a loop of their own first. */
    private void readTape(Loop loop) {
        Loop primal = new Loop(scan, scan.reverse(), node.source());
        for (int i = 0; i < linear.length; i++) {
            if (linear[i]) {
                continue;
            }
            Expr input = body.inputs().get(i);
            Expr value = node.inputs().get(i);
            if (i < scan.carries()) {
                primal.carry(input, value);
                primal.carried(body.outputs().get(i));
                primal.stacked(input);
            } else if (i < scan.carries() + scan.sequences()) {
                primal.sequence(input, value);
                loop.sequence(input, value);
            } else {
                primal.constant(input, value);
                loop.constant(input, value);
            }
        }
        List<Expr> carries = inputs(0, scan.carries(), false);
        List<Expr> states = carries.isEmpty() ? List.of() : primal.results();
        for (int i = 0; i < carries.size(); i++) {
            loop.sequence(carries.get(i), states.get(carries.size() + i));
        }
    }
}
