package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;

/**
 * The kernel polynomial method: tr f(A) and the spectral density of a symmetric operator from Chebyshev moments tr T_k(A), each
 * the mean of vᵀT_k(A)v over probes v.
 *
 * <p>A. Weisse, G. Wellein, A. Alvermann and H. Fehske, The kernel polynomial method, Reviews of Modern Physics 78 (2006). The
 * density is a series of 2s + 1 moments damped by Jackson's kernel, which keeps it positive and as sharp as its degree allows
 * (π/(2s) of the half range at the centre). {@link #trace} takes the series undamped, which for smooth functions is far
 * closer. s products give 2s + 1 moments.
 *
 * <p>The moments want an interval that holds the spectrum: {@link #interval}, or else the bounds of Lanczos's steps from a
 * random vector, which count (Y. Zhou and R.-C. Li, Linear Algebra and its Applications 435, 2011); where A is known to be
 * positive semidefinite, none is below 0. Against {@link StochasticLanczosQuadrature} the recurrence is plainer and its error
 * known beforehand, but it does not adapt to gaps in the spectrum.
 *
 * <p>Cost: that of the interval (a quarter of the budget, from 6 to 10; 0 where it is given), and s·⌊r/s⌋ products of the rest r,
 * at least 2. Where the budget reaches the dimension n, n products with the unit vectors, exact.
 */
public final class KernelPolynomial extends SpectralEstimator<KernelPolynomial> {
    private static final int LEAST_BOUND_STEPS = 6;
    private static final int MOST_BOUND_STEPS = 10;

    private final double low;
    private final double high;

    private KernelPolynomial(Sampling sampling, Accuracy accuracy, int steps, double low, double high) {
        super(sampling, accuracy, steps);
        this.low = low;
        this.high = high;
    }

    /** An estimator that spends at most so many products, at least 8, on sphere probes. */
    public static KernelPolynomial matvecs(int budget) {
        return new KernelPolynomial(Sampling.matvecs(budget).probes(Probes.SPHERE), Accuracy.NONE, 0, Double.NaN,
                Double.NaN);
    }

    /**
     * The same estimator with an interval that holds the spectrum, in place of one by Lanczos's bounds.
     *
     * @throws InvalidDataException if the ends are not finite numbers, the first less than the second
     */
    public KernelPolynomial interval(double lower, double upper) {
        if (!(lower < upper && Double.isFinite(upper - lower))) {
            throw new InvalidDataException("interval: expected two numbers, the first less, got %s and %s".formatted(
                    lower, upper));
        }
        return new KernelPolynomial(sampling, accuracy, steps, lower, upper);
    }

    @Override
    KernelPolynomial with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new KernelPolynomial(otherSampling, otherAccuracy, steps, low, high);
    }

    @Override
    KernelPolynomial withSteps(int number) {
        return new KernelPolynomial(sampling, accuracy, number, low, high);
    }

    @Override
    Recurrence recurrence(MeteredOperator operator) {
        double[] range = Double.isNaN(low) ? bounds(operator) : new double[]{low, high};
        return new Recurrence("Chebyshev steps", probes -> new ChebyshevRuns(operator, probes, range[0], range[1]),
                range);
    }

    private double[] bounds(MeteredOperator operator) {
        int number = Math.clamp(sampling.budget() / 4, LEAST_BOUND_STEPS, MOST_BOUND_STEPS);
        if (sampling.budget() < number + 2) {
            throw new ShapeException("KernelPolynomial: expected at least %d products, got %d; give it an interval"
                    .formatted(number + 2, sampling.budget()));
        }
        LanczosRuns run = new LanczosRuns(operator, operator.sketchVectors(0, operator.columns(), 0, 1));
        run.extend(Math.min(number, operator.columns()));
        double[] range = run.bounds(0);
        if (operator.positiveSemidefinite() && range[1] > 0) {
            range[0] = Math.max(0, range[0]);
        }
        return range[0] < range[1] ? range : new double[]{range[0] - 1, range[1] + 1};
    }
}
