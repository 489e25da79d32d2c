package cotangent.dsl.compile;

import cotangent.dsl.Expr;
import cotangent.dsl.Shape;
import cotangent.dsl.ir.Graph;
import cotangent.dsl.ir.Node;
import cotangent.dsl.ir.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the parts of concatenations are made: a loop nest stores a part where it belongs in the whole, so that joining
 * parts moves no elements. A part of several wholes is
 * stored in each.
 */
final class JoinPlaces {
    private record Place(Node join, int start) {}

    private final Map<Expr, List<Place>> places = new HashMap<>();
    private final Map<Node, Buffer> buffers = new HashMap<>();

    /**
     * Finds the places.
     *
     * @param groups what runs together; only results of loop nests have places
     */
    JoinPlaces(Graph graph, List<Fusion.Group> groups) {
        Set<Expr> results = Set.copyOf(graph.outputs());
        Map<Node, Boolean> isLoop = new HashMap<>();
        groups.forEach(group -> group.nodes().forEach(node -> isLoop.put(node, group.isLoop())));
        for (Node node : graph.nodes()) {
            if (!(node.op() instanceof Op.Concat concat)) {
                continue;
            }
            int start = 0;
            for (Expr part : node.inputs()) {
                if (isLoop.getOrDefault(part.node(), false) && !results.contains(part)) {
                    places.computeIfAbsent(part, key -> new ArrayList<>()).add(new Place(node, start));
                }
                start += part.shape().extent(concat.axis());
            }
        }
    }

    /** The parts of wholes where a loop nest can store a value: neighbours along its innermost axis must be adjacent. */
    List<View> of(Expr value) {
        List<View> windows = places.getOrDefault(value, List.of())
                .stream()
                .map(place -> window(value, place))
                .toList();
        return windows.stream().allMatch(window -> window.innerStride() == 1) ? windows : List.of();
    }

    private View window(Expr value, Place place) {
        int axis = ((Op.Concat) place.join().op()).axis();
        int[] starts = new int[value.rank()];
        int[] ones = new int[value.rank()];
        Arrays.fill(ones, 1);
        starts[axis] = place.start();
        return whole(place.join()).window(starts, ones, value.shape());
    }

    /** The whole that a concatenation makes. */
    View whole(Node join) {
        Shape shape = join.types().getFirst().shape();
        return View.dense(buffers.computeIfAbsent(join, key -> Buffer.workspace(key.types().getFirst().dtype(), shape
                .size())), shape);
    }
}
