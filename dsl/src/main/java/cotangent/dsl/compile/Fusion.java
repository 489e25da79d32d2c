package cotangent.dsl.compile;

import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes run together. A group is one node, or elementwise nodes and reductions that hang together and run over
 * the same points.
 *
 * <p>Every node has a level that never falls along an edge, and rises along every edge that cannot be fused. Nodes of
 * one level and one shape therefore form groups among which there is no cycle, whatever the graph. Levels are first as
 * early as possible; then a node that is used by fusible nodes of one later level only moves up to them, so that cheap
 * functions of a kept value (such as 1 - h*h) are computed where they are used, and not stored. Cost: linear.
 */
public final class Fusion {
    /** Upper limit of the weights in one group, so that its kernel stays small enough for the JVM's compilers. */
    static final int LIMIT = 80;

    /** Nodes that run together, each after its inputs. */
    public record Group(List<Node> nodes, boolean isLoop) {}

    private final Graph graph;
    private final List<Node> nodes;
    private final Map<Node, Integer> number = new IdentityHashMap<>();
    private final @Nullable Shape[] loopShape;
    private final int[][] producers;
    private final int[] level;
    private final int[] leader;

    private Fusion(Graph graph) {
        this.graph = graph;
        this.nodes = graph.nodes();
        int count = nodes.size();
        this.loopShape = new Shape[count];
        this.producers = new int[count][];
        this.level = new int[count];
        this.leader = new int[count];
        for (int i = 0; i < count; i++) {
            Node node = nodes.get(i);
            number.put(node, i);
            loopShape[i] = loopShape(node);
            producers[i] = node.inputs().stream().mapToInt(this::numberOf).toArray();
            leader[i] = i;
        }
    }

    private int numberOf(Expr value) {
        return Objects.requireNonNull(number.get(value.node()));
    }

    /** The groups of a graph, each after those it depends on. */
    public static List<Group> of(Graph graph) {
        Fusion fusion = new Fusion(graph);
        fusion.assignLevels();
        fusion.raiseLevels();
        fusion.unite();
        return fusion.ordered();
    }

    /** The points a node runs over, or null if it has a step of its own. */
    private static @Nullable Shape loopShape(Node node) {
        return switch (node.op()) {
            case Op.Unary ignored -> node.types().getFirst().shape();
            case Op.Binary ignored -> node.types().getFirst().shape();
            case Op.Compare ignored -> node.types().getFirst().shape();
            case Op.Select ignored -> node.types().getFirst().shape();
            case Op.Cast ignored -> node.types().getFirst().shape();
            case Op.Reduce ignored -> node.inputs().getFirst().shape();
            default -> null;
        };
    }

    /** Roughly how many vector instructions a node becomes. */
    static int weight(Op op) {
        return switch (op) {
            case Op.Unary unary -> switch (unary.function()) {
                case NEG, ABS, SQRT, NOT -> 1;
                case SIGN -> 4;
                case EXP, EXPM1, SIGMOID -> 25;
                case LOG, LOG1P, TANH -> 35;
                case SIN, COS -> 40;
                case ERF -> 60;
            };
            case Op.Binary binary -> binary.function() == BinaryFunction.POW ? 100 : 1;
            case Op.Reduce ignored -> 20;
            default -> 1;
        };
    }

    private boolean fuses(int producer, int consumer) {
        Shape points = loopShape[consumer];
        return points != null && Objects.equals(points, loopShape[producer])
                && !(nodes.get(producer).op() instanceof Op.Reduce);
    }

    private void assignLevels() {
        for (int i = 0; i < nodes.size(); i++) {
            boolean isView = Views.isView(nodes.get(i).op());
            for (int producer : producers[i]) {
                boolean same = fuses(producer, i) || isView && loopShape[producer] == null;
                level[i] = Math.max(level[i], level[producer] + (same ? 0 : 1));
            }
        }
    }

    private void raiseLevels() {
        int[] earliestUse = new int[nodes.size()];
        Arrays.fill(earliestUse, Integer.MAX_VALUE);
        graph.outputs().forEach(output -> earliestUse[numberOf(output)] = -1);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (loopShape[i] != null && !(nodes.get(i).op() instanceof Op.Reduce) && earliestUse[i] > level[i]
                    && earliestUse[i] < Integer.MAX_VALUE) {
                level[i] = earliestUse[i];
            }
            for (int producer : producers[i]) {
                int use = fuses(producer, i) ? level[i] : -1;
                earliestUse[producer] = Math.min(earliestUse[producer], use);
            }
        }
    }

    private void unite() {
        for (int i = 0; i < nodes.size(); i++) {
            for (int producer : producers[i]) {
                if (fuses(producer, i) && level[producer] == level[i]) {
                    leader[find(i)] = find(producer);
                }
            }
        }
    }

    private int find(int i) {
        int root = i;
        while (leader[root] != root) {
            root = leader[root];
        }
        for (int next = i; leader[next] != root;) {
            int after = leader[next];
            leader[next] = root;
            next = after;
        }
        return root;
    }

    /** The groups in an order that respects dependencies and otherwise follows the graph's. */
    private List<Group> ordered() {
        List<List<Integer>> members = new ArrayList<>();
        int[] groupOf = new int[nodes.size()];
        int[] open = new int[nodes.size()];
        int[] weight = new int[nodes.size()];
        Arrays.fill(open, -1);
        for (int i = 0; i < nodes.size(); i++) {
            int root = find(i);
            int added = weight(nodes.get(i).op());
            if (open[root] < 0 || weight[root] + added > LIMIT) {
                open[root] = members.size();
                weight[root] = 0;
                members.add(new ArrayList<>());
            }
            weight[root] += added;
            groupOf[i] = open[root];
            members.get(groupOf[i]).add(i);
        }
        return schedule(members, groupOf);
    }

    private List<Group> schedule(List<List<Integer>> members, int[] groupOf) {
        int count = members.size();
        List<Set<Integer>> users = new ArrayList<>();
        int[] waiting = new int[count];
        for (int g = 0; g < count; g++) {
            users.add(new LinkedHashSet<>());
        }
        for (int i = 0; i < nodes.size(); i++) {
            for (int producer : producers[i]) {
                if (groupOf[producer] != groupOf[i] && users.get(groupOf[producer]).add(groupOf[i])) {
                    waiting[groupOf[i]]++;
                }
            }
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>(Comparator.comparingInt(g -> members.get(g)
                .getLast()));
        for (int g = 0; g < count; g++) {
            if (waiting[g] == 0) {
                ready.add(g);
            }
        }
        List<Group> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int g = ready.remove();
            order.add(new Group(members.get(g).stream().map(nodes::get).toList(), loopShape[members.get(g)
                    .getFirst()] != null));
            for (int user : users.get(g)) {
                if (--waiting[user] == 0) {
                    ready.add(user);
                }
            }
        }
        if (order.size() != count) {
            throw new AssertionError("groups depend on each other in a circle");
        }
        return order;
    }

}
