package cotangent.dsl.kernel;

import java.util.Arrays;

/** {@link PoleSums} without vectors: the same partial sums in the same order. */
final class PoleSumsScalar {
    private static final int LANES = Simd.F64_LANES;

    private PoleSumsScalar() {}

    static void sums(int n, double[] z, double[] d, int off, double t, double[] result) {
        double[] lanes = DoubleWorkspace.current().tile(2 * LANES);
        Arrays.fill(lanes, 0, 2 * LANES, 0);
        for (int j = 0; j < n; j++) {
            add(z[off + j], d[off + j] - t, lanes, j % LANES);
        }
        finish(n, lanes, result);
    }

    static void sums(int n, double[] z, double[] d, double[] e, int off, double t, double[] result) {
        double[] lanes = DoubleWorkspace.current().tile(2 * LANES);
        Arrays.fill(lanes, 0, 2 * LANES, 0);
        for (int j = 0; j < n; j++) {
            add(z[off + j], (d[off + j] - t) * (e[off + j] + t), lanes, j % LANES);
        }
        finish(n, lanes, result);
    }

    private static void add(double z, double pole, double[] lanes, int lane) {
        double q = z / pole;
        lanes[lane] = Math.fma(z, q, lanes[lane]);
        lanes[LANES + lane] = Math.fma(q, q, lanes[LANES + lane]);
    }

    /** Lanes absent from the last vector have added 0 in the vector form, which turns a -0 into 0. */
    private static void finish(int n, double[] lanes, double[] result) {
        for (int lane = n % LANES; n % LANES > 0 && lane < LANES; lane++) {
            lanes[lane] += 0;
        }
        result[0] = DoubleLanes.sum(lanes, 0);
        result[1] = DoubleLanes.sum(lanes, LANES);
    }
}
