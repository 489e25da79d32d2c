package cotangent.linalg.kernel;

import cotangent.dsl.DType;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Nystrom;
import cotangent.linalg.NystromApproximation;
import cotangent.linalg.block.Columns;
import cotangent.linalg.operator.LinearOperator;
import java.time.Duration;

/**
 * K + μI with the Nystrom preconditioner M near its inverse, M = U diag(λᵢ + μ)⁻¹ Uᵀ + (λ_k + μ)⁻¹(I − UUᵀ) (Z. Frangella, J. A. Tropp and
 * M. Udell, SIAM J. Matrix Anal. Appl. 44, 2023): in its eigenvectors U every power of M is at hand.
 */
final class PreconditionedSystem implements RegularizedSystem {
    private final LinearOperator kernel;
    private final double shift;
    private final double tolerance;
    private final int maxIterations;
    private final NystromApproximation nystrom;
    private final double base;
    private final Tensor u;
    private final Tensor transposed;

    private PreconditionedSystem(LinearOperator kernel, double shift, double tolerance, int maxIterations,
            NystromApproximation nystrom) {
        this.kernel = kernel;
        this.shift = shift;
        this.tolerance = tolerance;
        this.maxIterations = maxIterations;
        this.nystrom = nystrom;
        this.base = nystrom.values().get(nystrom.rank() - 1) + shift;
        this.u = Columns.wide(nystrom.vectors());
        this.transposed = Columns.transposed(u);
    }

    static PreconditionedSystem of(LinearOperator kernel, double shift, int rank, double tolerance, int maxIterations,
            long seed) {
        NystromApproximation nystrom = Nystrom.rank(rank).seed(seed).approximate(kernel.asPositiveSemidefinite());
        return new PreconditionedSystem(kernel, shift, tolerance, maxIterations, nystrom);
    }

    int size() {
        return kernel.rows();
    }

    /** Products with K that the preconditioner took. */
    long preparation() {
        return nystrom.numMatvecs();
    }

    @Override
    public KernelSolution solve(Tensor b) {
        long started = System.nanoTime();
        int k = b.rank() == 1 ? 1 : b.shape().extent(1);
        SimultaneousConjugateGradient.Outcome outcome = solve(b.toDoubles(), k);
        Tensor x = Columns.narrowed(kernel.dtype(), size(), k, outcome.x());
        return new KernelSolution(b.rank() == 1 ? x.reshape(size()) : x, outcome.residual(), outcome.reason(), outcome
                .iterations(), outcome.products() + preparation(),
                "conjugate gradients, Nystrom preconditioner of rank %d".formatted(nystrom.rank()),
                nystrom.elapsed().plus(Duration.ofNanos(System.nanoTime() - started)));
    }

    /** (K + μI)⁻¹B for B [n, k] row-major. */
    SimultaneousConjugateGradient.Outcome solve(double[] b, int k) {
        return new SimultaneousConjugateGradient(kernel, shift, power(1), tolerance, maxIterations).solve(b, k);
    }

    /** Mᵖ, positive definite, in K's dtype. */
    LinearOperator power(double exponent) {
        double rest = Math.pow(base, -exponent);
        double[] further = new double[nystrom.rank()];
        for (int i = 0; i < further.length; i++) {
            further[i] = Math.pow(nystrom.values().get(i) + shift, -exponent) - rest;
        }
        DType dtype = kernel.dtype();
        return LinearOperator.symmetric(size(), dtype, block -> Columns.narrowed(dtype, size(), block.shape().extent(1),
                apply(rest, further, Columns.wide(block)))).asPositiveSemidefinite();
    }

    /** rest·V + U diag(further) UᵀV, row-major. */
    private double[] apply(double rest, double[] further, Tensor block) {
        int p = block.shape().extent(1);
        double[] along = Columns.widened(Columns.multiply(transposed, block));
        for (int i = 0; i < along.length; i++) {
            along[i] *= further[i / p];
        }
        double[] image = Columns.widened(Columns.multiply(u, Tensor.wrap(Shape.of(further.length, p), along)));
        double[] elements = Columns.widened(block);
        for (int i = 0; i < image.length; i++) {
            image[i] += rest * elements[i];
        }
        return image;
    }

    /** M^½ (K + μI) M^½, positive definite: eigenvalues near 1 where the preconditioner is good. */
    LinearOperator preconditioned() {
        LinearOperator root = power(0.5);
        return root.times(kernel.shift(shift)).times(root).asPositiveSemidefinite();
    }

    /** log det M⁻¹, exact. */
    double logDeterminantOfInversePreconditioner() {
        double sum = (size() - nystrom.rank()) * Math.log(base);
        for (double value : nystrom.values().toDoubles()) {
            sum += Math.log(value + shift);
        }
        return sum;
    }

    /** M = c·I + U diag(e) Uᵀ: c. */
    double preconditionerBase() {
        return 1 / base;
    }

    /** U, [n, k] float64. */
    Tensor preconditionerVectors() {
        return u;
    }

    /** The e of M = c·I + U diag(e) Uᵀ. */
    double[] preconditionerValues() {
        double[] values = nystrom.values().toDoubles();
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 / (values[i] + shift) - 1 / base;
        }
        return values;
    }
}
