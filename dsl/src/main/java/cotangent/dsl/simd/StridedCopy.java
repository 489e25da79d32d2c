package cotangent.dsl.simd;

import cotangent.dsl.compile.View;
import java.util.Arrays;
import java.util.List;

/**
 * A copy between two views. Runs of adjacent elements are copied as such; otherwise the two axes along which source and
 * target are nearest to adjacent are walked in square tiles, so that both stay in cache (a transposition).
 */
final class StridedCopy implements Stage {
    private static final int TILE = 32;

    private final View from;
    private final View to;
    private final int rank;
    private final int[] extents;
    private final int[] fromStrides;
    private final int[] toStrides;

    StridedCopy(View from, View to) {
        this.from = from;
        this.to = to;
        LoopLayout layout = LoopLayout.of(from.shape(), List.of(from, to));
        this.rank = Math.max(2, layout.rank());
        this.extents = new int[rank];
        this.fromStrides = new int[rank];
        this.toStrides = new int[rank];
        for (int level = 0; level < rank; level++) {
            extents[level] = layout.extent(level);
            fromStrides[level] = layout.strides(level)[0];
            toStrides[level] = layout.strides(level)[1];
        }
        swap(0, nearest(toStrides, 0));
        swap(1, nearest(fromStrides, 1));
    }

    /** The axis from {@code first} on with the smallest stride. */
    private int nearest(int[] strides, int first) {
        int best = first;
        for (int level = first; level < rank; level++) {
            if (extents[level] > 1 && (extents[best] == 1 || Math.abs(strides[level]) < Math.abs(strides[best]))) {
                best = level;
            }
        }
        return best;
    }

    private void swap(int a, int b) {
        for (int[] values : List.of(extents, fromStrides, toStrides)) {
            int kept = values[a];
            values[a] = values[b];
            values[b] = kept;
        }
    }

    @Override
    public void run(Frame frame) {
        Object source = frame.arrays()[from.buffer().slot()];
        Object target = frame.arrays()[to.buffer().slot()];
        plane(source, target, rank - 1, frame.start(from), frame.start(to));
    }

    private void plane(Object source, Object target, int level, int fromStart, int toStart) {
        if (level == 1) {
            matrix(source, target, fromStart, toStart);
            return;
        }
        for (int i = 0; i < extents[level]; i++) {
            plane(source, target, level - 1, fromStart + i * fromStrides[level], toStart + i * toStrides[level]);
        }
    }

    private void matrix(Object source, Object target, int fromStart, int toStart) {
        int columns = extents[0];
        if (fromStrides[0] == 1 && toStrides[0] == 1) {
            for (int i = 0; i < extents[1]; i++) {
                System.arraycopy(source, fromStart + i * fromStrides[1], target, toStart + i * toStrides[1], columns);
            }
            return;
        }
        for (int row = 0; row < extents[1]; row += TILE) {
            int rows = Math.min(TILE, extents[1] - row);
            for (int column = 0; column < columns; column += TILE) {
                int p = fromStart + row * fromStrides[1] + column * fromStrides[0];
                int q = toStart + row * toStrides[1] + column * toStrides[0];
                tile(source, p, target, q, rows, Math.min(TILE, columns - column));
            }
        }
    }

    private void tile(Object source, int p, Object target, int q, int rows, int columns) {
        // The shorter side outside: few iterations are dear for an inner loop.
        int inner = columns >= rows ? 0 : 1;
        int m = Math.min(rows, columns);
        int n = Math.max(rows, columns);
        int f = fromStrides[inner];
        int g = fromStrides[1 - inner];
        int t = toStrides[inner];
        int u = toStrides[1 - inner];
        switch (source) {
            case double[] a -> tile(a, p, g, f, (double[]) target, q, u, t, m, n);
            case float[] a -> tile(a, p, g, f, (float[]) target, q, u, t, m, n);
            case int[] a -> tile(a, p, g, f, (int[]) target, q, u, t, m, n);
            case boolean[] a -> tile(a, p, g, f, (boolean[]) target, q, u, t, m, n);
            default -> throw new AssertionError(source);
        }
    }

    private static void tile(double[] a, int p, int g, int f, double[] b, int q, int u, int t, int m, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0, from = p + i * g, to = q + i * u; j < n; j++, from += f, to += t) {
                b[to] = a[from];
            }
        }
    }

    private static void tile(float[] a, int p, int g, int f, float[] b, int q, int u, int t, int m, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0, from = p + i * g, to = q + i * u; j < n; j++, from += f, to += t) {
                b[to] = a[from];
            }
        }
    }

    private static void tile(int[] a, int p, int g, int f, int[] b, int q, int u, int t, int m, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0, from = p + i * g, to = q + i * u; j < n; j++, from += f, to += t) {
                b[to] = a[from];
            }
        }
    }

    private static void tile(boolean[] a, int p, int g, int f, boolean[] b, int q, int u, int t, int m, int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0, from = p + i * g, to = q + i * u; j < n; j++, from += f, to += t) {
                b[to] = a[from];
            }
        }
    }

    @Override
    public String toString() {
        return "copy " + from + " to " + to + " " + Arrays.toString(extents);
    }
}
