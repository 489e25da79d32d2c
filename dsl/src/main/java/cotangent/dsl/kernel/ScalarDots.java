package cotangent.dsl.kernel;

import java.util.Arrays;

/** Dot products in plain Java, for a process without the Vector API: the same bits, more slowly. */
final class ScalarDots implements DotKernels {
    @Override
    public double dot(int n, double[] x, int xOff, double[] y, int yOff) {
        int width = 4 * Simd.F64_LANES;
        double[] sums = DoubleWorkspace.current().tile(width);
        Arrays.fill(sums, 0, width, 0);
        for (int i = 0; i < n; i += width) {
            int present = Math.min(width, n - i);
            for (int lane = 0; lane < present; lane++) {
                sums[lane] = Math.fma(x[xOff + i + lane], y[yOff + i + lane], sums[lane]);
            }
        }
        return total(sums);
    }

    @Override
    public float dot(int n, float[] x, int xOff, float[] y, int yOff) {
        int width = 4 * Simd.F32_LANES;
        float[] sums = FloatWorkspace.current().tile(width);
        Arrays.fill(sums, 0, width, 0);
        for (int i = 0; i < n; i += width) {
            int present = Math.min(width, n - i);
            for (int lane = 0; lane < present; lane++) {
                sums[lane] = Math.fma(x[xOff + i + lane], y[yOff + i + lane], sums[lane]);
            }
        }
        return total(sums);
    }

    @Override
    public double wideDot(int n, float[] x, int xOff, float[] y, int yOff) {
        int width = 4 * Simd.F64_LANES;
        double[] sums = DoubleWorkspace.current().tile(width);
        Arrays.fill(sums, 0, width, 0);
        for (int i = 0; i < n; i += width) {
            int present = Math.min(width, n - i);
            for (int lane = 0; lane < present; lane++) {
                sums[lane] = Math.fma((double) x[xOff + i + lane], (double) y[yOff + i + lane], sums[lane]);
            }
        }
        return total(sums);
    }

    /** The sum of four vectors of partial sums, in the order that {@link Dots} defines; overwrites them. */
    static double total(double[] sums) {
        int lanes = Simd.F64_LANES;
        for (int lane = 0; lane < lanes; lane++) {
            sums[lane] = (sums[lane] + sums[lane + lanes]) + (sums[lane + 2 * lanes] + sums[lane + 3 * lanes]);
        }
        return DoubleLanes.sum(sums, 0);
    }

    /** The sum of four vectors of partial sums, in the order that {@link Dots} defines; overwrites them. */
    static float total(float[] sums) {
        int lanes = Simd.F32_LANES;
        for (int lane = 0; lane < lanes; lane++) {
            sums[lane] = (sums[lane] + sums[lane + lanes]) + (sums[lane + 2 * lanes] + sums[lane + 3 * lanes]);
        }
        return FloatLanes.sum(sums, 0);
    }
}
