package cotangent.linalg;

import cotangent.dsl.Tensor;

/**
 * Approximate leading singular values and vectors of an operator, each with its residual.
 *
 * <p>Within {@code residuals[i]} of {@code values[i]} there is a singular value of the operator, but for the rounding of
 * the products: Weyl's bound for the symmetric matrix [[0, A], [Aᵀ, 0]], whose residual this is.
 *
 * @param u          [m, k] in the operator's dtype: left singular vectors as columns
 * @param values     F64 [k], descending
 * @param vt         [k, n] in the operator's dtype: right singular vectors as rows
 * @param residuals  F64 [k]: √((‖Av − σu‖² + ‖Aᵀu − σv‖²)/2) of each triplet
 * @param numMatvecs products with the operator and its transpose spent
 */
public record SingularTriplets(Tensor u, Tensor values, Tensor vt, Tensor residuals, long numMatvecs) {
    /** Number of triplets. */
    public int size() {
        return values.shape().extent(0);
    }

    @Override
    public String toString() {
        return "singular values %s, residuals %s, u %s, vt %s".formatted(Summary.ofVector(values),
                Summary.ofVector(residuals), u
                        .type(),
                vt.type());
    }
}
