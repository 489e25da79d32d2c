package cotangent.dsl.kernel;

import java.util.Arrays;

/** The inner loops of products without vectors, in the lane order of those with. */
final class FloatScalarSums {
    private FloatScalarSums() {}

    /** {@link FloatRowSum} without vectors: four terms per pass over y, a loop that C2 turns into vector code itself. */
    static void addRows(int k, int n, float[] x, float[] b, int bOff, int bRow, float[] y, int yOff) {
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            fourTerms(n, x[p], x[p + 1], x[p + 2], x[p + 3], b, bOff + p * bRow, bRow, y, yOff);
        }
        for (; p < k; p++) {
            oneTerm(n, x[p], b, bOff + p * bRow, y, yOff);
        }
    }

    private static void fourTerms(
            int n, float a0, float a1, float a2, float a3, float[] b, int b0, int bRow, float[] c, int cOff) {
        int b1 = b0 + bRow;
        int b2 = b1 + bRow;
        int b3 = b2 + bRow;
        for (int j = 0; j < n; j++) {
            float s = Math.fma(a0, b[b0 + j], c[cOff + j]);
            s = Math.fma(a1, b[b1 + j], s);
            s = Math.fma(a2, b[b2 + j], s);
            c[cOff + j] = Math.fma(a3, b[b3 + j], s);
        }
    }

    private static void oneTerm(int n, float a, float[] b, int bOff, float[] c, int cOff) {
        for (int j = 0; j < n; j++) {
            c[cOff + j] = Math.fma(a, b[bOff + j], c[cOff + j]);
        }
    }

    /** {@link FloatDotRows} without vectors: the same partial sums, the same order. */
    static void dots(int k, float[] rows, int off, int row, int last, float[] x, int xOff, float[] sums) {
        int lanes = FloatLanes.COUNT;
        Arrays.fill(sums, 0, 8 * lanes, 0);
        for (int r = 0; r < 8; r++) {
            int from = off + Math.min(r, last) * row;
            int to = r * lanes;
            for (int p = 0; p < k; p += lanes) {
                int present = Math.min(lanes, k - p);
                for (int lane = 0; lane < present; lane++) {
                    sums[to + lane] = Math.fma(x[xOff + p + lane], rows[from + p + lane], sums[to + lane]);
                }
                // An absent lane adds 0 times 0 in the vector form, which turns a -0 into 0.
                for (int lane = present; lane < lanes; lane++) {
                    sums[to + lane] += 0;
                }
            }
        }
        for (int r = 0; r < 8; r++) {
            sums[r] = FloatLanes.sum(sums, r * lanes);
        }
    }
}
