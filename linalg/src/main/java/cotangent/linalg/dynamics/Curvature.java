package cotangent.linalg.dynamics;

import cotangent.dsl.Fn;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tree;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.Lanczos;
import cotangent.linalg.operator.GaussNewtonOperator;
import cotangent.linalg.operator.HessianOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.StochasticLanczosQuadrature;

/**
 * The curvature of a loss in a model's parameters as an operator, and its statistics: the Hessian, which may be indefinite,
 * or the Gauss-Newton matrix G = Jᵀ·H·J, H the loss's Hessian in the outputs.
 *
 * <p>The Hessian is G plus the outputs' own curvature weighted by the loss's gradient (N. N. Schraudolph, Neural Computation
 * 14, 2002): equal for a model linear in its parameters, and where the loss fits exactly. Under {@link SquaredLoss} c/2·‖f −
 * y‖² the eigenvalues of G that are not 0 are those of the tangent kernel times c.
 *
 * <p>Statistics are estimates with error bars, from a number of products or to a relative error, as a {@link Sampling} says:
 * {@code trace(relativeError(0.01).confidence(0.95))}. A budget that reaches the number of parameters makes them exact, as does
 * an error that would cost as much: that of the trace of an indefinite Hessian, whose eigenvalues may cancel, is out of reach
 * sooner than that of its norm.
 */
public final class Curvature {
    private static final Sampling DEFAULT = Sampling.matvecs(60);

    private final LinearOperator operator;

    private Curvature(LinearOperator operator) {
        this.operator = operator;
    }

    /**
     * The statistics of any symmetric operator.
     *
     * @throws ShapeException if it is not known to be symmetric
     */
    public static Curvature of(LinearOperator operator) {
        if (!operator.symmetric()) {
            throw new ShapeException(
                    "curvature: expected a symmetric operator, got %s; use asSymmetric() if it is symmetric nevertheless"
                            .formatted(operator));
        }
        return new Curvature(operator);
    }

    /**
     * The Hessian of a loss with respect to its first input, flattened leaf by leaf; a product is one jvp and one vjp.
     *
     * @param loss   a scalar function
     * @param inputs its inputs, parameters first
     * @throws ShapeException if the function's value is not a scalar
     */
    public static Curvature hessian(Fn loss, Tree... inputs) {
        return of(HessianOperator.of(loss, inputs));
    }

    /**
     * The Gauss-Newton matrix of a model under a loss; a product is a jvp and a vjp of the model and a product with the
     * loss's Hessian. Known to be positive semidefinite where the loss is known to be convex.
     *
     * @param model   of (parameters, inputs)
     * @param loss    of (outputs, targets)
     * @param targets such as [N, C], or classes I32[N] for the cross-entropy
     * @param inputs  the model's inputs, parameters first
     * @throws ShapeException if the loss's value is not a scalar
     */
    public static Curvature gaussNewton(Fn model, OutputLoss loss, Tree targets, Tree... inputs) {
        LinearOperator matrix = GaussNewtonOperator.of(model.linearize(inputs), loss.fn(), targets);
        return of(loss.convex() ? matrix.asPositiveSemidefinite() : matrix);
    }

    /** The operator itself: symmetric, [parameters, parameters]. */
    public LinearOperator operator() {
        return operator;
    }

    /** The trace from 60 products; see {@link #trace(Sampling)}. */
    public Estimate trace() {
        return trace(DEFAULT);
    }

    /** The trace, as {@link cotangent.linalg.trace.HutchPlusPlus} has it. */
    public Estimate trace(Sampling sampling) {
        return estimate("trace", sampling, 0, Statistic.identity());
    }

    /** The Frobenius norm from 60 products; see {@link #frobeniusNorm(Sampling)}. */
    public Estimate frobeniusNorm() {
        return frobeniusNorm(DEFAULT);
    }

    /** The Frobenius norm, by the mean of ‖Hv‖² beside a sketched subspace. */
    public Estimate frobeniusNorm(Sampling sampling) {
        return estimate("Frobenius norm", sampling, 1, Statistic.squareRoot());
    }

    /** The effective rank from 60 products; see {@link #effectiveRank(Sampling)}. */
    public Estimate effectiveRank() {
        return effectiveRank(DEFAULT);
    }

    /**
     * The effective rank or participation ratio (tr H)²/‖H‖_F²; both share probes, and the error bar is by the delta method.
     * Of a positive semidefinite matrix between 1 and its rank; of an indefinite one eigenvalues of both signs cancel in the
     * trace, down to 0.
     */
    public Estimate effectiveRank(Sampling sampling) {
        return estimate("effective rank", sampling, 0, Statistic.participationRatio());
    }

    /** A statistic of tr H and ‖H‖_F², or of the second alone: from a number of products, or from as many as an error asks for. */
    private Estimate estimate(String name, Sampling sampling, int first, Statistic statistic) {
        MomentSampler sampler = MomentSampler.of(operator, sampling, QuadraticForm.trace(), QuadraticForm
                .squaredNorm());
        Moments moments = CancelledException.unlessInterrupted(name, () -> sampling.accuracy().asked()
                ? sampler.deflated(false, found -> Estimate.of(name, found.from(first), statistic)
                        .excess(sampling
                                .accuracy()))
                : sampler.deflated(false));
        return Estimate.of(name, moments.from(first), statistic).against(sampling.accuracy());
    }

    /** The k largest eigenvalues, descending, with eigenvectors and residual bounds; by {@link Lanczos}. */
    public Eigenpairs largest(int k) {
        return Lanczos.largest(k).decompose(operator);
    }

    /** The k smallest eigenvalues, ascending: directions of negative curvature first, where there are any. */
    public Eigenpairs smallest(int k) {
        return Lanczos.smallest(k).decompose(operator);
    }

    /** k eigenvalues in turn from the top and the bottom of the spectrum. */
    public Eigenpairs extremes(int k) {
        return Lanczos.bothEnds(k).decompose(operator);
    }

    /** Eigenpairs by a solver with options of its own. */
    public Eigenpairs eigenpairs(Lanczos solver) {
        return solver.decompose(operator);
    }

    /**
     * The largest learning rate at which gradient descent on this quadratic does not diverge, 2/λmax: the edge of stability
     * (J. Cohen et al., ICLR 2021).
     *
     * @return its error bound follows from that of λmax; ∞ where no curvature is positive
     */
    public Estimate maxLearningRate() {
        Estimate top = largest(1).estimate(0);
        double value = top.value() > 0 ? 2 / top.value() : Double.POSITIVE_INFINITY;
        double bound = top.value() > 0 ? value - 2 / (top.value() + top.standardError()) : 0;
        return new Estimate("maximum learning rate", value, bound, top.errorBar(), 0, 0, top.numMatvecs(), top.jvps(),
                top.vjps(), 0, top.seed(), top.route(), top.elapsed(), top.converged());
    }

    /** The spectral density from so many products; see {@link StochasticLanczosQuadrature#density(LinearOperator)}. */
    public SpectralDensity density(int matvecs) {
        return density(StochasticLanczosQuadrature.matvecs(matvecs));
    }

    /** The spectral density by an estimator with options of its own. */
    public SpectralDensity density(StochasticLanczosQuadrature estimator) {
        return estimator.density(operator);
    }

    @Override
    public String toString() {
        return "curvature of %d parameters, %s%s".formatted(operator.rows(), operator.dtype(), operator
                .positiveSemidefinite() ? ", positive semidefinite" : "");
    }
}
