package cotangent.linalg.probe;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Traces of quadratic forms, measured together: for each form an exact part and samples whose mean estimates the rest.
 *
 * @param parts      the exact part of each form's trace
 * @param samples    per form, one number per probe; all forms on the same probes
 * @param spreads    per form, the variance of a sample; empty where the traces are exact
 * @param numMatvecs products with all operators together
 * @param jvps       forward-mode passes
 * @param vjps       reverse-mode passes
 * @param seed       of the probes
 * @param route      how they were measured, in words
 * @param elapsed    time taken
 */
public record Moments(double[] parts, double[][] samples, List<Spread> spreads, long numMatvecs, long jvps, long vjps, long seed,
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
                samples.length), spreads.isEmpty() ? spreads : spreads.subList(first, spreads.size()), numMatvecs, jvps, vjps, seed, route, elapsed);
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

    /** Traces known without error. */
    public static Moments exact(double[] traces, long numMatvecs, long jvps, long vjps, long seed, String route,
            Duration elapsed) {
        return new Moments(traces, new double[traces.length][0], List.of(), numMatvecs, jvps, vjps, seed, route, elapsed);
    }

    /**
     * The standard error of a statistic by the delta method, 0 where the traces are exact.
     *
     * <p>Of one trace it comes from that form's {@link Spread}; of several from the sample variance of the statistic's
     * linearisation over the probes, in which the forms' covariance is accounted for, since they share the probes.
     */
    public double standardError(Statistic statistic) {
        if (exact()) {
            return 0;
        }
        double[] gradient = statistic.gradient(values());
        if (gradient.length == 1) {
            return Math.abs(gradient[0]) * Math.sqrt(spreads.getFirst().variance() / count());
        }
        double[] linearised = new double[count()];
        for (int i = 0; i < gradient.length; i++) {
            for (int j = 0; j < linearised.length; j++) {
                linearised[j] += gradient[i] * samples[i][j];
            }
        }
        return Math.sqrt(Spread.sampleVariance(linearised) / count());
    }

    /** Degrees of freedom of a statistic's standard error; 0 where the traces are exact. */
    public int degreesOfFreedom(Statistic statistic) {
        if (exact()) {
            return 0;
        }
        boolean single = statistic.gradient(values()).length == 1;
        return single ? (int) Math.min(1e6, spreads.getFirst().degreesOfFreedom()) : count() - 1;
    }

    /** The part of a statistic that the samples carry where they cannot be negative, to first order; else 0. */
    public double positivePart(Statistic statistic) {
        if (exact()) {
            return 0;
        }
        double[] gradient = statistic.gradient(values());
        return gradient.length == 1 && spreads.getFirst().positive() ? gradient[0] * mean(samples[0]) : 0;
    }

    private static double mean(double[] numbers) {
        return Spread.mean(numbers);
    }
}
