package cotangent.linalg.tangent;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Syrk;
import java.util.Arrays;

/** Arrays of float64. */
final class Doubles extends Scalars {
    static final Doubles INSTANCE = new Doubles();
    private static final int BLOCK = 32;

    private Doubles() {}

    @Override
    int bytes() {
        return 8;
    }

    @Override
    Object allocate(int size) {
        return new double[size];
    }

    @Override
    Tensor wrap(Shape shape, Object array) {
        return Tensor.wrap(shape, (double[]) array);
    }

    @Override
    void gemm(int m, int n, int k, Object a, int aOff, int aRow, int aCol, Object b, int bOff, int bRow, int bCol,
            double beta, Object c, int cOff, int cRow) {
        Gemm.dgemm(m, n, k, 1, (double[]) a, aOff, aRow, aCol, (double[]) b, bOff, bRow, bCol, beta,
                (double[]) c, cOff,
                cRow);
    }

    @Override
    void gemmBatch(int count, int m, int n, int k, Object a, int aOff, int aBatch, int aRow, int aCol, Object b,
            int bOff, int bBatch, int bRow, int bCol, Object c, int cOff, int cBatch, int cRow) {
        Gemm.dgemmBatch(count, m, n, k, 1, (double[]) a, aOff, aBatch, aRow, aCol, (double[]) b, bOff, bBatch, bRow,
                bCol, 0,
                (double[]) c, cOff, cBatch, cRow);
    }

    @Override
    void fill(Object array, int from, int to, double value) {
        Arrays.fill((double[]) array, from, to, value);
    }

    @Override
    void syrk(int n, int k, Object a, int aOff, int aRow, Object c, int cOff, int cRow, double beta) {
        Syrk.dsyrk(n, k, 1, (double[]) a, aOff, aRow, 1, beta, (double[]) c, cOff, cRow);
    }

    @Override
    void addProduct(Object y, Object e, Object s, int n) {
        double[] to = (double[]) y;
        double[] left = (double[]) e;
        double[] right = (double[]) s;
        for (int i = 0; i < n; i++) {
            to[i] += left[i] * right[i];
        }
    }

    @Override
    Object columnsTimes(Object x, double[] factors) {
        double[] from = (double[]) x;
        double[] to = new double[from.length];
        for (int row = 0; row < from.length; row += factors.length) {
            for (int j = 0; j < factors.length; j++) {
                to[row + j] = from[row + j] * factors[j];
            }
        }
        return to;
    }

    @Override
    void addTo(double[] sums, Object x) {
        double[] summands = (double[]) x;
        for (int i = 0; i < sums.length; i++) {
            sums[i] += summands[i];
        }
    }

    @Override
    void scaled(Object x, int xOff, double factor, Object y, int yOff, int n) {
        double[] from = (double[]) x;
        double[] to = (double[]) y;
        double times = factor;
        for (int i = 0; i < n; i++) {
            to[yOff + i] = times * from[xOff + i];
        }
    }

    @Override
    void repeat(Object x, int xOff, int times, int first, Object y, int yOff, int n) {
        double[] from = (double[]) x;
        double[] to = (double[]) y;
        int at = xOff;
        for (int start = 0, end = times - first % times; start < n; start = end, end += times) {
            Arrays.fill(to, yOff + start, yOff + Math.min(n, end), from[at++]);
        }
    }

    @Override
    void scatterAdd(Object x, int xOff, int[] places, int from, int to, Object y, int yOff) {
        double[] values = (double[]) x;
        double[] sums = (double[]) y;
        for (int i = 0; i < places.length; i++) {
            if (places[i] >= from && places[i] < to) {
                sums[yOff + places[i] - from] += values[xOff + i];
            }
        }
    }

    @Override
    void scatterRow(Object b, int bOff, double factor, int[] columns, int n, Object c, int cOff) {
        double[] from = (double[]) b;
        double[] to = (double[]) c;
        double times = factor;
        for (int j = 0; j < n; j++) {
            to[cOff + columns[j]] = times * from[bOff + j];
        }
    }

    @Override
    void scatterColumn(Object b, int bOff, double factor, int[] columns, int n, Object c, int row, int cRow) {
        double[] from = (double[]) b;
        double[] to = (double[]) c;
        double times = factor;
        for (int j = 0; j < n; j++) {
            to[columns[j] * cRow + row] = times * from[bOff + j];
        }
    }

    @Override
    void mirror(Object square, int n, int from, int to, double factor) {
        double[] c = (double[]) square;
        double times = factor;
        for (int left = 0; left < to; left += BLOCK) {
            for (int i = Math.max(from, left); i < to; i++) {
                for (int j = left, end = Math.min(left + BLOCK, i + 1); j < end; j++) {
                    double value = times * c[i * n + j];
                    c[i * n + j] = value;
                    c[j * n + i] = value;
                }
            }
        }
    }
}
