package cotangent.dsl.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** y += x B for one row: four rows of B per pass over y, each element's terms in order. */
final class DoubleRowSum {
    private static final VectorSpecies<Double> S = Species.F64;
    private static final int LANES = Simd.F64_LANES;

    private DoubleRowSum() {}

    static void add(int k, int n, double[] x, double[] b, int bOff, int bRow, double[] y, int yOff) {
        int p = 0;
        for (; p + 4 <= k; p += 4) {
            fourRows(n, x, p, b, bOff + p * bRow, bRow, y, yOff);
        }
        for (; p < k; p++) {
            oneRow(n, x[p], b, bOff + p * bRow, y, yOff);
        }
    }

    private static void fourRows(int n, double[] x, int p, double[] b, int b0, int bRow, double[] y, int yOff) {
        int b1 = b0 + bRow;
        int b2 = b1 + bRow;
        int b3 = b2 + bRow;
        DoubleVector x0 = DoubleVector.broadcast(S, x[p]);
        DoubleVector x1 = DoubleVector.broadcast(S, x[p + 1]);
        DoubleVector x2 = DoubleVector.broadcast(S, x[p + 2]);
        DoubleVector x3 = DoubleVector.broadcast(S, x[p + 3]);
        int whole = n - n % LANES;
        for (int j = 0; j < whole; j += LANES) {
            DoubleVector s = DoubleVector.fromArray(S, y, yOff + j);
            s = x0.fma(DoubleVector.fromArray(S, b, b0 + j), s);
            s = x1.fma(DoubleVector.fromArray(S, b, b1 + j), s);
            s = x2.fma(DoubleVector.fromArray(S, b, b2 + j), s);
            s = x3.fma(DoubleVector.fromArray(S, b, b3 + j), s);
            s.intoArray(y, yOff + j);
        }
        if (whole < n) {
            VectorMask<Double> tail = VectorMask.fromLong(S, -1L >>> (64 - (n - whole)));
            DoubleVector s = DoubleVector.fromArray(S, y, yOff + whole, tail);
            s = x0.fma(DoubleVector.fromArray(S, b, b0 + whole, tail), s);
            s = x1.fma(DoubleVector.fromArray(S, b, b1 + whole, tail), s);
            s = x2.fma(DoubleVector.fromArray(S, b, b2 + whole, tail), s);
            s = x3.fma(DoubleVector.fromArray(S, b, b3 + whole, tail), s);
            s.intoArray(y, yOff + whole, tail);
        }
    }

    private static void oneRow(int n, double x, double[] b, int bOff, double[] y, int yOff) {
        DoubleVector factor = DoubleVector.broadcast(S, x);
        int whole = n - n % LANES;
        for (int j = 0; j < whole; j += LANES) {
            DoubleVector s = DoubleVector.fromArray(S, y, yOff + j);
            factor.fma(DoubleVector.fromArray(S, b, bOff + j), s).intoArray(y, yOff + j);
        }
        if (whole < n) {
            VectorMask<Double> tail = VectorMask.fromLong(S, -1L >>> (64 - (n - whole)));
            DoubleVector s = DoubleVector.fromArray(S, y, yOff + whole, tail);
            factor.fma(DoubleVector.fromArray(S, b, bOff + whole, tail), s).intoArray(y, yOff + whole, tail);
        }
    }
}
