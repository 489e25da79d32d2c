package cotangent.spec.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import java.util.function.LongFunction;

/**
 * An estimate made again and again with other seeds, beside the truth.
 *
 * @param count   how many
 * @param bias    mean error in units of the error's own standard deviation
 * @param covered share of 95 % intervals that hold the truth
 */
record Replicates(int count, double bias, double covered) {
    private static final int COUNT = 2_000;

    static Replicates of(double truth, LongFunction<Estimate> estimate) {
        double sum = 0;
        double squares = 0;
        int covered = 0;
        for (int seed = 0; seed < COUNT; seed++) {
            Estimate draw = estimate.apply(seed);
            assertThat(draw.errorBar()).isEqualTo(ErrorBar.SAMPLE);
            double error = draw.value() - truth;
            sum += error;
            squares += error * error;
            covered += draw.interval(0.95).contains(truth) ? 1 : 0;
        }
        double mean = sum / COUNT;
        return new Replicates(COUNT, mean / Math.sqrt(squares / COUNT - mean * mean), (double) covered / COUNT);
    }

    /** The same over all entries of a vector at once; the bias is the worst entry's. */
    static Replicates ofEntries(double[] truth, LongFunction<EntrywiseEstimate> estimate) {
        int n = truth.length;
        double[] sums = new double[n];
        double[] squares = new double[n];
        long covered = 0;
        for (int seed = 0; seed < COUNT; seed++) {
            EntrywiseEstimate draw = estimate.apply(seed);
            assertThat(draw.errorBar()).isEqualTo(ErrorBar.SAMPLE);
            for (int i = 0; i < n; i++) {
                double error = draw.values().get(i) - truth[i];
                sums[i] += error;
                squares[i] += error * error;
                covered += draw.interval(i, 0.95).contains(truth[i]) ? 1 : 0;
            }
        }
        double bias = 0;
        for (int i = 0; i < n; i++) {
            double mean = sums[i] / COUNT;
            bias = Math.max(bias, Math.abs(mean) / Math.sqrt(squares[i] / COUNT - mean * mean));
        }
        return new Replicates(COUNT, bias, (double) covered / COUNT / n);
    }

    /** The mean error is within 4 of its standard deviations of 0: a sound estimator fails for one seed in 16,000. */
    void assertUnbiased() {
        assertThat(Math.abs(bias) * Math.sqrt(count)).as("bias in standard deviations of the mean").isLessThan(4);
    }

    /** As {@link #assertUnbiased}, for the worst of some dozens of entries: 5 deviations, 1 in 2 million for each. */
    void assertUnbiasedEverywhere() {
        assertThat(bias * Math.sqrt(count)).as("worst bias in standard deviations of the mean").isLessThan(5);
    }

    void assertHonest() {
        assertThat(covered).as("share of 95 % intervals that cover").isBetween(0.93, 0.97);
    }
}
