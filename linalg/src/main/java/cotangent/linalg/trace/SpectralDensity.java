package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import java.time.Duration;
import java.util.Locale;

/**
 * The spectral density of a symmetric operator: the share of its eigenvalues per unit, smoothed, at a grid of points, with its
 * error at each.
 *
 * <p>The error is that of sampling alone: it is about the smoothed density, and does not cover what smoothing moves.
 *
 * @param points            F64 [g], ascending, in the unit of the eigenvalues
 * @param values            F64 [g]: the density at each; its integral is 1
 * @param standardErrors    F64 [g]; 0 where exact
 * @param errorBar          what the errors rest on
 * @param width             standard deviation of the smoothing, in the unit of the eigenvalues; where it varies, at the centre
 * @param numMatvecs        products spent
 * @param jvps              forward-mode passes that these took
 * @param vjps              reverse-mode passes
 * @param samples           probes; 0 where exact
 * @param seed              of the probes
 * @param route             how it was found, in words
 * @param elapsed           time taken
 * @param converged         whether the accuracy asked for was reached; true where none was asked for
 */
public record SpectralDensity(Tensor points, Tensor values, Tensor standardErrors, ErrorBar errorBar, double width,
        long numMatvecs, long jvps, long vjps, int samples, long seed, String route, Duration elapsed,
        boolean converged) {
    /** Number of points. */
    public int size() {
        return points.shape().extent(0);
    }

    /** The density at the point of an index, as an estimate; its cost is that of all points together. */
    public Estimate estimate(int index) {
        return new Estimate("density at %.6g".formatted(points.get(index)), values.get(index), standardErrors.get(
                index), errorBar, Math.max(0, samples - 1), 0, numMatvecs, jvps, vjps, samples, seed, route, elapsed,
                converged);
    }

    /**
     * A band that covers the smoothed density at each point with the given confidence: for a single point, not for all at once.
     *
     * @param confidence inside (0, 1), such as 0.95
     * @return F64 [2, g]: lower and upper end; neither is negative
     * @throws InvalidDataException if the confidence is not between 0 and 1
     */
    public Tensor band(double confidence) {
        double[] band = new double[2 * size()];
        for (int i = 0; i < size(); i++) {
            Estimate.Interval interval = estimate(i).interval(confidence);
            band[i] = Math.max(0, interval.low());
            band[size() + i] = interval.high();
        }
        return Tensor.wrap(Shape.of(2, size()), band);
    }

    /** The integral over the points by the trapezoidal rule: 1 where the points reach across the spectrum. */
    public double mass() {
        double mass = 0;
        for (int i = 1; i < size(); i++) {
            mass += 0.5 * (values.get(i) + values.get(i - 1)) * (points.get(i) - points.get(i - 1));
        }
        return mass;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "spectral density at %d points of [%.6g, %.6g], width %.2g; %s, %d matvecs%s",
                size(), points.get(0), points.get(size() - 1), width, route, numMatvecs, converged
                        ? ""
                        : ", not converged");
    }
}
