package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;

/** An operator written out as a matrix, from its products with blocks of the identity's columns. */
final class DenseForm {
    /** Columns per product: wide enough for the packed multiply, narrow enough for the memory of a large model. */
    private static final int BLOCK = 64;

    private DenseForm() {}

    static Tensor of(LinearOperator operator) {
        int rows = operator.rows();
        int columns = operator.columns();
        Shape shape = Shape.of(rows, columns);
        boolean byRows = rows < columns;
        int count = byRows ? rows : columns;
        double[] wide = new double[operator.dtype() == DType.F64 ? shape.size() : 0];
        float[] narrow = new float[operator.dtype() == DType.F32 ? shape.size() : 0];
        for (int from = 0; from < count; from += BLOCK) {
            int k = Math.min(BLOCK, count - from);
            Tensor units = units(operator.dtype(), count, from, k);
            Tensor product = byRows ? operator.rmatmat(units) : operator.matmat(units);
            for (int j = 0; j < k; j++) {
                int start = byRows ? (from + j) * columns : from + j;
                int stride = byRows ? 1 : columns;
                copyColumn(product, j, k, wide, narrow, start, stride);
            }
        }
        return operator.dtype() == DType.F64 ? Tensor.wrap(shape, wide) : Tensor.wrap(shape, narrow);
    }

    private static void copyColumn(Tensor block, int j, int k, double[] wide, float[] narrow, int start, int stride) {
        int n = block.shape().extent(0);
        if (block.dtype() == DType.F64) {
            double[] source = Storage.doubles(block);
            for (int i = 0; i < n; i++) {
                wide[start + i * stride] = source[i * k + j];
            }
        } else {
            float[] source = Storage.floats(block);
            for (int i = 0; i < n; i++) {
                narrow[start + i * stride] = source[i * k + j];
            }
        }
    }

    /** Columns {@code from, ..., from + k - 1} of the identity of size n. */
    private static Tensor units(DType dtype, int n, int from, int k) {
        Shape shape = Shape.of(n, k);
        if (dtype == DType.F64) {
            double[] elements = new double[shape.size()];
            for (int j = 0; j < k; j++) {
                elements[(from + j) * k + j] = 1;
            }
            return Tensor.wrap(shape, elements);
        }
        float[] elements = new float[shape.size()];
        for (int j = 0; j < k; j++) {
            elements[(from + j) * k + j] = 1;
        }
        return Tensor.wrap(shape, elements);
    }
}
