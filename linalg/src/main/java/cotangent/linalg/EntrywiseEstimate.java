package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import java.time.Duration;
import java.util.Locale;

/**
 * A vector of numbers, each with its uncertainty, and what they cost together.
 *
 * @param name             of the quantity
 * @param values           F64 [n]
 * @param standardErrors   F64 [n]: the estimated standard deviation of each value; 0 where exact
 * @param errorBar         what the errors rest on
 * @param degreesOfFreedom how well a standard error is known, for Student's t; 0 where it is not sampled
 * @param positive         whether the values are sums of squares, whose intervals are on a logarithmic scale
 * @param numMatvecs       products, with the operator or its transpose, that were spent
 * @param jvps             forward-mode passes through a model that these took
 * @param vjps             reverse-mode passes
 * @param samples          samples that the error bars rest on; 0 where they rest on none
 * @param seed             of the random numbers
 * @param route            how they were found, in words
 * @param elapsed          time taken
 * @param converged        whether the accuracy asked for was reached; true where none was asked for
 */
public record EntrywiseEstimate(String name, Tensor values, Tensor standardErrors, ErrorBar errorBar,
        int degreesOfFreedom, boolean positive, long numMatvecs, long jvps, long vjps, int samples, long seed,
        String route, Duration elapsed, boolean converged) {
    /** Number of entries. */
    public int size() {
        return values.shape().extent(0);
    }

    /** One entry as an estimate; its cost is that of all together. */
    public Estimate estimate(int index) {
        double value = values.get(index);
        return new Estimate(name + " " + index, value, standardErrors.get(index), errorBar, degreesOfFreedom, positive
                ? value
                : 0, numMatvecs, jvps, vjps, samples, seed, route, elapsed, converged);
    }

    /**
     * The interval that covers one true entry with the given confidence: for that entry alone, not for all at once.
     *
     * @param confidence inside (0, 1), such as 0.95
     * @throws InvalidDataException if it is not
     */
    public Estimate.Interval interval(int index, double confidence) {
        return estimate(index).interval(confidence);
    }

    /**
     * Half the widths of all intervals over the values, both in the Euclidean norm; 0 where the values are exact.
     *
     * @param confidence inside (0, 1), such as 0.95
     * @throws InvalidDataException if it is not
     */
    public double relativeHalfWidth(double confidence) {
        double widths = 0;
        double sizes = 0;
        for (int i = 0; i < size(); i++) {
            double width = interval(i, confidence).halfWidth();
            widths += width * width;
            sizes += values.get(i) * values.get(i);
        }
        return widths == 0 ? 0 : Math.sqrt(widths / sizes);
    }

    /** The same, judged by whether {@link #relativeHalfWidth} is within an accuracy. */
    public EntrywiseEstimate against(double relativeError, double confidence) {
        return new EntrywiseEstimate(name, values, standardErrors, errorBar, degreesOfFreedom, positive, numMatvecs,
                jvps, vjps, samples, seed, route, elapsed, relativeHalfWidth(confidence) <= relativeError);
    }

    @Override
    public String toString() {
        String error = errorBar == ErrorBar.EXACT
                ? "exact"
                : String.format(Locale.ROOT, "± %.2g %% (95 %%, %s)", 100 * relativeHalfWidth(0.95), errorBar);
        return "%s %s, %s; %s, %d matvecs%s".formatted(name, Summary.ofVector(values), error, route, numMatvecs,
                converged ? "" : ", not converged");
    }
}
