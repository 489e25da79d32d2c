package cotangent.dsl.simd;

import cotangent.dsl.Shape;
import cotangent.dsl.compile.View;
import java.util.ArrayList;
import java.util.List;

/**
 * The loops over the points of several views of one shape, with as few loops as their strides allow: axes of extent 1
 * vanish, and neighbouring axes that every view walks as one become one.
 *
 * @param extents loop counts, outermost first; at least one
 * @param strides for each loop, one stride per view
 */
record LoopLayout(int[] extents, int[][] strides) {
    static LoopLayout of(Shape shape, List<View> views) {
        List<Integer> extents = new ArrayList<>();
        List<int[]> strides = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            int extent = shape.extent(axis);
            if (extent == 1) {
                continue;
            }
            int along = axis;
            int[] steps = views.stream().mapToInt(view -> view.stride(along)).toArray();
            if (!extents.isEmpty() && joins(strides.getLast(), steps, extent)) {
                extents.set(extents.size() - 1, extents.getLast() * extent);
                strides.set(strides.size() - 1, steps);
            } else {
                extents.add(extent);
                strides.add(steps);
            }
        }
        if (extents.isEmpty()) {
            extents.add(shape.size());
            strides.add(new int[views.size()]);
        }
        return new LoopLayout(extents.stream().mapToInt(Integer::intValue).toArray(), strides.toArray(int[][]::new));
    }

    /** A loop for every axis. */
    static LoopLayout everyAxis(Shape shape, List<View> views) {
        int[] extents = new int[shape.rank()];
        int[][] strides = new int[extents.length][];
        for (int axis = 0; axis < strides.length; axis++) {
            int along = axis;
            extents[axis] = shape.extent(axis);
            strides[axis] = views.stream().mapToInt(view -> view.stride(along)).toArray();
        }
        return new LoopLayout(extents, strides);
    }

    private static boolean joins(int[] outer, int[] inner, int extent) {
        for (int view = 0; view < outer.length; view++) {
            if (outer[view] != inner[view] * extent) {
                return false;
            }
        }
        return true;
    }

    int rank() {
        return extents.length;
    }

    /** Iterations of the loop {@code fromInner} levels above the innermost one; 1 if there is none. */
    int extent(int fromInner) {
        return fromInner < extents.length ? extents[extents.length - 1 - fromInner] : 1;
    }

    /** Strides of that loop, one per view; zeros if there is none. */
    int[] strides(int fromInner) {
        return fromInner < extents.length ? strides[extents.length - 1 - fromInner] : new int[strides[0].length];
    }
}
