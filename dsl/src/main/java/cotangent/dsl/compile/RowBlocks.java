package cotangent.dsl.compile;

import cotangent.dsl.Shape;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes one pass over memory of loop nests that follow each other and run over the same rows: a softmax's maximum,
 * exponentials with their sum, and quotients; a layer norm's mean, variance and scaling.
 *
 * <p>The rows are cut into blocks that fit into a core's first caches, and every loop nest runs over one block before any
 * of them runs over the next. So a block is read from memory once and its results are written once; what is made and used
 * up inside (a row's maximum, its exponentials) needs room for one block only and never leaves the cache. Each loop nest
 * does to a row what it would have done alone, so results do not depend on the blocks, to the last bit.
 *
 * <p>Rows are the positions of leading axes that every view walks with one stride. Loop nests may run together if each
 * finds what an earlier one made for a row at that row. Cost: linear in steps times rank.
 */
final class RowBlocks {
    /** What the loop nests touch of a block: in reach of the second-level cache, with room to spare. */
    static final int BLOCK_BYTES = 1 << 16;
    /** Rows of more than this many blocks' bytes gain nothing. */
    private static final int LONGEST_ROW = 16;
    /** Parts of the rows that may run on threads of their own, each with its own room for a block. */
    private static final int MOST_TASKS = 32;
    /** Of rows that are single elements: a multiple keeps vectors whole. */
    private static final int WHOLE_VECTORS = 64;

    private final List<Step> steps;
    private final int blockBytes;
    private final Map<Buffer, int[]> uses = new IdentityHashMap<>();

    private RowBlocks(List<Step> steps, int blockBytes) {
        this.steps = steps;
        this.blockBytes = blockBytes;
        for (int i = 0; i < steps.size(); i++) {
            int now = i;
            views(steps.get(i)).forEach(view -> {
                int[] range = uses.computeIfAbsent(view.buffer(), key -> new int[]{now, now});
                range[1] = now;
            });
        }
    }

    /** The steps, with those that run over the same rows put together. */
    static List<Step> group(List<Step> steps, int blockBytes) {
        return new RowBlocks(steps, blockBytes).grouped();
    }

    private static Stream<View> views(Step step) {
        return Stream.concat(step.reads(), step.writes());
    }

    /**
     * Loop nests over so many rows, and steps between them that depend on none of them and come before.
     *
     * @param to number of the step after the last
     */
    private record Run(int rows, int loops, List<Step> members, List<Step> before, int to) {}

    private List<Step> grouped() {
        List<Step> result = new ArrayList<>();
        for (int i = 0; i < steps.size();) {
            Run run = longest(i);
            Step.Rows together = run == null ? null : together(run, i);
            if (run == null || together == null) {
                result.add(steps.get(i++));
            } else {
                result.addAll(run.before());
                result.add(together);
                i = run.to();
            }
        }
        return result;
    }

    private @Nullable Run longest(int from) {
        Shape shape = points(steps.get(from));
        Run best = null;
        int rows = 1;
        for (int axis = 0; shape != null && axis < shape.rank(); axis++) {
            rows *= shape.extent(axis);
            if (rows > 1 && shape.extent(axis) > 1) {
                Run run = run(from, rows);
                if (run.loops() > 1 && (best == null || run.loops() >= best.loops())) {
                    best = run;
                }
            }
        }
        return best;
    }

    /** The points a step runs over; null if it cannot be cut. */
    private static @Nullable Shape points(Step step) {
        return switch (step) {
            case Step.Loop loop -> loop.region().shape();
            case Step.Fill fill when fill.to().isDense() && fill.to().size() > 0 -> fill.to().shape();
            default -> null;
        };
    }

    /** As many steps as follow each other over so many rows, the last one a loop nest. */
    private Run run(int from, int rows) {
        Map<Buffer, Integer> written = new IdentityHashMap<>();
        List<Step> members = new ArrayList<>();
        List<Step> before = new ArrayList<>();
        Run best = new Run(rows, 0, List.of(), List.of(), from);
        int loops = 0;
        for (int i = from; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (fits(step, rows, written)) {
                members.add(step);
            } else if (i > from && isSimple(step) && dependsOnNone(step, members)) {
                before.add(step);
                continue;
            } else {
                break;
            }
            if (step instanceof Step.Loop) {
                best = new Run(rows, ++loops, List.copyOf(members), List.copyOf(before), i + 1);
            }
        }
        return best;
    }

    private static boolean isSimple(Step step) {
        return step instanceof Step.Loop || step instanceof Step.Fill || step instanceof Step.Copy;
    }

    private static boolean dependsOnNone(Step step, List<Step> members) {
        return members.stream()
                .noneMatch(member -> touches(member.writes(), views(step)) || touches(member.reads(), step
                        .writes()));
    }

    private static boolean touches(Stream<View> some, Stream<View> others) {
        Set<Buffer> buffers = some.map(View::buffer).collect(Collectors.toSet());
        return others.anyMatch(view -> buffers.contains(view.buffer()));
    }

    /** Whether a step may run row by row after those that wrote what is given; adds what it writes. */
    private static boolean fits(Step step, int rows, Map<Buffer, Integer> written) {
        Shape shape = points(step);
        int axes = shape == null ? 0 : leading(shape, rows);
        if (axes == 0 || !views(step).allMatch(view -> view.walksAsOne(axes))) {
            return false;
        }
        for (View view : views(step).toList()) {
            Integer stride = written.get(view.buffer());
            if (stride != null && !(view.rowStride(axes) == stride && view.staysInRow(axes))) {
                return false;
            }
        }
        if (step.writes().anyMatch(view -> view.rowStride(axes) == 0 || !view.staysInRow(axes))) {
            return false;
        }
        step.writes().forEach(view -> written.put(view.buffer(), view.rowStride(axes)));
        return true;
    }

    /** How many leading axes have so many positions together; 0 if none. */
    private static int leading(Shape shape, int rows) {
        int product = 1;
        for (int axis = 0; axis < shape.rank(); axis++) {
            product *= shape.extent(axis);
            if (product == rows) {
                return axis + 1;
            }
        }
        return 0;
    }

    /** A run as one step; null where it would gain nothing. */
    private Step.@Nullable Rows together(Run run, int from) {
        Map<Buffer, Integer> strides = strides(run);
        long rowBytes = strides.entrySet()
                .stream()
                .mapToLong(entry -> (long) entry.getValue() * entry.getKey().dtype().bytes())
                .sum();
        int size = Math.clamp(blockBytes / Math.max(1, rowBytes), 1, run.rows());
        int blockRows = size > WHOLE_VECTORS ? size / WHOLE_VECTORS * WHOLE_VECTORS : size;
        int blocks = Math.ceilDiv(run.rows(), blockRows);
        if (blocks == 1 || rowBytes > (long) LONGEST_ROW * blockBytes) {
            return null;
        }
        int blocksPerTask = Math.ceilDiv(blocks, MOST_TASKS);
        long roomRows = (long) Math.ceilDiv(blocks, blocksPerTask) * blockRows;
        Map<Buffer, Buffer> shrunk = new IdentityHashMap<>();
        run.members()
                .stream()
                .flatMap(Step::writes)
                .map(View::buffer)
                .filter(buffer -> isLocal(buffer, from, run.to()))
                .forEach(buffer -> {
                    long room = roomRows * Objects.requireNonNull(strides.get(buffer));
                    if (room < buffer.size()) {
                        shrunk.computeIfAbsent(buffer, key -> Buffer.workspace(key.dtype(), (int) room));
                    }
                });
        List<Step> members = run.members()
                .stream()
                .map(step -> block(step, run.rows(), blockRows, shrunk))
                .toList();
        return new Step.Rows(run.rows(), blockRows, blocksPerTask, members, Set.copyOf(shrunk.values()));
    }

    /** By buffer, how many elements of it belong to a row. */
    private static Map<Buffer, Integer> strides(Run run) {
        Map<Buffer, Integer> strides = new IdentityHashMap<>();
        for (Step step : run.members()) {
            int axes = leading(Objects.requireNonNull(points(step)), run.rows());
            views(step).forEach(view -> strides.merge(view.buffer(), Math.abs(view.rowStride(axes)), Math::max));
        }
        return strides;
    }

    private boolean isLocal(Buffer buffer, int from, int to) {
        int[] range = Objects.requireNonNull(uses.get(buffer));
        return buffer.kind() == Buffer.Kind.WORKSPACE && range[0] >= from && range[1] < to;
    }

    /** The step over the first block. */
    private static Step block(Step step, int rows, int blockRows, Map<Buffer, Buffer> shrunk) {
        int axes = leading(Objects.requireNonNull(points(step)), rows);
        UnaryOperator<View> cut = view -> view.block(axes, blockRows, shrunk.getOrDefault(view
                .buffer(), view.buffer()));
        return switch (step) {
            case Step.Loop loop -> new Step.Loop(loop.region().block(axes, blockRows), loop.inputs()
                    .stream()
                    .map(cut)
                    .toList(), loop.outputs().stream().map(cut).toList());
            case Step.Fill fill -> new Step.Fill(cut.apply(fill.to()), fill.value());
            default -> throw new AssertionError(step);
        };
    }
}
