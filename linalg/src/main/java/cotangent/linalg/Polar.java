package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.dense.SingularValueDecomposition;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import java.util.Objects;

/**
 * The polar decomposition A = W H of an [m, n] matrix with m ≥ n, W with orthonormal columns, the nearest such matrix to A,
 * H symmetric positive semidefinite.
 *
 * <p>By the singular value decomposition A = UΣVᵀ, W = UVᵀ, H = VΣVᵀ (Higham, <i>Functions of Matrices</i>, 2008, chapter
 * 8). W is unique where A has full rank, H always. Float32 input is decomposed in float64 and the factors rounded: more
 * accurate than float32 arithmetic, at the speed of float64. Cost: {@link Svd#of} and 2mn² + 2n³ flops.
 *
 * @param w [m, n]
 * @param h [n, n], exactly symmetric
 */
public record Polar(Tensor w, Tensor h) {

    /**
     * The decomposition.
     *
     * @param a an F32 or F64 matrix [m, n], m ≥ n, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix, or has fewer rows than columns
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if an entry of H exceeds the range of the dtype
     */
    public static Polar of(Tensor a) {
        MatrixArgument matrix = MatrixArgument.of("polar", a);
        int m = matrix.rows();
        int n = matrix.columns();
        if (m < n) {
            throw new ShapeException("polar: expected at least as many rows as columns, got shape %s; decompose the "
                    .formatted(a.shape()) + "transpose");
        }
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(m, n, matrix.entries(), Extent.THIN);
        if (svd == null) {
            throw matrix.notConverged();
        }
        double[] u = Objects.requireNonNull(svd.u());
        double[] vt = Objects.requireNonNull(svd.vt());
        double[] w = new double[m * n];
        Gemm.dgemm(m, n, n, 1, u, 0, n, 1, vt, 0, n, 1, 0, w, 0, n);
        double[] stretched = new double[n * n];
        for (int i = 0; i < n * n; i++) {
            stretched[i] = svd.values()[i / n] * vt[i];
        }
        double[] h = new double[n * n];
        Gemm.dgemm(n, n, n, 1, vt, 0, 1, n, stretched, 0, n, 1, 0, h, 0, n);
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                h[i * n + j] = h[j * n + i];
            }
        }
        return new Polar(matrix.result(Shape.of(m, n), w), matrix.result(Shape.of(n, n), h));
    }

    @Override
    public String toString() {
        return "polar: w = " + Summary.of(w) + ", h = " + Summary.of(h);
    }
}
