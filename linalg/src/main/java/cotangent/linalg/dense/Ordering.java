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
}
