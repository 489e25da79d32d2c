package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;

/** The operator of a dense matrix. */
final class MatrixOperator extends CheckedOperator {
    private final Tensor matrix;
    private final boolean symmetric;
    private final boolean exactlySymmetric;

    MatrixOperator(Tensor matrix) {
        OperatorShapes.requireFloating("LinearOperator.of", 2, matrix);
        OperatorShapes.requireFinite("LinearOperator.of", matrix);
        this.matrix = matrix;
        double asymmetry = Symmetry.difference(matrix);
        this.symmetric = Symmetry.allows(matrix, asymmetry);
        this.exactlySymmetric = asymmetry == 0;
    }

    @Override
    public int rows() {
        return matrix.shape().extent(0);
    }

    @Override
    public int columns() {
        return matrix.shape().extent(1);
    }

    @Override
    public DType dtype() {
        return matrix.dtype();
    }

    @Override
    public boolean symmetric() {
        return symmetric;
    }

    @Override
    public Tensor toDense() {
        return matrix;
    }

    @Override
    Tensor apply(Tensor block) {
        return multiply(rows(), columns(), columns(), 1, block);
    }

    @Override
    Tensor applyTransposed(Tensor block) {
        return multiply(columns(), rows(), 1, columns(), block);
    }

    private Tensor multiply(int m, int n, int rowStride, int columnStride, Tensor block) {
        int k = block.shape().extent(1);
        Shape shape = Shape.of(m, k);
        if (k == 1 && exactlySymmetric && n >= SymmetricProduct.SMALLEST) {
            return dtype() == DType.F64
                    ? Tensor.wrap(shape, SymmetricProduct.of(n, Storage.doubles(matrix), Storage.doubles(block)))
                    : Tensor.wrap(shape, SymmetricProduct.of(n, Storage.floats(matrix), Storage.floats(block)));
        }
        if (dtype() == DType.F64) {
            double[] product = new double[shape.size()];
            Gemm.dgemm(m, k, n, 1, Storage.doubles(matrix), 0, rowStride, columnStride, Storage.doubles(block), 0, k, 1,
                    0, product, 0, k);
            return Tensor.wrap(shape, product);
        }
        float[] product = new float[shape.size()];
        Gemm.sgemm(m, k, n, 1, Storage.floats(matrix), 0, rowStride, columnStride, Storage.floats(block), 0, k, 1, 0,
                product, 0, k);
        return Tensor.wrap(shape, product);
    }
}
