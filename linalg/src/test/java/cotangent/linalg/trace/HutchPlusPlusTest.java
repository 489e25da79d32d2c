package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import org.junit.jupiter.api.Test;

class HutchPlusPlusTest {
    /** With a sketch as wide as the rank nothing is left to chance: the error is the rounding of some 10⁵ operations. */
    @Test
    void isExactToRoundingOnLowRank() {
        Tensor matrix = Spectra.matrix(60, DType.F64, i -> i < 5 ? 100.0 / (1 + i) : 0);
        Estimate estimate = HutchPlusPlus.matvecs(18).trace(LinearOperator.of(matrix));
        assertThat(estimate.value()).isCloseTo(Spectra.trace(matrix), within(60 * 60 * 0x1p-52 * 100));
        assertThat(estimate.standardError()).isLessThan(60 * 60 * 0x1p-52 * 100);
    }

    @Test
    void isFarCloserThanHutchinsonOnADecayingSpectrum() {
        Tensor matrix = Spectra.matrix(100, DType.F64, i -> Math.pow(1 + i, -2));
        double plain = 0;
        double deflated = 0;
        for (int seed = 0; seed < 20; seed++) {
            plain += Math
                    .abs(Hutchinson.matvecs(45).seed(seed).trace(LinearOperator.of(matrix)).value() - Spectra.trace(
                            matrix));
            deflated += Math.abs(HutchPlusPlus.matvecs(45).seed(seed).trace(LinearOperator.of(matrix)).value() - Spectra
                    .trace(matrix));
        }
        assertThat(deflated).isLessThan(plain / 10);
    }

    @Test
    void worksForOperatorsThatAreNotSymmetric() {
        Tensor matrix = new ProbeStream(Probes.GAUSSIAN, 5, 5).block(DType.F64, 50, 0, 50);
        Estimate estimate = HutchPlusPlus.matvecs(40).trace(LinearOperator.of(matrix));
        assertThat(estimate.interval(0.9999).contains(Spectra.trace(matrix))).isTrue();
        assertThat(estimate.route()).contains("13 directions deflated, 14 Rademacher probes");
    }

    @Test
    void oneSidedEstimatorsCountTheirPasses() {
        Tensor matrix = new ProbeStream(Probes.GAUSSIAN, 5, 5).block(DType.F64, 50, 0, 40);
        LinearOperator jacobian = new CostlyOperator(LinearOperator.of(matrix));
        Estimate reverse = RHutch.vjps(12).trace(jacobian);
        assertThat(reverse.vjps()).isEqualTo(12);
        assertThat(reverse.jvps()).isZero();
        Estimate forward = FHutch.jvps(12).trace(jacobian);
        assertThat(forward.jvps()).isEqualTo(12);
        assertThat(forward.vjps()).isZero();
        Estimate both = HutchPlusPlus.matvecs(12).trace(jacobian.times(jacobian.adjoint()));
        assertThat(both.jvps()).isEqualTo(12);
        assertThat(both.vjps()).isEqualTo(12);
    }

    @Test
    void printsItself() {
        Estimate estimate = new Estimate("trace", 63381.94, 155, cotangent.linalg.ErrorBar.SAMPLE, 19, 0, 60, 60, 60,
                20, 0, "",
                java.time.Duration.ofNanos(2_140_000), true);
        assertThat(estimate).hasToString("trace = 63381.9 ± 320 (95 %), 60 matvecs, 2.1 ms");
    }
}
