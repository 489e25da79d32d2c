package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import java.util.Locale;

/**
 * Kernel ridge regression: the function f = Σ αᵢ k(·, xᵢ) that minimises Σ (yᵢ − f(xᵢ))² + λ‖f‖² in the kernel's space, whose
 * weights solve (K + λI) α = y (C. Saunders, A. Gammerman and V. Vovk, Ridge regression learning algorithm in dual variables, ICML 1998).
 *
 * <p>λ is added to K as it stands, not multiplied by the number of samples. Several outputs share K, the factorization and the products.
 * How systems are solved is {@link KernelSolver}'s matter.
 */
public final class KernelRidge {
    private static final String NAME = "KernelRidge";

    private final double lambda;
    private final KernelSolver solver;

    private KernelRidge(double lambda, KernelSolver solver) {
        this.lambda = lambda;
        this.solver = solver;
    }

    /**
     * A regression with this regularisation.
     *
     * @param lambda λ, positive
     * @throws InvalidDataException if it is not positive and finite
     */
    public static KernelRidge lambda(double lambda) {
        return new KernelRidge(Hyperparameters.requirePositive("lambda", lambda), KernelSolver.standard());
    }

    /** The same with another solver. */
    public KernelRidge solver(KernelSolver other) {
        return new KernelRidge(lambda, other);
    }

    /**
     * The regression of targets on inputs.
     *
     * @param x [n, ...] as the kernel takes it
     * @param y [n] or [n, outputs], of x's dtype
     * @throws ShapeException                                   if shapes or dtypes do not fit
     * @throws InvalidDataException                             if an input, a target or a product is NaN or infinite
     * @throws cotangent.linalg.NotPositiveDefiniteException if K + λI turns out not to be positive definite, when factored
     * @throws CancelledException                               if the thread is interrupted
     */
    public RidgeFit fit(KernelFunction kernel, Tensor x, Tensor y) {
        return fit(KernelOperator.of(kernel, x), y).of(kernel, x);
    }

    /**
     * The regression on a kernel's matrix that is given: any symmetric positive semidefinite operator.
     *
     * @param kernel K, [n, n]
     * @param y      [n] or [n, outputs], of K's dtype
     * @throws ShapeException                                   if K is not known to be symmetric, or y does not fit it
     * @throws InvalidDataException                             if a target or a product is NaN or infinite
     * @throws cotangent.linalg.NotPositiveDefiniteException if K + λI turns out not to be positive definite, when factored
     * @throws CancelledException                               if the thread is interrupted
     */
    public RidgeFit fit(LinearOperator kernel, Tensor y) {
        requireSymmetric(NAME, kernel);
        Inputs.requireTargets(NAME, kernel.rows(), kernel.dtype(), y);
        return CancelledException.unlessInterrupted(NAME, () -> {
            RegularizedSystem system = solver.prepare(kernel, lambda);
            return new RidgeFit(lambda, kernel, system, y, system.solve(y));
        });
    }

    static void requireSymmetric(String name, LinearOperator kernel) {
        if (!kernel.symmetric()) {
            throw new ShapeException(
                    "%s: expected a kernel's symmetric matrix, got %s; use asSymmetric() if it is so nevertheless"
                            .formatted(name, kernel));
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "KernelRidge: lambda %.4g, %s", lambda, solver);
    }
}
