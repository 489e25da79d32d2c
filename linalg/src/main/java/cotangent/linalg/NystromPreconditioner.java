package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;

/**
 * The randomized Nystrom preconditioner of A + μI for a positive semidefinite A.
 *
 * <p>Z. Frangella, J. A. Tropp and M. Udell, Randomized Nystrom preconditioning, SIAM J. Matrix Anal. Appl. 44 (2023), equation
 * 1.3, scaled to be near the inverse: M = U (Λ + μ)⁻¹ Uᵀ + (λ_k + μ)⁻¹ (I − UUᵀ), from the approximation U Λ Uᵀ with smallest
 * eigenvalue λ_k. The condition number of M(A + μI) is at most (λ_k + μ + ‖A − UΛUᵀ‖)/μ (their proposition 5.3): with a rank of
 * about twice the effective dimension tr A(A + μI)⁻¹ it is a constant, and {@link ConjugateGradient} takes a constant number of
 * steps.
 */
public final class NystromPreconditioner {
    private NystromPreconditioner() {}

    /**
     * M, positive definite, for A + μI; 4·n·k flops a product.
     *
     * @param approximation of A
     * @param shift         μ, not negative; positive where the approximation has an eigenvalue of zero
     * @throws InvalidDataException if the shift is negative or not finite, or zero with a smallest eigenvalue of zero
     */
    public static LinearOperator of(NystromApproximation approximation, double shift) {
        int k = approximation.rank();
        double smallest = approximation.values().get(k - 1);
        if (!(shift >= 0 && shift < Double.POSITIVE_INFINITY && smallest + shift > 0)) {
            throw new InvalidDataException(
                    "NystromPreconditioner: expected a shift from 0 that makes the smallest eigenvalue %.3g positive, got %s"
                            .formatted(smallest, shift));
        }
        double base = 1 / (smallest + shift);
        double[] further = new double[k];
        for (int i = 0; i < k; i++) {
            further[i] = 1 / (approximation.values().get(i) + shift) - base;
        }
        Tensor u = Columns.wide(approximation.vectors());
        Tensor transposed = Columns.transposed(u);
        int n = u.shape().extent(0);
        DType dtype = approximation.vectors().dtype();
        return LinearOperator.symmetric(n, dtype, block -> {
            int p = block.shape().extent(1);
            Tensor wide = Columns.wide(block);
            double[] along = Columns.widened(Columns.multiply(transposed, wide));
            for (int i = 0; i < along.length; i++) {
                along[i] *= further[i / p];
            }
            double[] image = Columns.widened(Columns.multiply(u, Tensor.wrap(Shape.of(k, p), along)));
            double[] elements = Columns.widened(wide);
            for (int i = 0; i < image.length; i++) {
                image[i] += base * elements[i];
            }
            return Columns.narrowed(dtype, n, p, image);
        }).asPositiveSemidefinite();
    }
}
