package cotangent.examples.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class RankCorrelationTest {
    /** A few roundings of numbers of order 1. */
    private static final double ROUNDING = 1e-14;

    @Test
    void equalNumbersShareTheMeanOfTheirRanks() {
        assertThat(Correlation.ranks(3, 1, 3, 7)).containsExactly(2.5, 1, 2.5, 4);
        assertThat(Correlation.ranks(Double.POSITIVE_INFINITY, 1)).containsExactly(2, 1);
    }

    @Test
    void seesLinesCurvesAndChanges() {
        double[] x = {1, 2, 3, 4, 5};
        assertThat(Correlation.linear(x, 2, 4, 6, 8, 10)).isCloseTo(1, within(ROUNDING));
        assertThat(Correlation.ofRanks(x, 1, 8, 27, 64, 125)).isCloseTo(1, within(ROUNDING));
        assertThat(Correlation.linear(x, 5, 5, 5, 5, 5)).isZero();
        // both rise, in steps of which the one is large where the other is small
        assertThat(Correlation.ofChanges(new double[]{0, 1, 3, 4, 6}, 0, 2, 3, 5, 6)).isCloseTo(-1, within(ROUNDING));
    }

    /** ρ = 1 − 6·Σd²/(n(n²−1)) without ties; d = 0, 1, 1, 1, 1, 0 for n = 6; the interval by hand from atanh ρ. */
    @Test
    void hasSpearmansCoefficientAndFishersInterval() {
        RankCorrelation found = RankCorrelation.of(new double[]{1, 2, 3, 4, 5, 6}, 1, 3, 2, 5, 4, 6);
        double rho = 1 - 6 * 4.0 / (6 * 35);
        assertThat(found.rho()).isCloseTo(rho, within(ROUNDING));
        double z = 0.5 * Math.log((1 + rho) / (1 - rho));
        double deviation = Math.sqrt((1 + rho * rho / 2) / 3);
        assertThat(found.low()).isCloseTo(Math.tanh(z - 1.959964 * deviation), within(ROUNDING));
        assertThat(found.high()).isCloseTo(Math.tanh(z + 1.959964 * deviation), within(ROUNDING));
    }

    /** Of the 24 orders of four numbers two are as strongly correlated as the best; the standard error over 2,000 is 0.6 %. */
    @Test
    void thePermutationTestCountsOrders() {
        double p = RankCorrelation.of(new double[]{1, 2, 3, 4}, 10, 20, 30, 40).pValue();
        assertThat(p).isCloseTo(2.0 / 24, within(4 * Math.sqrt(2.0 / 24 * (22.0 / 24) / 2_000)));
    }

    @Test
    void holmCorrectsForTheirNumberAndKeepsTheOrder() {
        Map<String, RankCorrelation> tested = Map.of("a", new RankCorrelation(0, 0, 0, 0.01), "b", new RankCorrelation(
                0, 0, 0, 0.04), "c", new RankCorrelation(0, 0, 0, 0.03), "d", new RankCorrelation(0, 0, 0, 0.5));
        Map<String, Double> corrected = RankCorrelation.holm(tested);
        assertThat(corrected.get("a")).isCloseTo(0.04, within(ROUNDING));
        assertThat(corrected.get("c")).isCloseTo(0.09, within(ROUNDING));
        assertThat(corrected.get("b")).isCloseTo(0.09, within(ROUNDING));
        assertThat(corrected.get("d")).isCloseTo(0.5, within(ROUNDING));
    }
}
