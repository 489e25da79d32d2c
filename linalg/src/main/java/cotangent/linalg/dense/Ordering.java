package cotangent.linalg.dense;

/** Sorting by value without moving the values. */
final class Ordering {

    private Ordering() {}

    /** Returns the positions, from 0, of n values starting at {@code off}, in ascending order of value; stable. */
    static int[] ascending(int n, double[] values, int off) {
        int[] from = new int[n];
        int[] to = new int[n];
        for (int i = 0; i < n; i++) {
            from[i] = i;
        }
        for (int width = 1; width < n; width *= 2) {
            for (int low = 0; low < n; low += 2 * width) {
                mergeRuns(from, to, low, Math.min(low + width, n), Math.min(low + 2 * width, n), values, off);
            }
            int[] held = from;
            from = to;
            to = held;
        }
        return from;
    }

    private static void mergeRuns(int[] from, int[] to, int low, int middle, int high, double[] values, int off) {
        int left = low;
        int right = middle;
        for (int at = low; at < high; at++) {
            boolean takeLeft = right == high
                    || left < middle && values[off + from[left]] <= values[off + from[right]];
            to[at] = takeLeft ? from[left++] : from[right++];
        }
    }

    /** Copies row order[i] of the n×n matrix {@code rows} to column i of {@code columns}, eight at a time so that lines fill. */
    static void rowsToColumns(int n, int[] order, double[] rows, double[] columns) {
        int whole = n - n % 8;
        for (int i = 0; i < whole; i += 8) {
            int r0 = order[i] * n;
            int r1 = order[i + 1] * n;
            int r2 = order[i + 2] * n;
            int r3 = order[i + 3] * n;
            int r4 = order[i + 4] * n;
            int r5 = order[i + 5] * n;
            int r6 = order[i + 6] * n;
            int r7 = order[i + 7] * n;
            for (int j = 0, to = i; j < n; j++, to += n) {
                columns[to] = rows[r0 + j];
                columns[to + 1] = rows[r1 + j];
                columns[to + 2] = rows[r2 + j];
                columns[to + 3] = rows[r3 + j];
                columns[to + 4] = rows[r4 + j];
                columns[to + 5] = rows[r5 + j];
                columns[to + 6] = rows[r6 + j];
                columns[to + 7] = rows[r7 + j];
            }
        }
        for (int i = whole; i < n; i++) {
            for (int j = 0; j < n; j++) {
                columns[j * n + i] = rows[order[i] * n + j];
            }
        }
    }
}
