package cotangent.dsl.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.ir.Distribution;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Statistical sanity at fixed seeds. A sound generator fails a two-sided test at 4.5 standard deviations with probability
 * 7e-6, and a one-sided one at its stated level of 0.001; the seeds are fixed, so the outcome never varies.
 */
class PhiloxStatisticsTest {
    private static final int N = 1 << 18;
    private static final double DEVIATIONS = 4.5;
    /** Upper 0.001 point of the standard normal distribution. */
    private static final double Z = 3.0902;

    private static double[] draw(Distribution distribution, long seed, long stream, long probe) {
        double[] numbers = new double[N];
        Philox.fill(distribution, seed, stream, probe, numbers, 0, 1, N, 0);
        return numbers;
    }

    @Test
    void normalMomentsAreThoseOfTheNormalDistribution() {
        double[] x = draw(Distribution.NORMAL, 1, 0, 0);
        int[] moment = {0, 1, 0, 3, 0, 15, 0, 105};
        for (int order = 1; order <= 4; order++) {
            int power = order;
            double mean = Arrays.stream(x).map(v -> Math.pow(v, power)).average().orElseThrow();
            double expected = moment[order - 1];
            double variance = moment[2 * order - 1] - expected * expected;
            assertThat(Math.abs(mean - expected)).as("moment %d", order)
                    .isLessThan(DEVIATIONS * Math.sqrt(variance / N));
        }
    }

    @Test
    void uniformNumbersPassKolmogorovAndSmirnov() {
        assertThat(kolmogorovSmirnov(draw(Distribution.UNIFORM, 2, 0, 0), u -> u)).isLessThan(kolmogorovLimit());
    }

    @Test
    void normalNumbersPassKolmogorovAndSmirnov() {
        assertThat(kolmogorovSmirnov(draw(Distribution.NORMAL, 3, 1, 4), PhiloxStatisticsTest::normalDistribution))
                .isLessThan(kolmogorovLimit());
    }

    private static double kolmogorovSmirnov(double[] sample, DoubleUnaryOperator distribution) {
        Arrays.sort(sample);
        double largest = 0;
        for (int i = 0; i < N; i++) {
            double f = distribution.applyAsDouble(sample[i]);
            largest = Math.max(largest, Math.max(f - (double) i / N, (i + 1.0) / N - f));
        }
        return largest * Math.sqrt(N);
    }

    /** Where 2 exp(-2 d^2), the tail of Kolmogorov's distribution, is 0.001. */
    private static double kolmogorovLimit() {
        return Math.sqrt(-Math.log(0.001 / 2) / 2);
    }

    /** By its series about zero; to 1e-15 times 1/(density) of the terms, ample for a test at 1e-3. */
    private static double normalDistribution(double x) {
        double term = x;
        double sum = x;
        for (int n = 3; Math.abs(term) > 1e-17; n += 2) {
            term *= x * x / n;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    @ParameterizedTest
    @CsvSource({"0", "8", "16", "24"})
    void bytesAreEquallyLikely(int shift) {
        int[] counts = new int[256];
        for (int i = 0; i < N; i++) {
            counts[Philox.bits(5, 6, 7, i) >>> shift & 255]++;
        }
        assertThat(chiSquare(counts)).isLessThan(chiSquareLimit(255));
    }

    @Test
    void runsOfEightSignsAreEquallyLikely() {
        double[] signs = draw(Distribution.RADEMACHER, 8, 9, 10);
        int[] counts = new int[256];
        for (int i = 0; i < N; i += 8) {
            int pattern = 0;
            for (int bit = 0; bit < 8; bit++) {
                pattern |= signs[i + bit] > 0 ? 1 << bit : 0;
            }
            counts[pattern]++;
        }
        assertThat(chiSquare(counts)).isLessThan(chiSquareLimit(255));
    }

    private static double chiSquare(int[] counts) {
        double expected = Arrays.stream(counts).sum() / (double) counts.length;
        return Arrays.stream(counts).mapToDouble(count -> (count - expected) * (count - expected) / expected).sum();
    }

    /** Upper 0.001 point of chi-square, by Wilson and Hilferty's cube root (1931), good to 0.1 % at these degrees. */
    private static double chiSquareLimit(int degrees) {
        double spread = 2.0 / (9 * degrees);
        return degrees * Math.pow(1 - spread + Z * Math.sqrt(spread), 3);
    }

    /** Neighbouring seeds, streams, probes and elements: the correlation of N independent pairs has deviation 1/sqrt(N). */
    @ParameterizedTest
    @CsvSource({"1, 0, 0", "0, 1, 0", "0, 0, 1", "4294967296, 0, 0", "0, 4294967296, 0"})
    void neighboursAreUncorrelated(long seed, long stream, long probe) {
        for (Distribution distribution : Distribution.values()) {
            double[] x = draw(distribution, 11, 12, 13);
            double[] y = draw(distribution, 11 + seed, 12 + stream, 13 + probe);
            assertThat(Math.abs(correlation(distribution, x, y))).isLessThan(DEVIATIONS / Math.sqrt(N));
            System.arraycopy(x, 0, y, 1, N - 1);
            assertThat(Math.abs(correlation(distribution, x, y))).isLessThan(DEVIATIONS / Math.sqrt(N));
        }
    }

    private static double correlation(Distribution distribution, double[] x, double[] y) {
        double mean = distribution == Distribution.UNIFORM ? 0.5 : 0;
        double variance = distribution == Distribution.UNIFORM ? 1 / 12.0 : 1;
        double sum = 0;
        for (int i = 0; i < N; i++) {
            sum += (x[i] - mean) * (y[i] - mean);
        }
        return sum / variance / N;
    }
}
