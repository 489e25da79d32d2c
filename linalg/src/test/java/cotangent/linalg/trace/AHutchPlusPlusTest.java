package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AHutchPlusPlusTest {
    private static final int N = 150;

    /** Of 400 trials with a failure probability of 10 %, 40 may fail; the bound is far from tight, but 58 would be 3σ more. */
    @Test
    void isWithinItsErrorAsOftenAsItSays() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1 / (1.0 + i));
        LinearOperator operator = LinearOperator.of(matrix);
        double truth = Spectra.trace(matrix);
        int failed = 0;
        for (int seed = 0; seed < 400; seed++) {
            Estimate estimate = AHutchPlusPlus.matvecs(10_000)
                    .absoluteError(0.4)
                    .failureProbability(0.1)
                    .seed(seed)
                    .trace(operator);
            assertThat(estimate.converged()).isTrue();
            assertThat(estimate.numMatvecs()).isLessThan(N);
            failed += Math.abs(estimate.value() - truth) > 0.4 ? 1 : 0;
        }
        assertThat(failed).isLessThan(58);
    }

    /** More sketch where it pays: a quick decay gets rid of nearly all probes, a flat spectrum of nearly all directions. */
    @Test
    void spendsOnTheSketchWhereThatPays() {
        LinearOperator steep = Spectra.operator(N, i -> Math.pow(0.7, i));
        LinearOperator flat = Spectra.operator(N, i -> 1 + 0.5 * (i % 2));
        String deflated = AHutchPlusPlus.matvecs(140).absoluteError(1e-3).trace(steep).route();
        assertThat(Integer.parseInt(deflated.split(" ")[1])).isBetween(8, 40);
        String probed = AHutchPlusPlus.matvecs(140).absoluteError(20).trace(flat).route();
        assertThat(Integer.parseInt(probed.split(" ")[1])).isLessThan(8);
    }

    /** At one budget it does not do much worse than Hutch++'s fixed thirds, and does better where thirds are wrong. */
    @Test
    void splitsABudgetAtLeastAsWellAsThirds() {
        LinearOperator steep = Spectra.operator(N, i -> Math.pow(0.85, i));
        double truth = Spectra.trace(steep.toDense());
        double ours = 0;
        double thirds = 0;
        for (int seed = 0; seed < 60; seed++) {
            ours += Math.abs(AHutchPlusPlus.matvecs(90).seed(seed).trace(steep).value() - truth);
            thirds += Math.abs(HutchPlusPlus.matvecs(90).seed(seed).trace(steep).value() - truth);
        }
        assertThat(ours).isLessThan(1.5 * thirds);
    }

    @Test
    void countsWhatItSpends() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1 / (1.0 + i));
        for (double error : new double[]{1, 0.3, 0.1, 1e-3}) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            Estimate estimate = AHutchPlusPlus.matvecs(10_000).absoluteError(error).trace(counting);
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isLessThanOrEqualTo(2 * N);
            assertThat(estimate.value()).isCloseTo(Spectra.trace(matrix), within(error));
        }
    }

    @Test
    void refusesImpossibleErrors() {
        for (double wrong : new double[]{-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> AHutchPlusPlus.matvecs(10).absoluteError(wrong)).isInstanceOf(
                    InvalidDataException.class);
        }
        assertThatThrownBy(() -> AHutchPlusPlus.matvecs(10).failureProbability(0)).isInstanceOf(
                InvalidDataException.class);
    }

    /** P(χ²_k ≤ x) = p at the quantiles x of Abramowitz and Stegun, table 26.8, printed to 6 digits. */
    @ParameterizedTest
    @CsvSource({"1, 0.05, 0.00393214", "2, 0.05, 0.102587", "5, 0.05, 1.145476", "10, 0.01, 2.55821",
            "30, 0.025, 16.7908", "100, 0.005, 67.3276"})
    void lowerTailsAreThoseOfTheTable(int k, double p, double quantile) {
        assertThat(k * ChiSquare.lowerShare(k, p)).isCloseTo(quantile, within(1e-5 * quantile));
    }
}
