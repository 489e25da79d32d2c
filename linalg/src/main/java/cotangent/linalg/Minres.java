package cotangent.linalg;

import cotangent.dsl.kernel.Dots;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.Optional;

/**
 * A x = b for a symmetric A, definite or not, by the preconditioned minimum residual method.
 *
 * <p>C. C. Paige and M. A. Saunders, Solution of sparse indefinite systems of linear equations, SIAM J. Numer. Anal. 12
 * (1975): Lanczos' recurrence makes A tridiagonal, plane rotations make that triangular step by step, and each step
 * minimises ‖b − Ax‖ (with a preconditioner M, √(rᵀMr)) over a Krylov space. It stops when ‖b − Ax‖ ≤ tolerance·‖b‖, as
 * measured; or, where b is not in the range of a singular A, when ‖Ar‖ ≤ tolerance·‖A‖‖r‖, and x is then a least-squares
 * solution (S.-C. Choi, C. C. Paige and M. A. Saunders, MINRES-QLP, SIAM J. Sci. Comput. 33, 2011, section 2.2; ‖A‖ is
 * estimated from below by the tridiagonal matrix; with a preconditioner both norms are those of the preconditioned system).
 *
 * <p>Cost: one product a step, and one for each measured residual, mostly one in all.
 */
public final class Minres extends IterativeSolver<Minres> {
    private final Optional<LinearOperator> preconditioner;

    private Minres(Options options, Optional<LinearOperator> preconditioner) {
        super(options);
        this.preconditioner = preconditioner;
    }

    /**
     * A solver to a relative residual, such as 1e-8.
     *
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public static Minres tolerance(double relative) {
        return new Minres(new Options(relative, 0, ProgressListener.NONE), Optional.empty());
    }

    /**
     * The same solver with a preconditioner M, symmetric and positive definite even where A is not, of the operator's size
     * and dtype.
     */
    public Minres preconditioner(LinearOperator inverse) {
        requireSymmetric("preconditioner", inverse);
        return new Minres(options, Optional.of(inverse));
    }

    @Override
    Minres with(Options other) {
        return new Minres(other, preconditioner);
    }

    @Override
    void requireOperator(LinearOperator operator) {
        requireSymmetric(name(), operator);
        preconditioner.ifPresent(m -> Preconditioning.requireFit(name(), operator, m));
    }

    @Override
    Round round(CountingOperator operator, double[] b, double tolerance, long limit) {
        return new Recurrence(operator, b, limit).run(tolerance);
    }

    /**
     * The recurrence's state. Lanczos: β_(j+1) v_(j+1) = A z_j − α_j v_j − β_j v_(j−1), z = M v, with zᵀv = 1. Rotations
     * (c, s) turn the column (β_j, α_j, β_(j+1)) of the tridiagonal matrix into (ε, δ, γ), and directions
     * w_j = (z_j − δ w_(j−1) − ε w_(j−2))/γ make x = Σ τ_j w_j. The residual itself is φ_j p_j with p_j = −s p_(j−1) +
     * c v_(j+1), which follows from the last row of the rotations' product.
     */
    private final class Recurrence {
        private final CountingOperator operator;
        private final long limit;
        private final int n;
        private final double[] x;
        private double[] v;
        private double[] vBefore;
        private double[] z;
        private double[] w;
        private double[] wBefore;
        private final double[] p;
        private double beta;
        private double norm;

        Recurrence(CountingOperator operator, double[] b, long limit) {
            this.operator = operator;
            this.limit = limit;
            this.n = b.length;
            this.x = new double[n];
            this.v = b.clone();
            this.vBefore = new double[n];
            this.w = new double[n];
            this.wBefore = new double[n];
            this.z = preconditioned(v);
            this.beta = length();
            this.p = new double[n];
        }

        Round run(double tolerance) {
            if (!(beta > 0)) {
                return new Round(x, StopReason.PRECONDITIONER_NOT_POSITIVE_DEFINITE, 0);
            }
            double residual = beta;
            double cosine = 1;
            double sine = 0;
            double cosineBefore = 1;
            double sineBefore = 0;
            normalise();
            System.arraycopy(v, 0, p, 0, n);
            beta = 0;
            for (int steps = 0;; steps++) {
                if (operator.products() >= limit) {
                    return new Round(x, StopReason.MAX_MATVECS, steps);
                }
                double[] direction = z;
                double betaBefore = beta;
                double alpha = lanczosStep();
                if (Double.isNaN(beta)) {
                    return new Round(x, StopReason.PRECONDITIONER_NOT_POSITIVE_DEFINITE, steps);
                }
                double epsilon = sineBefore * betaBefore;
                double bar = cosineBefore * betaBefore;
                double delta = cosine * bar + sine * alpha;
                double gammaBar = cosine * alpha - sine * bar;
                norm = Math.max(norm, Math.hypot(betaBefore, Math.hypot(alpha, beta)));
                // ‖A r‖/‖r‖ before this step
                if (Math.hypot(gammaBar, cosine * beta) <= options.tolerance() * norm) {
                    return new Round(x, StopReason.LEAST_SQUARES, steps);
                }
                double gamma = Math.hypot(gammaBar, beta);
                cosineBefore = cosine;
                sineBefore = sine;
                cosine = gammaBar / gamma;
                sine = beta / gamma;
                advance(direction, delta, epsilon, gamma, cosine * residual);
                residual = -sine * residual;
                options.listener().progressed(operator.products(), options.limit(operator));
                if (beta > 0) {
                    normalise();
                }
                Dots.dscal(n, -sine, p, 0);
                Dots.daxpy(n, cosine, v, 0, p, 0);
                if (Math.abs(residual) * Dots.dnrm2(n, p, 0) <= tolerance) {
                    return new Round(x, StopReason.CONVERGED, steps + 1);
                }
            }
        }

        /** One product; leaves β_(j+1) v_(j+1) and z_(j+1) unnormalised, and β_(j+1), NaN where M is not definite. */
        private double lanczosStep() {
            double[] next = product(operator, z);
            double alpha = Dots.ddot(n, z, 0, next, 0);
            Dots.daxpy(n, -alpha, v, 0, next, 0);
            Dots.daxpy(n, -beta, vBefore, 0, next, 0);
            vBefore = v;
            v = next;
            z = preconditioned(next);
            beta = length();
            return alpha;
        }

        private double length() {
            if (preconditioner.isEmpty()) {
                return Dots.dnrm2(n, v, 0);
            }
            double square = Dots.ddot(n, z, 0, v, 0);
            boolean zero = Dots.dnrm2(n, v, 0) == 0;
            return zero ? 0 : square > 0 ? Math.sqrt(square) : Double.NaN;
        }

        private void normalise() {
            divide(v, beta);
            divide(z, beta);
        }

        private void advance(double[] direction, double delta, double epsilon, double gamma, double step) {
            double[] next = direction.clone();
            Dots.daxpy(n, -delta, w, 0, next, 0);
            Dots.daxpy(n, -epsilon, wBefore, 0, next, 0);
            divide(next, gamma);
            wBefore = w;
            w = next;
            Dots.daxpy(n, step, w, 0, x, 0);
        }

        private double[] preconditioned(double[] r) {
            return preconditioner.isPresent() ? product(preconditioner.get(), r) : r.clone();
        }
    }
}
