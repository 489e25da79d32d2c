package cotangent.linalg.probe;

/**
 * How far one sample of a quadratic form varies, and how well that is known.
 *
 * @param variance         of one sample
 * @param degreesOfFreedom of the variance's own estimate: how many independent squares would tell it as well
 * @param positive         whether samples cannot be negative, so that their mean is better judged on a logarithmic scale
 * @param cross            uᵀMv for every pair of probes u, v, [m, m] row-major; empty where there are too many
 */
public record Spread(double variance, double degreesOfFreedom, boolean positive, double[] cross) {
    /** The sample variance, with one degree of freedom less than samples. */
    static Spread ofSamples(double[] samples, boolean positive) {
        return new Spread(sampleVariance(samples), samples.length - 1.0, positive, new double[0]);
    }

    /** The same among probes of a law, whose mean may vary less than that of independent ones. */
    Spread among(Probes law, int n) {
        double correction = law.correction((int) Math.round(degreesOfFreedom) + 1, n);
        return correction == 1 ? this : new Spread(correction * variance, degreesOfFreedom, positive, cross);
    }

    static double sampleVariance(double[] samples) {
        double mean = mean(samples);
        double squares = 0;
        for (double sample : samples) {
            squares += (sample - mean) * (sample - mean);
        }
        return squares / (samples.length - 1.0);
    }

    static double mean(double[] samples) {
        double sum = 0;
        for (double sample : samples) {
            sum += sample;
        }
        return sum / samples.length;
    }
}
