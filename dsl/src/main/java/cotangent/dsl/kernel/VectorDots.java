package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Dot products with the Vector API: four vectors of partial sums, enough to cover the latency of the loads. */
final class VectorDots implements DotKernels {
    private static final VectorSpecies<Double> F64 = Species.F64;
    private static final VectorSpecies<Float> F32 = Species.F32;
    private static final int F64_LANES = Simd.F64_LANES;
    private static final int F32_LANES = Simd.F32_LANES;

    @Override
    public double dot(int n, double[] x, int xOff, double[] y, int yOff) {
        DoubleVector s0 = DoubleVector.zero(F64);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        int i = 0;
        for (; i <= n - 4 * F64_LANES; i += 4 * F64_LANES) {
            s0 = DoubleVector.fromArray(F64, x, xOff + i).fma(DoubleVector.fromArray(F64, y, yOff + i), s0);
            s1 = DoubleVector.fromArray(F64, x, xOff + i + F64_LANES)
                    .fma(DoubleVector.fromArray(F64, y, yOff + i + F64_LANES), s1);
            s2 = DoubleVector.fromArray(F64, x, xOff + i + 2 * F64_LANES)
                    .fma(DoubleVector.fromArray(F64, y, yOff + i + 2 * F64_LANES), s2);
            s3 = DoubleVector.fromArray(F64, x, xOff + i + 3 * F64_LANES)
                    .fma(DoubleVector.fromArray(F64, y, yOff + i + 3 * F64_LANES), s3);
        }
        double[] sums = DoubleWorkspace.current().tile(4 * F64_LANES);
        s0.intoArray(sums, 0);
        s1.intoArray(sums, F64_LANES);
        s2.intoArray(sums, 2 * F64_LANES);
        s3.intoArray(sums, 3 * F64_LANES);
        for (int lane = 0; i < n; i++, lane++) {
            sums[lane] = Math.fma(x[xOff + i], y[yOff + i], sums[lane]);
        }
        return ScalarDots.total(sums);
    }

    @Override
    public float dot(int n, float[] x, int xOff, float[] y, int yOff) {
        FloatVector s0 = FloatVector.zero(F32);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= n - 4 * F32_LANES; i += 4 * F32_LANES) {
            s0 = FloatVector.fromArray(F32, x, xOff + i).fma(FloatVector.fromArray(F32, y, yOff + i), s0);
            s1 = FloatVector.fromArray(F32, x, xOff + i + F32_LANES)
                    .fma(FloatVector.fromArray(F32, y, yOff + i + F32_LANES), s1);
            s2 = FloatVector.fromArray(F32, x, xOff + i + 2 * F32_LANES)
                    .fma(FloatVector.fromArray(F32, y, yOff + i + 2 * F32_LANES), s2);
            s3 = FloatVector.fromArray(F32, x, xOff + i + 3 * F32_LANES)
                    .fma(FloatVector.fromArray(F32, y, yOff + i + 3 * F32_LANES), s3);
        }
        float[] sums = FloatWorkspace.current().tile(4 * F32_LANES);
        s0.intoArray(sums, 0);
        s1.intoArray(sums, F32_LANES);
        s2.intoArray(sums, 2 * F32_LANES);
        s3.intoArray(sums, 3 * F32_LANES);
        for (int lane = 0; i < n; i++, lane++) {
            sums[lane] = Math.fma(x[xOff + i], y[yOff + i], sums[lane]);
        }
        return ScalarDots.total(sums);
    }

    @Override
    public double wideDot(int n, float[] x, int xOff, float[] y, int yOff) {
        DoubleVector s0 = DoubleVector.zero(F64);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        int i = 0;
        for (; i <= n - 2 * F32_LANES; i += 2 * F32_LANES) {
            FloatVector x0 = FloatVector.fromArray(F32, x, xOff + i);
            FloatVector x1 = FloatVector.fromArray(F32, x, xOff + i + F32_LANES);
            FloatVector y0 = FloatVector.fromArray(F32, y, yOff + i);
            FloatVector y1 = FloatVector.fromArray(F32, y, yOff + i + F32_LANES);
            s0 = ((DoubleVector) x0.convertShape(VectorOperators.F2D, F64, 0))
                    .fma((DoubleVector) y0.convertShape(VectorOperators.F2D, F64, 0), s0);
            s1 = ((DoubleVector) x0.convertShape(VectorOperators.F2D, F64, 1))
                    .fma((DoubleVector) y0.convertShape(VectorOperators.F2D, F64, 1), s1);
            s2 = ((DoubleVector) x1.convertShape(VectorOperators.F2D, F64, 0))
                    .fma((DoubleVector) y1.convertShape(VectorOperators.F2D, F64, 0), s2);
            s3 = ((DoubleVector) x1.convertShape(VectorOperators.F2D, F64, 1))
                    .fma((DoubleVector) y1.convertShape(VectorOperators.F2D, F64, 1), s3);
        }
        double[] sums = DoubleWorkspace.current().tile(4 * F64_LANES);
        s0.intoArray(sums, 0);
        s1.intoArray(sums, F64_LANES);
        s2.intoArray(sums, 2 * F64_LANES);
        s3.intoArray(sums, 3 * F64_LANES);
        for (int lane = 0; i < n; i++, lane++) {
            sums[lane] = Math.fma((double) x[xOff + i], (double) y[yOff + i], sums[lane]);
        }
        return ScalarDots.total(sums);
    }
}
