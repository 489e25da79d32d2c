package cotangent.linalg.trace;

import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;

/**
 * Stochastic Lanczos quadrature: tr f(A) of a symmetric operator as the mean of vᵀf(A)v over probes v, each of which Lanczos's
 * recurrence takes to a Gauss quadrature of f.
 *
 * <p>S. Ubaru, J. Chen and Y. Saad, Fast estimation of tr(f(A)) via stochastic Lanczos quadrature, SIAM J. Matrix Anal. Appl. 38
 * (2017), algorithm 1. With s steps the quadrature is exact for polynomials up to degree 2s − 1, and its error falls like that
 * of the best polynomial; the mean is unbiased for what the quadrature gives. Probes are on the sphere unless told, since then
 * the variance of one is 2n/(n + 2)·(tr f² − (tr f)²/n), which the same quadratures tell. No interval is needed, nor any bound
 * of the spectrum, and vectors are not re-orthogonalised: three are kept per probe.
 *
 * <p>{@link #density} smooths the quadratures by a normal density of half the spacing of Chebyshev's nodes, what s steps resolve
 * (L. Lin, Y. Saad and C. Yang, Approximating spectral densities of large matrices, SIAM Review 58, 2016, section 3.2).
 *
 * <p>Cost: s·⌊m/s⌋ products for a budget of m, at least 2, less where a recurrence ends before s steps. Where m reaches the dimension n, n products with the unit vectors,
 * exact.
 */
public final class StochasticLanczosQuadrature extends SpectralEstimator<StochasticLanczosQuadrature> {
    private StochasticLanczosQuadrature(Sampling sampling, Accuracy accuracy, int steps) {
        super(sampling, accuracy, steps);
    }

    /** An estimator that spends at most so many products, at least 2, on sphere probes. */
    public static StochasticLanczosQuadrature matvecs(int budget) {
        return new StochasticLanczosQuadrature(Sampling.matvecs(budget).probes(Probes.SPHERE), Accuracy.NONE, 0);
    }

    @Override
    StochasticLanczosQuadrature with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new StochasticLanczosQuadrature(otherSampling, otherAccuracy, steps);
    }

    @Override
    StochasticLanczosQuadrature withSteps(int number) {
        return new StochasticLanczosQuadrature(sampling, accuracy, number);
    }

    @Override
    Recurrence recurrence(MeteredOperator operator) {
        return new Recurrence("Lanczos steps", probes -> new LanczosRuns(operator, probes), new double[0]);
    }
}
