package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogDeterminantTest {
    private static final int N = 200;

    private static double spectrum(int i) {
        return 1 / (1.0 + i);
    }

    private static double truth(double shift) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            sum += Math.log(spectrum(i) + shift);
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-4, 1e-2, 1, 100})
    void holdsTheTruth(double shift) {
        for (DType dtype : new DType[]{DType.F64, DType.F32}) {
            LinearOperator operator = LinearOperator.of(Spectra.matrix(N, dtype, LogDeterminantTest::spectrum));
            CountingOperator counting = CountingOperator.of(operator);
            Estimate estimate = LogDeterminant.of(counting.asPositiveSemidefinite(), shift, Sampling.matvecs(120));
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isLessThanOrEqualTo(120);
            // an eigenvalue that rounding moves by 8·N·u moves its logarithm by that over what it is with the shift
            double rounding = 8.0 * N * dtype.unitRoundoff() / (shift + spectrum(N - 1));
            assertThat(estimate.value()).isCloseTo(truth(shift), within(6 * estimate.standardError() + N * rounding));
        }
    }

    /** What the approximation knows need not be sampled: against plain quadrature of the same budget. */
    @Test
    void knowsMoreThanPlainQuadrature() {
        LinearOperator operator = Spectra.operator(N, i -> Math.exp(-i / 5.0)).asPositiveSemidefinite();
        Estimate better = LogDeterminant.of(operator, 1e-3, Sampling.matvecs(120));
        Estimate plain = StochasticLanczosQuadrature.matvecs(120)
                .logDeterminant(operator.shift(1e-3)
                        .asPositiveSemidefinite());
        assertThat(better.standardError()).isLessThan(0.1 * plain.standardError());
    }

    @Test
    void reachesAnError() {
        LinearOperator operator = Spectra.operator(N, LogDeterminantTest::spectrum).asPositiveSemidefinite();
        for (double error : new double[]{0.1, 0.01, 0.001}) {
            Estimate estimate = LogDeterminant.of(operator, 0.01, Sampling.relativeError(error));
            assertThat(estimate.converged()).as(estimate.toString()).isTrue();
            assertThat(estimate.value()).isCloseTo(truth(0.01), within(3 * error * Math.abs(truth(0.01))));
        }
        assertThat(LogDeterminant.of(operator, 0.01, Sampling.relativeError(1e-9).atMost(60)).converged()).isFalse();
    }

    @Test
    void refusesWhatItCannotUse() {
        LinearOperator one = LinearOperator.of(Tensor.eye(30, DType.F64));
        LinearOperator known = one.asPositiveSemidefinite();
        assertThatThrownBy(() -> LogDeterminant.of(one, 1, Sampling.matvecs(20))).isInstanceOf(
                InvalidDataException.class);
        for (double wrong : new double[]{0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> LogDeterminant.of(known, wrong, Sampling.matvecs(20))).isInstanceOf(
                    InvalidDataException.class).hasMessageContaining("positive");
        }
        assertThatThrownBy(() -> LogDeterminant.of(known, 1, Sampling.matvecs(5))).isInstanceOf(ShapeException.class);
    }
}
