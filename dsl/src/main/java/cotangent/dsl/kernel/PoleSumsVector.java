package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** {@link PoleSums} with the Vector API: one pass, in which the divisions take all of the time. */
final class PoleSumsVector {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private PoleSumsVector() {}

    static void sums(int n, double[] z, double[] d, int off, double t, double[] result) {
        DoubleVector at = DoubleVector.broadcast(S, t);
        DoubleVector sum = DoubleVector.zero(S);
        DoubleVector slope = sum;
        int whole = n - n % LANES;
        for (int j = off; j < off + whole; j += LANES) {
            DoubleVector v = DoubleVector.fromArray(S, z, j);
            DoubleVector q = v.div(DoubleVector.fromArray(S, d, j).sub(at));
            sum = v.fma(q, sum);
            slope = q.fma(q, slope);
        }
        if (whole < n) {
            VectorMask<Double> tail = VectorMask.fromLong(S, -1L >>> (64 - (n - whole)));
            DoubleVector v = DoubleVector.fromArray(S, z, off + whole, tail);
            DoubleVector pole = DoubleVector.fromArray(S, d, off + whole, tail).sub(at);
            DoubleVector q = v.div(DoubleVector.broadcast(S, 1).blend(pole, tail));
            sum = v.fma(q, sum);
            slope = q.fma(q, slope);
        }
        double[] lanes = DoubleWorkspace.current().tile(2 * LANES);
        sum.intoArray(lanes, 0);
        slope.intoArray(lanes, LANES);
        finish(lanes, result);
    }

    static void sums(int n, double[] z, double[] d, double[] e, int off, double t, double[] result) {
        DoubleVector at = DoubleVector.broadcast(S, t);
        DoubleVector sum = DoubleVector.zero(S);
        DoubleVector slope = sum;
        int whole = n - n % LANES;
        for (int j = off; j < off + whole; j += LANES) {
            DoubleVector v = DoubleVector.fromArray(S, z, j);
            DoubleVector total = DoubleVector.fromArray(S, e, j).add(at);
            DoubleVector q = v.div(DoubleVector.fromArray(S, d, j).sub(at).mul(total));
            sum = v.fma(q, sum);
            slope = q.fma(q, slope);
        }
        if (whole < n) {
            VectorMask<Double> tail = VectorMask.fromLong(S, -1L >>> (64 - (n - whole)));
            DoubleVector v = DoubleVector.fromArray(S, z, off + whole, tail);
            DoubleVector total = DoubleVector.fromArray(S, e, off + whole, tail).add(at);
            DoubleVector pole = DoubleVector.fromArray(S, d, off + whole, tail).sub(at).mul(total);
            DoubleVector q = v.div(DoubleVector.broadcast(S, 1).blend(pole, tail));
            sum = v.fma(q, sum);
            slope = q.fma(q, slope);
        }
        double[] lanes = DoubleWorkspace.current().tile(2 * LANES);
        sum.intoArray(lanes, 0);
        slope.intoArray(lanes, LANES);
        finish(lanes, result);
    }

    private static void finish(double[] lanes, double[] result) {
        result[0] = DoubleLanes.sum(lanes, 0);
        result[1] = DoubleLanes.sum(lanes, LANES);
    }
}
