package cotangent.linalg.probe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Traces of quadratic forms, measured together: for each form an exact part and samples whose mean estimates the rest.
 *
 * @param parts      the exact part of each form's trace
 * @param samples    per form, one number per probe; all forms on the same probes
 * @param spreads    per form, the variance of a sample; empty where the traces are exact
 * @param law        of the probes
 * @param dimension  of the probes
 * @param numMatvecs products with all operators together
 * @param jvps       forward-mode passes
 * @param vjps       reverse-mode passes
 * @param seed       of the probes
 * @param route      how they were measured, in words
 * @param elapsed    time taken
 */
public record Moments(double[] parts, double[][] samples, List<Spread> spreads, Probes law, int dimension,
        long numMatvecs, long jvps, long vjps, long seed,
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
                samples.length), spreads.isEmpty() ? spreads : spreads.subList(first, spreads.size()), law,
                dimension, numMatvecs, jvps, vjps, seed, route, elapsed);
    }

    /**
     * The same measurement with one form's trace known without error, at the cost of further passes.
     *
     * @param form  whose trace it is
     * @param exact measures it, and nothing else
     */
    public Moments with(int form, Moments exact) {
        double[] known = parts.clone();
        known[form] = exact.parts()[0];
        double[][] rest = samples.clone();
        rest[form] = new double[count()];
        List<Spread> narrowed = new ArrayList<>(spreads);
        if (!exact()) {
            narrowed.set(form, new Spread(0, spreads.get(form).degreesOfFreedom(), false, new double[spreads.get(form)
                    .cross().length]));
        }
        return new Moments(known, rest, narrowed, law, dimension, numMatvecs + exact.numMatvecs(), jvps + exact.jvps(),
                vjps + exact.vjps(), seed, route + "; the trace exact", elapsed.plus(exact.elapsed()));
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
        return new Moments(traces, new double[traces.length][0], List.of(), Probes.RADEMACHER, 0, numMatvecs, jvps,
                vjps, seed, route, elapsed);
    }

    /**
     * The standard error of a statistic by the delta method, 0 where the traces are exact.
     *
     * <p>Of one trace it comes from that form's {@link Spread}; of several from the statistic's linearisation, which is a
     * quadratic form itself, so that the covariance of forms that share probes is accounted for.
     */
    public double standardError(Statistic statistic) {
        if (exact()) {
            return 0;
        }
        double[] gradient = statistic.gradient(values());
        if (gradient.length == 1) {
            return Math.abs(gradient[0]) * Math.sqrt(spreads.getFirst().variance() / count());
        }
        double[] linearised = combine(gradient, samples, count());
        if (spreads.stream().anyMatch(spread -> spread.cross().length == 0)) {
            return Math.sqrt(sampleVariance(linearised) / count());
        }
        double[] cross = combine(gradient, spreads.stream().map(Spread::cross).toArray(double[][]::new),
                count() * count());
        double variance = SpreadOfForms.variance(law, dimension, linearised, cross);
        return Math.sqrt(corrected(variance, gradient, linearised) / count());
    }

    /**
     * A variance from cross values, with each form's share of it replaced by what is known better of that form alone. The
     * expectation is the same, but where the shares are large a difference of large numbers is noisy, so that the mean with
     * the samples' own variance is taken.
     */
    private double corrected(double variance, double[] gradient, double[] linearised) {
        double correction = 0;
        for (int i = 0; i < gradient.length; i++) {
            Spread spread = spreads.get(i);
            correction += gradient[i] * gradient[i] * (spread.variance() - SpreadOfForms.variance(law, dimension,
                    samples[i], spread.cross()));
        }
        boolean negligible = Math.abs(correction) <= 1e-9 * variance;
        return negligible
                ? variance
                : 0.5 * (Math.max(variance + correction, 0.25 * variance) + sampleVariance(linearised));
    }

    private double sampleVariance(double[] linearised) {
        return law.correction(count(), dimension) * Spread.sampleVariance(linearised);
    }

    private static double[] combine(double[] weights, double[][] rows, int length) {
        double[] sum = new double[length];
        for (int i = 0; i < weights.length; i++) {
            for (int j = 0; j < length; j++) {
                sum[j] += weights[i] * rows[i][j];
            }
        }
        return sum;
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
