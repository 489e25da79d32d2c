package cotangent.linalg;

import cotangent.dsl.ShapeException;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.Optional;

/**
 * A x = b, or the least-squares problem min ‖Ax − b‖, for an A of any shape.
 *
 * <p>D. C.-L. Fong and M. A. Saunders, LSMR: an iterative algorithm for sparse least-squares problems, SIAM J. Sci. Comput. 33
 * (2011): Golub and Kahan's bidiagonalisation, with two rotations a step that minimise ‖Aᵀr‖ over a Krylov space, so that it
 * falls with every step. It stops when ‖b − Ax‖ ≤ tolerance·‖b‖, as measured; or when ‖Aᵀr‖ ≤ tolerance·‖A‖_F‖r‖, with
 * ‖A‖_F estimated from below by the bidiagonal matrix, and x is then a least-squares solution. Of several solutions it finds
 * the one of least norm, as x stays in the range of Aᵀ.
 *
 * <p>Cost: one product with A and one with Aᵀ a step, one with Aᵀ to begin, and one with A for each measured residual. With κ the
 * condition number of A, convergence is that of {@link Minres} on AᵀA: by (κ − 1)/(κ + 1) a step or faster.
 */
public final class Lsmr extends IterativeSolver<Lsmr> {
    private final Optional<LinearOperator> preconditioner;

    private Lsmr(Options options, Optional<LinearOperator> preconditioner) {
        super(options);
        this.preconditioner = preconditioner;
    }

    /**
     * A solver to a relative residual, such as 1e-8.
     *
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public static Lsmr tolerance(double relative) {
        return new Lsmr(new Options(relative, 0, ProgressListener.NONE), Optional.empty());
    }

    /**
     * The same solver with a preconditioner N from the right, square of the operator's columns and dtype: it solves for y with
     * A·N in the place of A, and x = N·y. A good one makes A·N well conditioned. Of several solutions it then finds the one of
     * least ‖y‖, and ‖Nᵀ·Aᵀr‖ takes the place of ‖Aᵀr‖ in the stopping rule.
     */
    public Lsmr preconditioner(LinearOperator right) {
        return new Lsmr(options, Optional.of(right));
    }

    @Override
    Lsmr with(Options other) {
        return new Lsmr(other, preconditioner);
    }

    @Override
    void requireOperator(LinearOperator operator) {
        preconditioner.ifPresent(right -> {
            int n = operator.columns();
            if (right.rows() != n || right.columns() != n || right.dtype() != operator.dtype()) {
                throw new ShapeException(
                        "Lsmr: operator is %s[%d, %d], its right preconditioner %s[%d, %d]; expected [%d, %d]"
                                .formatted(operator.dtype(), operator.rows(), n, right.dtype(), right.rows(),
                                        right.columns(),
                                        n, n));
            }
        });
    }

    /** A·N v. */
    private double[] forward(CountingOperator operator, double[] v) {
        return product(operator, preconditioner.isPresent() ? product(preconditioner.get(), v) : v);
    }

    /** Nᵀ·Aᵀ u. */
    private double[] backward(LinearOperator adjoint, double[] u) {
        double[] image = product(adjoint, u);
        return preconditioner.isPresent() ? product(preconditioner.get().adjoint(), image) : image;
    }

    @Override
    Round round(CountingOperator operator, double[] b, double tolerance, long limit) {
        Round round = new Recurrence(operator, b, limit).run(tolerance);
        return preconditioner.isEmpty()
                ? round
                : new Round(product(preconditioner.get(), round.correction()), round.reason(), round.iterations());
    }

    /**
     * The recurrence's state: A v_j = α_j u_j + β_(j+1) u_(j+1), Aᵀ u_(j+1) = β_(j+1) v_j + α_(j+1) v_(j+1); directions h
     * and h̄ in the paper's notation, and their images A h and A h̄, from which the residual follows without a product.
     */
    private final class Recurrence {
        private final CountingOperator operator;
        private final LinearOperator adjoint;
        private final long limit;
        private final double[] x;
        private final double[] r;
        private final double[] u;
        private double[] v;
        private double[] h;
        private final double[] hBar;
        private final double[] image;
        private final double[] imageBar;
        private double alpha;
        private double beta;
        private double frobenius;

        Recurrence(CountingOperator operator, double[] b, long limit) {
            this.operator = operator;
            this.adjoint = operator.adjoint();
            this.limit = limit;
            this.x = new double[operator.columns()];
            this.r = b.clone();
            this.u = b.clone();
            this.v = backward(adjoint, u);
            this.alpha = Dots.dnrm2(v.length, v, 0);
            this.frobenius = alpha;
            normalise(v, alpha);
            this.h = v.clone();
            this.hBar = new double[v.length];
            this.image = new double[u.length];
            this.imageBar = new double[u.length];
        }

        Round run(double tolerance) {
            double alphaBar = alpha;
            double zetaBar = alpha;
            double rho = 1;
            double rhoBar = 1;
            double cosineBar = 1;
            double sineBar = 0;
            double turned = 0;
            for (int steps = 0;; steps++) {
                double norm = Dots.dnrm2(r.length, r, 0);
                if (norm <= tolerance) {
                    return new Round(x, StopReason.CONVERGED, steps);
                }
                if (Math.abs(zetaBar) <= options.tolerance() * frobenius * norm) {
                    return new Round(x, StopReason.LEAST_SQUARES, steps);
                }
                if (operator.products() + 2 > limit) {
                    return new Round(x, StopReason.MAX_MATVECS, steps);
                }
                bidiagonalise(turned);
                double rhoBefore = rho;
                double rhoBarBefore = rhoBar;
                rho = Math.hypot(alphaBar, beta);
                double theta = beta / rho * alpha;
                alphaBar = alphaBar / rho * alpha;
                double thetaBar = sineBar * rho;
                rhoBar = Math.hypot(cosineBar * rho, theta);
                cosineBar = cosineBar * rho / rhoBar;
                sineBar = theta / rhoBar;
                double zeta = cosineBar * zetaBar;
                zetaBar = -sineBar * zetaBar;
                step(thetaBar / rhoBarBefore * (rho / rhoBefore), zeta / rho / rhoBar);
                turned = theta / rho;
                double[] next = v.clone();
                Dots.daxpy(next.length, -turned, h, 0, next, 0);
                h = next;
                options.listener().progressed(operator.products(), options.limit(operator));
            }
        }

        /** Two products; the image of h = v − turned·(the former h) comes along. */
        private void bidiagonalise(double turned) {
            double[] product = forward(operator, v);
            Dots.dscal(image.length, -turned, image, 0);
            Dots.daxpy(image.length, 1, product, 0, image, 0);
            Dots.dscal(u.length, -alpha, u, 0);
            Dots.daxpy(u.length, 1, product, 0, u, 0);
            beta = Dots.dnrm2(u.length, u, 0);
            normalise(u, beta);
            double[] next = backward(adjoint, u);
            Dots.daxpy(next.length, -beta, v, 0, next, 0);
            alpha = Dots.dnrm2(next.length, next, 0);
            normalise(next, alpha);
            v = next;
            frobenius = Math.hypot(frobenius, Math.hypot(alpha, beta));
        }

        private void step(double factor, double length) {
            Dots.dscal(hBar.length, -factor, hBar, 0);
            Dots.daxpy(hBar.length, 1, h, 0, hBar, 0);
            Dots.dscal(imageBar.length, -factor, imageBar, 0);
            Dots.daxpy(imageBar.length, 1, image, 0, imageBar, 0);
            Dots.daxpy(x.length, length, hBar, 0, x, 0);
            Dots.daxpy(r.length, -length, imageBar, 0, r, 0);
        }

        private static void normalise(double[] vector, double norm) {
            if (norm > 0) {
                divide(vector, norm);
            }
        }
    }
}
