package cotangent.linalg.krylov;

import cotangent.linalg.dense.SymmetricEigen;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/**
 * How far V f(T) e₁ of a Lanczos process can be from f(A) v₁, wherever in an interval A's eigenvalues lie.
 *
 * <p>With eigenvalues θ of T and its eigenvectors' first and last entries s₁ and s_m, the error is β_m g(A) v_(m+1) for g(λ) = Σ
 * s₁ᵢ s_mᵢ f[λ, θᵢ], a sum of divided differences: put the residual of (z − A)⁻¹v₁ into Cauchy's integral for f (Y. Saad, SIAM J. Numer.
 * Anal. 29, 1992, section 5; T. Chen, A. Greenbaum, C. Musco and C. Musco, SIAM J. Matrix Anal. Appl. 43, 2022, for the bounds). Its
 * norm is at most β_m times the largest |g| on an interval that holds A's spectrum. As a divided difference of f of order m, g is
 * smooth where f is; for exponentials, powers and logarithms it is monotonic and largest at an end.
 */
public final class FunctionErrorBound {
    /** A value within so many roundings of the sum's terms is rounding. */
    private static final double ROUNDINGS = 16;
    /** Closer Ritz values, relative to all, are copies of one eigenvalue: between them nothing can be told. */
    private static final double COPY = 1e-8;
    /** The least Ritz value stands for the least eigenvalue if its residual is so much smaller. */
    private static final double CONVERGED = 1e-3;

    private final DoubleUnaryOperator f;
    private final double[] values;
    private final double[] images;
    private final double[] first;
    private final double[] last;
    private final double coupling;

    /**
     * The bound of a process.
     *
     * @param eigen    of T
     * @param coupling β_m, which leads out of the space
     */
    public FunctionErrorBound(SymmetricEigen eigen, double coupling, DoubleUnaryOperator f) {
        double[] vectors = Objects.requireNonNull(eigen.vectors());
        int m = eigen.values().length;
        this.f = f;
        this.values = eigen.values();
        this.images = new double[m];
        this.first = new double[m];
        this.last = new double[m];
        this.coupling = coupling;
        for (int i = 0; i < m; i++) {
            images[i] = f.applyAsDouble(values[i]);
            first[i] = vectors[i];
            last[i] = vectors[(m - 1) * m + i];
        }
    }

    /**
     * The bound of the error, rounding aside; ∞ where f is not finite at an end of the interval. About 8·m² flops.
     *
     * <p>The interval goes from the least Ritz value less its residual to the largest one and its residual, which is where the
     * spectrum is taken to lie and cannot be proved; of a positive semidefinite A it begins at 0, where f is finite there, until the
     * least Ritz value has converged: the eigenvalues near 0 are found last, and exp(−tA) lives on them.
     */
    public double over(boolean positiveSemidefinite) {
        int m = values.length;
        double largest = Math.max(at(low(positiveSemidefinite)), at(values[m - 1] + coupling * Math.abs(last[m - 1])));
        double spread = values[m - 1] - values[0];
        for (int i = 1; i < m; i++) {
            if (values[i] - values[i - 1] > COPY * spread) {
                largest = Math.max(largest, at(0.5 * (values[i] + values[i - 1])));
            }
        }
        return coupling * largest;
    }

    private double low(boolean positiveSemidefinite) {
        double residual = coupling * Math.abs(last[0]);
        boolean unknown = residual > CONVERGED * values[0] && Double.isFinite(f.applyAsDouble(0));
        return positiveSemidefinite && unknown ? Math.min(0, values[0]) : values[0] - residual;
    }

    /** |g|, 0 where it is within rounding. */
    private double at(double point) {
        double image = f.applyAsDouble(point);
        if (!Double.isFinite(image)) {
            return Double.POSITIVE_INFINITY;
        }
        double sum = 0;
        double size = 0;
        for (int i = 0; i < values.length; i++) {
            double distance = point - values[i];
            if (distance != 0) {
                double quotient = (image - images[i]) / distance;
                sum += first[i] * last[i] * quotient;
                size += (Math.abs(first[i]) + Math.abs(last[i])) * (Math.abs(image) + Math.abs(images[i])) / Math.abs(
                        distance);
            }
        }
        return Math.abs(sum) > ROUNDINGS * Math.ulp(0.5) * size ? Math.abs(sum) : 0;
    }
}
