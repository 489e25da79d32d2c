package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudentTTest {
    /** Two-sided quantiles as printed to 3 decimals in Abramowitz and Stegun, table 26.10. */
    @ParameterizedTest
    @CsvSource({"0.95, 1, 12.706", "0.95, 2, 4.303", "0.95, 3, 3.182", "0.95, 9, 2.262", "0.95, 10, 2.228",
            "0.95, 30, 2.042", "0.95, 120, 1.980", "0.99, 5, 4.032", "0.99, 20, 2.845", "0.9, 1, 6.314",
            "0.9, 15, 1.753", "0.5, 4, 0.741", "0.5, 1, 1.000", "0.998, 8, 4.501", "0.95, 1000000, 1.960"})
    void quantilesAreThoseOfTheTable(double confidence, int freedom, double expected) {
        assertThat(StudentT.quantile(confidence, freedom)).isCloseTo(expected, within(0.5001e-3));
    }

    /** ν = 1 and ν = 2 have closed quantiles: tan(πp/2) and p√(2/(1 − p²)). */
    @Test
    void smallestCasesAreExact() {
        for (double p : new double[]{0.01, 0.3, 0.5, 0.9, 0.95, 0.999}) {
            double cauchy = Math.tan(0.5 * Math.PI * p);
            assertThat(StudentT.quantile(p, 1)).isCloseTo(cauchy, within(1e-13 * (1 + cauchy * cauchy)));
            double two = p * Math.sqrt(2 / (1 - p * p));
            assertThat(StudentT.quantile(p, 2)).isCloseTo(two, within(1e-13 * (1 + two * two * two)));
        }
    }
}
