package cotangent.dsl.reference;

/**
 * A walk over the elements of two row-major arrays at once, in which each step along an axis moves a fixed distance in
 * either: all that transposing, broadcasting, slicing, padding, joining and reducing have in common.
 *
 * @param extents       number of steps along each axis; no step at all if one is zero
 * @param source        offset of the first element in the source
 * @param sourceStrides distance in the source per step along each axis: zero repeats, a negative one walks backwards
 * @param target        offset of the first element in the target
 * @param targetStrides distance in the target per step along each axis
 */
record StridedWalk(int[] extents, int source, int[] sourceStrides, int target, int[] targetStrides) {
    /** What is done along the last axis. */
    @FunctionalInterface
    interface Row {
        void run(int source, int sourceStride, int target, int targetStride, int count);
    }

    void run(Row row) {
        run(row, 0, source, target);
    }

    private void run(Row row, int axis, int from, int to) {
        int last = extents.length - 1;
        if (axis >= last) {
            if (last < 0) {
                row.run(from, 0, to, 0, 1);
            } else {
                row.run(from, sourceStrides[last], to, targetStrides[last], extents[last]);
            }
            return;
        }
        for (int i = 0; i < extents[axis]; i++) {
            run(row, axis + 1, from + i * sourceStrides[axis], to + i * targetStrides[axis]);
        }
    }

    /** Copies each element of the source that the walk meets to its place in the target, an array of the same kind. */
    Object copy(Object source, Object target) {
        switch (source) {
            case double[] from -> copy(from, (double[]) target);
            case int[] from -> copy(from, (int[]) target);
            case boolean[] from -> copy(from, (boolean[]) target);
            default -> throw new AssertionError(source);
        }
        return target;
    }

    private void copy(double[] from, double[] to) {
        run((i, di, j, dj, count) -> {
            for (int k = 0; k < count; k++) {
                to[j + k * dj] = from[i + k * di];
            }
        });
    }

    private void copy(int[] from, int[] to) {
        run((i, di, j, dj, count) -> {
            for (int k = 0; k < count; k++) {
                to[j + k * dj] = from[i + k * di];
            }
        });
    }

    private void copy(boolean[] from, boolean[] to) {
        run((i, di, j, dj, count) -> {
            for (int k = 0; k < count; k++) {
                to[j + k * dj] = from[i + k * di];
            }
        });
    }
}
