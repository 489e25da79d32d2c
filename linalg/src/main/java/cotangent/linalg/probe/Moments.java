package cotangent.linalg.probe;

import java.time.Duration;
import java.util.Arrays;

/**
 * Traces of quadratic forms, measured together: for each form an exact part and samples whose mean estimates the rest.
 *
 * @param parts      the exact part of each form's trace
 * @param samples    per form, one number per probe; all forms on the same probes
 * @param numMatvecs products with all operators together
 * @param jvps       forward-mode passes
 * @param vjps       reverse-mode passes
 * @param seed       of the probes
 * @param route      how they were measured, in words
 * @param elapsed    time taken
 */
public record Moments(double[] parts, double[][] samples, long numMatvecs, long jvps, long vjps, long seed,
        String route, Duration elapsed) {
    /** Number of probes; 0 where the traces are exact. */
    public int count() {
        return samples.length == 0 ? 0 : samples[0].length;
    }

    /** Whether the exact part is all there is. */
    public boolean exact() {
        return count() == 0;
    }

    /** The same measurement without the first forms. */
    public Moments from(int first) {
        return new Moments(Arrays.copyOfRange(parts, first, parts.length), Arrays.copyOfRange(samples, first,
                samples.length), numMatvecs, jvps, vjps, seed, route, elapsed);
    }

    /** The estimate of each form's trace. */
    public double[] values() {
        double[] values = parts.clone();
        for (int i = 0; i < values.length && !exact(); i++) {
            values[i] += mean(samples[i]);
        }
        return values;
    }

    /** A statistic of the traces at their estimates. */
    public double value(Statistic statistic) {
        return statistic.value(values());
    }

    /**
     * The standard error of a statistic by the delta method: that of the mean of its linearisation over the probes, in
     * which the covariance of the forms is accounted for, since they share the probes; 0 where the traces are exact.
     */
    public double standardError(Statistic statistic) {
        if (exact()) {
            return 0;
        }
        double[] gradient = statistic.gradient(values());
        double[] linearised = new double[count()];
        for (int i = 0; i < gradient.length; i++) {
            for (int j = 0; j < linearised.length; j++) {
                linearised[j] += gradient[i] * samples[i][j];
            }
        }
        double mean = mean(linearised);
        double squares = 0;
        for (double value : linearised) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / (count() - 1.0) / count());
    }

    private static double mean(double[] numbers) {
        return Arrays.stream(numbers).sum() / numbers.length;
    }
}
