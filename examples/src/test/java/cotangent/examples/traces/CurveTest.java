package cotangent.examples.traces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.examples.experiment.Quartiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Quartiles, slopes, tolerances and crossings, on errors that follow a known law. */
final class CurveTest {
    /** Errors of exactly scale·passes^slope times a factor by seed, times of a millisecond for each pass. */
    private static Curve curve(double scale, double slope) {
        List<Trials> trials = new ArrayList<>();
        for (int budget : new int[]{10, 20, 40, 80}) {
            double passes = 2 * budget;
            double[] errors = IntStream.range(0, 9)
                    .mapToDouble(seed -> scale * Math.pow(passes, slope) * (1 + 0.01 * (seed - 4)))
                    .toArray();
            double[] millis = new double[9];
            Arrays.fill(millis, passes);
            trials.add(new Trials(budget, budget, passes, false, errors, millis));
        }
        return new Curve(Method.HUTCH_PLUS_PLUS, trials, 10_000);
    }

    @Test
    void fitsTheSlope() {
        assertThat(curve(3, -0.5).law().orElseThrow().slope()).isCloseTo(-0.5, within(1e-12));
        assertThat(curve(3, -1).law().orElseThrow().slope()).isCloseTo(-1, within(1e-12));
    }

    @Test
    void aToleranceIsMetByTheLeastBudgetThatWasRun() {
        Curve.Reach reach = curve(1, -1).reach(0.013);
        assertThat(reach.measured()).isTrue();
        assertThat(reach.passes()).isEqualTo(80);
        assertThat(reach.millis()).isEqualTo(80);
    }

    @Test
    void beyondWhatWasRunTheLawSays() {
        Curve.Reach reach = curve(1, -1).reach(1e-3);
        assertThat(reach.measured()).isFalse();
        assertThat(reach.passes()).isCloseTo(1000, within(1e-6));
        assertThat(curve(1, -0.5).reach(1e-3).exact()).as("a million passes, all unit vectors take 10,000").isTrue();
        assertThat(curve(1, -0.5).reach(1e-3).passes()).isEqualTo(10_000);
    }

    /** 1/p falls below p^(-1/2)/6 at p = 36, and below p^(-1/2)/20 at p = 400, past the last budget. */
    @Test
    void theSteeperOvertakes() {
        Curve.Crossing seen = curve(1.0 / 6, -0.5).overtakenBy(curve(1, -1)).orElseThrow();
        assertThat(seen.passes()).isCloseTo(36, within(1e-6));
        assertThat(seen.measured()).isTrue();
        Curve.Crossing foretold = curve(1.0 / 20, -0.5).overtakenBy(curve(1, -1)).orElseThrow();
        assertThat(foretold.passes()).isCloseTo(400, within(1e-6));
        assertThat(foretold.measured()).isFalse();
        assertThat(curve(1, -1).overtakenBy(curve(1.0 / 6, -0.5))).isEmpty();
    }

    @Test
    void roundingIsOnNoLine() {
        Curve low = curve(1e-9, -1);
        assertThat(low.law()).isEmpty();
        assertThat(low.reach(1e-4).measured()).isTrue();
    }

    /** Of 2,000 samples the share of intervals that hold the median is 95 % or a little more, within four standard errors. */
    @Test
    void theMediansIntervalHoldsTheMedian() {
        Random random = new Random(5);
        int held = 0;
        int runs = 2_000;
        for (int run = 0; run < runs; run++) {
            Quartiles found = Quartiles.of(random.doubles(50).toArray());
            held += found.medianLow() <= 0.5 && 0.5 <= found.medianHigh() ? 1 : 0;
        }
        double slack = 4 * Math.sqrt(0.05 * 0.95 / runs);
        assertThat((double) held / runs).isBetween(0.95 - slack, 0.97 + slack);
    }

    @Test
    void quartilesAreThoseOfTheSortedNumbers() {
        Quartiles found = Quartiles.of(5, 1, 4, 2, 3);
        assertThat(found.low()).isEqualTo(2);
        assertThat(found.median()).isEqualTo(3);
        assertThat(found.high()).isEqualTo(4);
    }
}
