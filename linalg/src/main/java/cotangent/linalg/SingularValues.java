package cotangent.linalg;

import cotangent.dsl.Tensor;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;

/** Singular values in float64 whatever the dtype, for numbers that are computed from them. */
final class SingularValues {

    private SingularValues() {}

    /** The min(m, n) singular values of a matrix, descending; infinite ones are refused. */
    static double[] of(String name, Tensor a) {
        MatrixArgument matrix = MatrixArgument.of(name, a);
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(matrix.rows(), matrix.columns(), matrix
                .entries(), Extent.VALUES);
        if (svd == null) {
            throw matrix.notConverged();
        }
        if (svd.values().length > 0) {
            Norms.finite(name, svd.values()[0]);
        }
        return svd.values();
    }
}
