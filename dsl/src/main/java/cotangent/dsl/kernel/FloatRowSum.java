package cotangent.dsl.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** y += x B for one row: four rows of B per pass over y, each element's terms in order. */
final class FloatRowSum {
    private static final VectorSpecies<Float> S = Species.F32;
    private static final int LANES = Simd.F32_LANES;

    private FloatRowSum() {}

    static void add(int k, int n, float[] x, float[] b, int bOff, int bRow, float[] y, int yOff) {
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            fourRows(n, x, p, b, bOff + p * bRow, bRow, y, yOff);
        }
        for (; p < k; p++) {
            oneRow(n, x[p], b, bOff + p * bRow, y, yOff);
        }
    }

    private static void fourRows(int n, float[] x, int p, float[] b, int b0, int bRow, float[] y, int yOff) {
        int b1 = b0 + bRow;
        int b2 = b1 + bRow;
        int b3 = b2 + bRow;
        FloatVector x0 = FloatVector.broadcast(S, x[p]);
        FloatVector x1 = FloatVector.broadcast(S, x[p + 1]);
        FloatVector x2 = FloatVector.broadcast(S, x[p + 2]);
        FloatVector x3 = FloatVector.broadcast(S, x[p + 3]);
        int whole = n - n % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector s = FloatVector.fromArray(S, y, yOff + j);
            s = x0.fma(FloatVector.fromArray(S, b, b0 + j), s);
            s = x1.fma(FloatVector.fromArray(S, b, b1 + j), s);
            s = x2.fma(FloatVector.fromArray(S, b, b2 + j), s);
            s = x3.fma(FloatVector.fromArray(S, b, b3 + j), s);
            s.intoArray(y, yOff + j);
        }
        if (whole < n) {
            VectorMask<Float> tail = VectorMask.fromLong(S, -1L >>> (64 - (n - whole)));
            FloatVector s = FloatVector.fromArray(S, y, yOff + whole, tail);
            s = x0.fma(FloatVector.fromArray(S, b, b0 + whole, tail), s);
            s = x1.fma(FloatVector.fromArray(S, b, b1 + whole, tail), s);
            s = x2.fma(FloatVector.fromArray(S, b, b2 + whole, tail), s);
            s = x3.fma(FloatVector.fromArray(S, b, b3 + whole, tail), s);
            s.intoArray(y, yOff + whole, tail);
        }
    }

    private static void oneRow(int n, float x, float[] b, int bOff, float[] y, int yOff) {
        FloatVector factor = FloatVector.broadcast(S, x);
        int whole = n - n % LANES;
        for (int j = 0; j < whole; j += LANES) {
            FloatVector s = FloatVector.fromArray(S, y, yOff + j);
            factor.fma(FloatVector.fromArray(S, b, bOff + j), s).intoArray(y, yOff + j);
        }
        if (whole < n) {
            VectorMask<Float> tail = VectorMask.fromLong(S, -1L >>> (64 - (n - whole)));
            FloatVector s = FloatVector.fromArray(S, y, yOff + whole, tail);
            factor.fma(FloatVector.fromArray(S, b, bOff + whole, tail), s).intoArray(y, yOff + whole, tail);
        }
    }
}
