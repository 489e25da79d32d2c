package cotangent.linalg.block;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.dense.HouseholderQr;
import cotangent.linalg.dense.TallQr;

/**
 * Orthonormal vectors q₁, ..., q_k as the columns of Q, held in float64.
 *
 * <p>The columns given to {@link #spanning} may be dependent: they then go to Householder's method, whose Q is orthonormal to
 * machine precision whatever they are, and spans at least what they span.
 */
public final class OrthonormalBasis {
    private final int n;
    private final int k;
    private final double[] q;

    private OrthonormalBasis(int n, int k, double[] q) {
        this.n = n;
        this.k = k;
        this.q = q;
    }

    /** A basis whose span holds the columns of a block [n, k] with k ≤ n; 4 n k² flops. */
    public static OrthonormalBasis spanning(Tensor block) {
        int n = block.shape().extent(0);
        int k = block.shape().extent(1);
        TallQr tall = TallQr.suits(n, k) ? TallQr.factor(n, k, Columns.widened(block)) : null;
        return new OrthonormalBasis(n, k, tall != null
                ? tall.q()
                : HouseholderQr.factor(n, k, block.toDoubles()).q(k));
    }

    /** A basis whose vectors, float64 [n, k], are known to be orthonormal. */
    public static OrthonormalBasis of(Tensor vectors) {
        return new OrthonormalBasis(vectors.shape().extent(0), vectors.shape().extent(1), Columns.widened(vectors));
    }

    /** The unit vectors of dimension n. */
    public static OrthonormalBasis identity(int n) {
        return new OrthonormalBasis(n, n, Columns.widened(Columns.identity(DType.F64, n, 0, n)));
    }

    /** Number of vectors. */
    public int size() {
        return k;
    }

    /** The vectors as a block [n, k], rounded to a dtype. */
    public Tensor block(DType dtype) {
        return Columns.narrowed(dtype, n, k, q);
    }

    /** QᵀB in float64, [k, p], for a block [n, p]. */
    public Tensor coefficients(Tensor block) {
        int p = block.shape().extent(1);
        double[] result = new double[Shape.of(k, p).size()];
        Gemm.dgemm(k, p, n, 1, q, 0, 1, k, Columns.widened(block), 0, p, 1, 0, result, 0, p);
        return Tensor.wrap(Shape.of(k, p), result);
    }

    /** QC, [n, p], for float64 coefficients [k, p], rounded to a dtype. */
    public Tensor combine(Tensor coefficients, DType dtype) {
        int p = coefficients.shape().extent(1);
        double[] result = new double[Shape.of(n, p).size()];
        Gemm.dgemm(n, p, k, 1, q, 0, k, 1, Columns.widened(coefficients), 0, p, 1, 0, result, 0, p);
        return Columns.narrowed(dtype, n, p, result);
    }

    /** The part (I − QQᵀ)B of a block's columns that is orthogonal to the basis; 4 n k p flops. */
    public Tensor complement(Tensor block) {
        int p = block.shape().extent(1);
        double[] inside = Columns.widened(coefficients(block));
        double[] result = block.toDoubles();
        Gemm.dgemm(n, p, k, -1, q, 0, k, 1, inside, 0, p, 1, 1, result, 0, p);
        return Columns.narrowed(block.dtype(), n, p, result);
    }
}
