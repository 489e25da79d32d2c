package cotangent.linalg.operator;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Symv;
import cotangent.dsl.kernel.Workers;

/**
 * The product of a symmetric matrix with one vector, from its upper triangle alone: half of the memory traffic, which is what
 * such a product takes its time for.
 */
final class SymmetricProduct {
    /** Below this the matrix fits the second-level cache, and a plain product is as fast. */
    static final int SMALLEST = 512;

    private static final int STRIP = 32;
    private static final int SUMS = 8;

    private SymmetricProduct() {}

    static double[] of(int n, double[] a, double[] x) {
        double[] y = new double[n];
        Symv.dsymv(n, 0, a, 0, n, x, 0, y, 0);
        return y;
    }

    /**
     * In float32, strips of rows serve twice, as rows and, while they are in the cache, as columns. Strips are shared out
     * among a fixed number of sums, which are added in order, so that the bits do not depend on the number of threads.
     */
    static float[] of(int n, float[] a, float[] x) {
        float[][] sums = new float[SUMS][];
        Workers.run(SUMS, chunk -> {
            float[] y = new float[n];
            for (int from = chunk * STRIP; from < n; from += SUMS * STRIP) {
                int rows = Math.min(STRIP, n - from);
                int beyond = n - from - rows;
                int at = from * n + from;
                Gemm.sgemm(rows, 1, rows + beyond, 1, a, at, n, 1, x, from, 1, 1, 1, y, from, 1);
                Gemm.sgemm(beyond, 1, rows, 1, a, at + rows, 1, n, x, from, 1, 1, 1, y, from + rows, 1);
            }
            sums[chunk] = y;
        });
        for (int chunk = 1; chunk < SUMS; chunk++) {
            for (int i = 0; i < n; i++) {
                sums[0][i] += sums[chunk][i];
            }
        }
        return sums[0];
    }
}
