package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;

/** A diagonal matrix. */
final class DiagonalOperator extends CheckedOperator {
    private final Tensor entries;
    private final boolean positiveSemidefinite;

    DiagonalOperator(Tensor entries) {
        OperatorShapes.requireFloating("LinearOperator.diagonal", 1, entries);
        OperatorShapes.requireFinite("LinearOperator.diagonal", entries);
        this.entries = entries;
        boolean negative = false;
        for (int i = 0; i < rows(); i++) {
            negative |= entries.get(i) < 0;
        }
        this.positiveSemidefinite = !negative;
    }

    @Override
    public int rows() {
        return entries.shape().extent(0);
    }

    @Override
    public int columns() {
        return rows();
    }

    @Override
    public DType dtype() {
        return entries.dtype();
    }

    @Override
    public boolean symmetric() {
        return true;
    }

    @Override
    public boolean positiveSemidefinite() {
        return positiveSemidefinite;
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        return apply(block);
    }

    @Override
    Tensor apply(Tensor block) {
        int n = rows();
        int k = block.shape().extent(1);
        if (dtype() == DType.F64) {
            double[] diagonal = Storage.doubles(entries);
            double[] product = Storage.doubles(block).clone();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < k; j++) {
                    product[i * k + j] *= diagonal[i];
                }
            }
            return Tensor.wrap(block.shape(), product);
        }
        float[] diagonal = Storage.floats(entries);
        float[] product = Storage.floats(block).clone();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                product[i * k + j] *= diagonal[i];
            }
        }
        return Tensor.wrap(block.shape(), product);
    }
}
