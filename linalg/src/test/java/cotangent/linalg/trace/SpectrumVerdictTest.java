package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectrumVerdictTest {
    private static final int N = 300;

    private static SpectrumVerdict verdict(IntToDoubleFunction spectrum, long seed) {
        return SpectrumVerdict.of(Spectra.operator(N, spectrum).asPositiveSemidefinite(), Sampling.matvecs(90)
                .seed(
                        seed));
    }

    /** The leading half of 30 Ritz values of a sketch without power iterations falls short by no more than this. */
    @ParameterizedTest
    @ValueSource(doubles = {0.75, 1, 1.5, 2})
    void powerLawsAndTheirExponents(double exponent) {
        for (int seed = 0; seed < 5; seed++) {
            SpectrumVerdict verdict = verdict(i -> Math.pow(1 + i, -exponent), seed);
            assertThat(verdict.shape()).as("exponent %s: %s", exponent, verdict)
                    .isEqualTo(exponent < 2
                            ? SpectrumVerdict.Shape.POWER_LAW
                            : verdict.rank() > 0 ? SpectrumVerdict.Shape.LOW_RANK
                            : SpectrumVerdict.Shape.POWER_LAW);
            assertThat(verdict.exponent()).as(verdict.toString()).isCloseTo(exponent, within(0.2));
        }
    }

    @Test
    void oneEigenvalueFarAboveDoesNotSwayTheExponent() {
        SpectrumVerdict verdict = verdict(i -> i == 0 ? 100 : Math.pow(1 + i, -1), 1);
        assertThat(verdict.exponent()).isCloseTo(1, within(0.35));
    }

    @Test
    void lowRankAndFlat() {
        SpectrumVerdict low = verdict(i -> i < 7 ? 1 : 1e-6, 2);
        assertThat(low.shape()).isEqualTo(SpectrumVerdict.Shape.LOW_RANK);
        assertThat(low.rank()).isEqualTo(7);
        assertThat(low.gain()).isGreaterThan(100);
        assertThat(low.toString()).contains("low rank: 7 directions", "Hutch++ wins");
        SpectrumVerdict flat = verdict(i -> 1 + 0.1 * i / N, 2);
        assertThat(flat.shape()).isEqualTo(SpectrumVerdict.Shape.FLAT);
        assertThat(flat.gain()).isLessThan(1);
        assertThat(flat.toString()).contains("flat", "RHutch wins");
    }

    /** What is said to win does: mean squares of errors over 200 draws with as many passes. */
    @Test
    void theAdviceHolds() {
        for (double exponent : new double[]{0.25, 1.5}) {
            IntToDoubleFunction spectrum = i -> Math.pow(1 + i, -exponent);
            LinearOperator gram = Spectra.operator(N, spectrum);
            LinearOperator root = Spectra.operator(N, i -> Math.sqrt(spectrum.applyAsDouble(i)));
            double truth = 0;
            for (int i = 0; i < N; i++) {
                truth += spectrum.applyAsDouble(i);
            }
            double split = 0;
            double plain = 0;
            for (int seed = 0; seed < 200; seed++) {
                split += Math.pow(HutchPlusPlus.matvecs(90).seed(seed).trace(gram).value() - truth, 2);
                plain += Math.pow(RHutch.vjps(180).seed(seed).trace(root).value() - truth, 2);
            }
            double gain = verdict(spectrum, 3).gain();
            assertThat(gain > 1).isEqualTo(exponent > 1);
            assertThat(plain > split).isEqualTo(exponent > 1);
            if (exponent > 1) {
                // a ratio of root mean squares of 200 draws each is within three times 1/sqrt(200) of what it is; the square of
                // the rest, of 30 probes, within a quarter; of a flat spectrum it is a small difference of large numbers
                assertThat(gain).isCloseTo(Math.sqrt(plain / split), within(0.4 * gain));
            }
        }
    }

    @Test
    void spendsItsBudget() {
        CountingOperator counting = CountingOperator.of(Spectra.operator(N, i -> 1 / (1.0 + i)));
        SpectrumVerdict verdict = SpectrumVerdict.of(counting.asPositiveSemidefinite(), Sampling.matvecs(61));
        assertThat(counting.products()).isEqualTo(61).isEqualTo(verdict.numMatvecs());
    }

    @Test
    void refusesWhatItCannotUse() {
        LinearOperator zero = LinearOperator.of(Tensor.zeros(DType.F64, 40, 40)).asPositiveSemidefinite();
        assertThatThrownBy(() -> SpectrumVerdict.of(zero, Sampling.matvecs(30))).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("zero");
        assertThatThrownBy(() -> SpectrumVerdict.of(zero, Sampling.matvecs(11))).isInstanceOf(ShapeException.class);
        LinearOperator plain = LinearOperator.of(Tensor.eye(40, DType.F64));
        assertThatThrownBy(() -> SpectrumVerdict.of(plain, Sampling.matvecs(30))).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("semidefinite");
    }
}
