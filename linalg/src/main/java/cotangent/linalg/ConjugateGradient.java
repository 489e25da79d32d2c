package cotangent.linalg;

import cotangent.dsl.kernel.Dots;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.Optional;

/**
 * A x = b for a symmetric positive definite A, by the preconditioned method of conjugate gradients.
 *
 * <p>M. R. Hestenes and E. Stiefel, Methods of conjugate gradients for solving linear systems, J. Res. Nat. Bur. Standards 49
 * (1952). Each step minimises the error's norm √(eᵀAe) over a Krylov space; with κ the condition number of MA it falls by
 * (√κ − 1)/(√κ + 1) a step or faster. It stops when ‖b − Ax‖ ≤ tolerance·‖b‖, as measured.
 *
 * <p>A singular A does no harm where b lies in its range. Where a direction p has pᵀAp ≤ 0 it stops and says so.
 *
 * <p>Cost: one product a step, and one for each measured residual, mostly one in all.
 */
public final class ConjugateGradient extends IterativeSolver<ConjugateGradient> {
    private final Optional<LinearOperator> preconditioner;

    private ConjugateGradient(Options options, Optional<LinearOperator> preconditioner) {
        super(options);
        this.preconditioner = preconditioner;
    }

    /**
     * A solver to a relative residual, such as 1e-8.
     *
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public static ConjugateGradient tolerance(double relative) {
        return new ConjugateGradient(new Options(relative, 0, ProgressListener.NONE), Optional
                .empty());
    }

    /** The same solver with a preconditioner M near A⁻¹, symmetric and positive definite, of the operator's size and dtype. */
    public ConjugateGradient preconditioner(LinearOperator inverse) {
        requireSymmetric("preconditioner", inverse);
        return new ConjugateGradient(options, Optional.of(inverse));
    }

    @Override
    ConjugateGradient with(Options other) {
        return new ConjugateGradient(other, preconditioner);
    }

    @Override
    void requireOperator(LinearOperator operator) {
        requireSymmetric(name(), operator);
        preconditioner.ifPresent(m -> Preconditioning.requireFit(name(), operator, m));
    }

    @Override
    Round round(CountingOperator operator, double[] b, double tolerance, long limit) {
        int n = b.length;
        double[] x = new double[n];
        double[] r = b.clone();
        double[] z = preconditioned(r);
        double[] p = z.clone();
        double rz = Dots.ddot(n, r, 0, z, 0);
        for (int steps = 0;; steps++) {
            if (!(rz > 0)) {
                return new Round(x, StopReason.PRECONDITIONER_NOT_POSITIVE_DEFINITE, steps);
            }
            if (operator.products() >= limit) {
                return new Round(x, StopReason.MAX_MATVECS, steps);
            }
            double[] q = product(operator, p);
            double curvature = Dots.ddot(n, p, 0, q, 0);
            if (!(curvature > 0)) {
                return new Round(x, StopReason.NOT_POSITIVE_DEFINITE, steps);
            }
            double length = rz / curvature;
            Dots.daxpy(n, length, p, 0, x, 0);
            Dots.daxpy(n, -length, q, 0, r, 0);
            options.listener().progressed(operator.products(), options.limit(operator));
            if (Dots.dnrm2(n, r, 0) <= tolerance) {
                return new Round(x, StopReason.CONVERGED, steps + 1);
            }
            z = preconditioned(r);
            double next = Dots.ddot(n, r, 0, z, 0);
            Dots.dscal(n, next / rz, p, 0);
            Dots.daxpy(n, 1, z, 0, p, 0);
            rz = next;
        }
    }

    private double[] preconditioned(double[] r) {
        return preconditioner.isPresent() ? product(preconditioner.get(), r) : r.clone();
    }
}
