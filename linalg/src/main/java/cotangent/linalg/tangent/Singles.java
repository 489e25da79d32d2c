package cotangent.linalg.tangent;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Syrk;
import java.util.Arrays;

/** Arrays of float32. */
final class Singles extends Scalars {
    static final Singles INSTANCE = new Singles();
    private static final int BLOCK = 32;

    private Singles() {}

    @Override
    int bytes() {
        return 4;
    }

    @Override
    Object allocate(int size) {
        return new float[size];
    }

    @Override
    Tensor wrap(Shape shape, Object array) {
        return Tensor.wrap(shape, (float[]) array);
    }

    @Override
    void gemm(int m, int n, int k, Object a, int aOff, int aRow, int aCol, Object b, int bOff, int bRow, int bCol,
            double beta, Object c, int cOff, int cRow) {
        Gemm.sgemm(m, n, k, 1, (float[]) a, aOff, aRow, aCol, (float[]) b, bOff, bRow, bCol, (float) beta, (float[]) c,
                cOff,
                cRow);
    }

    @Override
    void gemmBatch(int count, int m, int n, int k, Object a, int aOff, int aBatch, int aRow, int aCol, Object b,
            int bOff, int bBatch, int bRow, int bCol, Object c, int cOff, int cBatch, int cRow) {
        Gemm.sgemmBatch(count, m, n, k, 1, (float[]) a, aOff, aBatch, aRow, aCol, (float[]) b, bOff, bBatch, bRow, bCol,
                0,
                (float[]) c, cOff, cBatch, cRow);
    }

    @Override
    void fill(Object array, int from, int to, double value) {
        Arrays.fill((float[]) array, from, to, (float) value);
    }

    @Override
    void syrk(int n, int k, Object a, int aOff, int aRow, Object c, int cOff, int cRow, double beta) {
        Syrk.ssyrk(n, k, 1, (float[]) a, aOff, aRow, 1, (float) beta, (float[]) c, cOff, cRow);
    }

    @Override
    void addProduct(Object y, Object e, Object s, int n) {
        float[] to = (float[]) y;
        float[] left = (float[]) e;
        float[] right = (float[]) s;
        for (int i = 0; i < n; i++) {
            to[i] += left[i] * right[i];
        }
    }

    @Override
    Object columnsTimes(Object x, double[] factors) {
        float[] from = (float[]) x;
        float[] to = new float[from.length];
        for (int row = 0; row < from.length; row += factors.length) {
            for (int j = 0; j < factors.length; j++) {
                to[row + j] = (float) (from[row + j] * factors[j]);
            }
        }
        return to;
    }

    @Override
    void addTo(double[] sums, Object x) {
        float[] summands = (float[]) x;
        for (int i = 0; i < sums.length; i++) {
            sums[i] += summands[i];
        }
    }

    @Override
    void scaled(Object x, int xOff, double factor, Object y, int yOff, int n) {
        float[] from = (float[]) x;
        float[] to = (float[]) y;
        float times = (float) factor;
        for (int i = 0; i < n; i++) {
            to[yOff + i] = times * from[xOff + i];
        }
    }

    @Override
    void repeat(Object x, int xOff, int times, int first, Object y, int yOff, int n) {
        float[] from = (float[]) x;
        float[] to = (float[]) y;
        int at = xOff;
        for (int start = 0, end = times - first % times; start < n; start = end, end += times) {
            Arrays.fill(to, yOff + start, yOff + Math.min(n, end), from[at++]);
        }
    }

    @Override
    void scatterAdd(Object x, int xOff, int[] places, int from, int to, Object y, int yOff) {
        float[] values = (float[]) x;
        float[] sums = (float[]) y;
        for (int i = 0; i < places.length; i++) {
            if (places[i] >= from && places[i] < to) {
                sums[yOff + places[i] - from] += values[xOff + i];
            }
        }
    }

    @Override
    void scatterRow(Object b, int bOff, double factor, int[] columns, int n, Object c, int cOff) {
        float[] from = (float[]) b;
        float[] to = (float[]) c;
        float times = (float) factor;
        for (int j = 0; j < n; j++) {
            to[cOff + columns[j]] = times * from[bOff + j];
        }
    }

    @Override
    void scatterColumn(Object b, int bOff, double factor, int[] columns, int n, Object c, int row, int cRow) {
        float[] from = (float[]) b;
        float[] to = (float[]) c;
        float times = (float) factor;
        for (int j = 0; j < n; j++) {
            to[columns[j] * cRow + row] = times * from[bOff + j];
        }
    }

    @Override
    void mirror(Object square, int n, int from, int to, double factor) {
        float[] c = (float[]) square;
        float times = (float) factor;
        for (int left = 0; left < to; left += BLOCK) {
            for (int i = Math.max(from, left); i < to; i++) {
                for (int j = left, end = Math.min(left + BLOCK, i + 1); j < end; j++) {
                    float value = times * c[i * n + j];
                    c[i * n + j] = value;
                    c[j * n + i] = value;
                }
            }
        }
    }
}
