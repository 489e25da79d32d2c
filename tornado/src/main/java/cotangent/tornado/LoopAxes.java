package cotangent.tornado;

import cotangent.dsl.compile.View;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Some axes of a loop nest as few as its views' strides allow: axes of extent 1 vanish, and neighbours that every view
 * walks as one become one.
 *
 * @param extents extents, outermost first
 * @param strides for each axis, one stride per view
 */
record LoopAxes(List<Integer> extents, List<int[]> strides) {
    static LoopAxes of(int[] axes, int[] shape, List<View> views) {
        List<Integer> extents = new ArrayList<>();
        List<int[]> strides = new ArrayList<>();
        for (int axis : axes) {
            int extent = shape[axis];
            if (extent == 1) {
                continue;
            }
            int[] steps = views.stream().mapToInt(view -> view.stride(axis)).toArray();
            if (!extents.isEmpty() && joins(strides.getLast(), steps, extent)) {
                extents.set(extents.size() - 1, extents.getLast() * extent);
                strides.set(strides.size() - 1, steps);
            } else {
                extents.add(extent);
                strides.add(steps);
            }
        }
        return new LoopAxes(extents, strides);
    }

    private static boolean joins(int[] outer, int[] inner, int extent) {
        return IntStream.range(0, outer.length).allMatch(view -> outer[view] == inner[view] * extent);
    }

    int rank() {
        return extents.size();
    }

    /** Number of points. */
    int size() {
        return extents.stream().reduce(1, (a, b) -> a * b);
    }

    /** A view's strides. */
    int[] strides(int view) {
        return strides.stream().mapToInt(steps -> steps[view]).toArray();
    }
}
