package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.Svd;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;

/**
 * The Schatten p-norm (Σ σ_i^p)^(1/p) of any operator: the nuclear norm for p = 1, Frobenius's for p = 2, towards the spectral
 * norm as p grows.
 *
 * <p>For an even p = 2q, Σ σ_i^p = ‖B‖_F² with B = A for q = 1, AᵀA for 2, AAᵀA for 3 and so on, which {@link FrobeniusNorm}
 * estimates without bias at q products a probe. For other p it is tr f(AᵀA) with f(x) = x^(p/2), or tr |A|^p where A is known
 * to be symmetric, by {@link StochasticLanczosQuadrature}: the smaller p and the more small singular values, the more steps
 * it takes, and the error bar tells. The error bar of {@link #norm} follows by the delta method.
 *
 * <p>Cost: at most the budget m: q⌊m/q⌋ products for p = 2q, at least 4q; else that of the quadrature, 2 products a step where
 * A is not known to be symmetric. Where m reaches the smaller side of A, as many products with the unit vectors, exact.
 */
public final class SchattenNorm extends ProbeEstimator<SchattenNorm> {
    private static final int LARGEST_EVEN = 64;

    private SchattenNorm(Sampling sampling, Accuracy accuracy) {
        super(sampling, accuracy);
    }

    /** An estimator that spends at most so many products, on sphere probes. */
    public static SchattenNorm matvecs(int budget) {
        return new SchattenNorm(Sampling.matvecs(budget).probes(Probes.SPHERE), Accuracy.NONE);
    }

    @Override
    SchattenNorm with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new SchattenNorm(otherSampling, otherAccuracy);
    }

    /**
     * The power Σ σ_i^p of the norm.
     *
     * @param p from 1 to 64
     * @throws ShapeException       if the budget is too small
     * @throws InvalidDataException if p is out of its range, the operator is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public Estimate power(LinearOperator operator, double p) {
        return CancelledException.unlessInterrupted("SchattenNorm",
                () -> estimate("sum of singular values^%.6g".formatted(
                        p), operator, p, 1));
    }

    /**
     * The norm (Σ σ_i^p)^(1/p).
     *
     * @param p from 1 to 64
     * @throws ShapeException       if the budget is too small
     * @throws InvalidDataException if p is out of its range, the operator is empty or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public Estimate norm(LinearOperator operator, double p) {
        return CancelledException.unlessInterrupted("SchattenNorm", () -> estimate("Schatten %.6g-norm".formatted(p),
                operator, p, 1 / p));
    }

    private Estimate estimate(String name, LinearOperator operator, double p, double exponent) {
        if (!(p >= 1 && p <= LARGEST_EVEN)) {
            throw new InvalidDataException("SchattenNorm: expected p from 1 to %d, got %s".formatted(LARGEST_EVEN, p));
        }
        if (sampling.budget() >= Math.min(operator.rows(), operator.columns())) {
            return exact(name, MeteredOperator.of(name, operator, sampling), p, exponent);
        }
        Statistic statistic = Statistic.power(exponent);
        return p % 2 == 0
                ? even(name, operator, (int) p / 2, statistic)
                : quadrature(name, operator, p, statistic);
    }

    private Estimate exact(String name, MeteredOperator operator, double p, double exponent) {
        Tensor values = Svd.values(operator.dense());
        double sum = 0;
        for (double value : values.toDoubles()) {
            sum += Math.pow(value, p);
        }
        return new Estimate(name, Math.pow(sum, exponent), 0, ErrorBar.EXACT, 0, 0, operator.spent(), operator.jvps(),
                operator.vjps(), 0, sampling.seed(), "exact: identity basis of dimension " + values.shape().extent(0),
                operator.elapsed(), true);
    }

    private Estimate even(String name, LinearOperator operator, int q, Statistic statistic) {
        LinearOperator power = operator;
        for (int i = 1; i < q; i++) {
            power = i % 2 == 1 ? operator.adjoint().times(power) : operator.times(power);
        }
        return times(q, scaled(q).deflated(name, power, !power.symmetric(), QuadraticForm.squaredNorm(), statistic));
    }

    private Estimate quadrature(String name, LinearOperator operator, double p, Statistic statistic) {
        boolean wide = operator.rows() < operator.columns();
        int each = operator.symmetric() ? 1 : 2;
        LinearOperator gram = operator.symmetric()
                ? operator
                : wide ? operator.times(operator.adjoint())
                : operator.adjoint().times(operator);
        Sampling share = scaled(each).sampling;
        StochasticLanczosQuadrature sums = StochasticLanczosQuadrature.matvecs(share.budget()).with(share, accuracy);
        Estimate sum = operator.symmetric()
                ? sums.trace(name, gram, x -> Math.pow(Math.abs(x), p))
                : sums.trace(name, gram.asPositiveSemidefinite(), x -> Math.pow(x, 0.5 * p));
        double[] traces = {sum.value()};
        double error = Math.abs(statistic.gradient(traces)[0]) * sum.standardError();
        Estimate root = new Estimate(name, statistic.value(traces), error, sum.errorBar(), sum.degreesOfFreedom(), 0,
                sum.numMatvecs(), sum.jvps(), sum.vjps(), sum.samples(), sum.seed(), sum.route(), sum.elapsed(), true);
        return judged(times(each, root));
    }

    /** The same estimator for an operator of which one product takes several. */
    private SchattenNorm scaled(int each) {
        if (sampling.budget() < each) {
            throw new ShapeException("SchattenNorm: expected at least %d products, got %d".formatted(each, sampling
                    .budget()));
        }
        Sampling share = sampling.atMost(sampling.budget() / each)
                .listener((done, total) -> sampling.listener().progressed(each * done, each * total));
        return new SchattenNorm(share, accuracy);
    }

    private static Estimate times(int each, Estimate estimate) {
        return new Estimate(estimate.name(), estimate.value(), estimate.standardError(), estimate.errorBar(), estimate
                .degreesOfFreedom(), estimate.positivePart(), each * estimate.numMatvecs(), estimate.jvps(),
                estimate
                        .vjps(),
                estimate.samples(), estimate.seed(), estimate.route(), estimate.elapsed(), estimate
                        .converged());
    }
}
