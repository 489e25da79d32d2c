package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import org.junit.jupiter.api.Test;

class XTraceTest {
    private static final int N = 60;

    /** By the definition: an own basis without each probe in turn. Condition of A·Ω is below 1e4, a symmetric A and not. */
    @Test
    void isTheMeanOfLeaveOneOutEstimates() {
        Tensor general = new ProbeStream(Probes.GAUSSIAN, 5, 5).block(DType.F64, N, 0, N);
        for (Tensor matrix : new Tensor[]{general, Spectra.matrix(N, DType.F64, i -> 1.0 / (1 + i))}) {
            LinearOperator operator = LinearOperator.of(matrix);
            for (Probes law : new Probes[]{Probes.RADEMACHER, Probes.GAUSSIAN, Probes.SPHERE}) {
                int k = 8;
                Tensor probes = new ProbeStream(law, 3, 0).block(DType.F64, N, 0, k);
                Tensor images = operator.matmat(probes);
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < k; i++) {
                    Tensor others = Columns.join(Columns.range(images, 0, i), Columns.range(images, i + 1, k));
                    OrthonormalBasis basis = OrthonormalBasis.spanning(others);
                    Tensor q = basis.block(DType.F64);
                    double inside = 0;
                    for (double form : Columns.dots(q, operator.matmat(q))) {
                        inside += form;
                    }
                    Tensor rest = basis.complement(Columns.range(probes, i, i + 1));
                    double form = Columns.dots(rest, operator.matmat(rest))[0];
                    double scale = law == Probes.RADEMACHER ? 1 : (N - k + 1) / Columns.dots(rest, rest)[0];
                    sum += inside + form * scale;
                    squares += (inside + form * scale) * (inside + form * scale);
                }
                Estimate estimate = XTrace.matvecs(2 * k).seed(3).probes(law).trace(operator);
                double size = Math.sqrt(Spectra.squares(matrix)) * N;
                assertThat(estimate.value()).isCloseTo(sum / k, within(1e4 * 0x1p-52 * size));
                double variance = (squares - sum * sum / k) / (k - 1) / k;
                assertThat(estimate.standardError()).isCloseTo(Math.sqrt(variance), within(1e-7 * size));
                assertThat(estimate.errorBar()).isEqualTo(ErrorBar.LEAVE_ONE_OUT);
            }
        }
    }

    @Test
    void isExactToRoundingOnLowRank() {
        for (int rank : new int[]{0, 1, 5}) {
            Tensor matrix = Spectra.matrix(N, DType.F64, i -> i < rank ? 100.0 / (1 + i) : 0);
            Estimate estimate = XTrace.matvecs(18).trace(LinearOperator.of(matrix));
            assertThat(estimate.value()).isCloseTo(Spectra.trace(matrix), within(N * N * 0x1p-52 * 100));
            assertThat(estimate.standardError()).isLessThan(N * N * 0x1p-52 * 100);
        }
    }

    /** The mean over 2,000 seeds is within 4 of its own standard errors of the trace. */
    @Test
    void isUnbiased() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1 / Math.sqrt(1.0 + i));
        LinearOperator operator = LinearOperator.of(matrix);
        for (Probes law : new Probes[]{Probes.RADEMACHER, Probes.GAUSSIAN, Probes.SPHERE}) {
            int trials = 2000;
            double sum = 0;
            double squares = 0;
            for (int seed = 0; seed < trials; seed++) {
                double error = XTrace.matvecs(16).probes(law).seed(seed).trace(operator).value()
                        - Spectra.trace(matrix);
                sum += error;
                squares += error * error;
            }
            assertThat(Math.abs(sum / trials)).isLessThan(4 * Math.sqrt(squares) / trials);
        }
    }

    @Test
    void beatsHutchPlusPlusAtTheSameCost() {
        LinearOperator operator = Spectra.operator(N, i -> Math.exp(-0.3 * i));
        double truth = Spectra.trace(operator.toDense());
        double ours = 0;
        double theirs = 0;
        for (int seed = 0; seed < 50; seed++) {
            ours += Math.abs(XTrace.matvecs(40).seed(seed).trace(operator).value() - truth);
            theirs += Math.abs(HutchPlusPlus.matvecs(40).seed(seed).trace(operator).value() - truth);
        }
        assertThat(ours).isLessThan(0.5 * theirs);
    }

    @Test
    void spendsWhatItSays() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1.0 / (1 + i));
        for (int budget = 4; budget < N; budget += 5) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            Estimate estimate = XTrace.matvecs(budget).trace(counting);
            assertThat(counting.products()).isEqualTo(budget / 2 * 2).isEqualTo(estimate.numMatvecs());
            Estimate blocks = XTrace.matvecs(budget).blockSize(3).trace(LinearOperator.of(matrix));
            assertThat(blocks.value()).isCloseTo(estimate.value(), within(N * N * 0x1p-52 * estimate.value()));
        }
        CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
        assertThat(XTrace.matvecs(N).trace(counting).errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(counting.products()).isEqualTo(N);
    }

    @Test
    void reachesAnAccuracy() {
        LinearOperator operator = Spectra.operator(N, i -> Math.exp(-0.3 * i));
        double truth = Spectra.trace(operator.toDense());
        for (double error : new double[]{0.1, 1e-3, 1e-6}) {
            CountingOperator counting = CountingOperator.of(operator);
            Estimate estimate = XTrace.matvecs(500).relativeError(error).trace(counting);
            assertThat(estimate.converged()).isTrue();
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isLessThanOrEqualTo(500);
            assertThat(estimate.value()).isCloseTo(truth, within(3 * error * truth));
        }
        Estimate poor = XTrace.matvecs(31).relativeError(1e-6).trace(operator);
        assertThat(poor.converged()).isFalse();
        assertThat(poor.numMatvecs()).isLessThanOrEqualTo(31);
    }

    @Test
    void worksInSinglePrecisionAndRefusesBadInput() {
        Tensor matrix = Spectra.matrix(N, DType.F32, i -> 1.0 / (1 + i));
        Estimate estimate = XTrace.matvecs(40).trace(LinearOperator.of(matrix));
        assertThat(estimate.interval(0.9999).contains(Spectra.trace(matrix))).isTrue();
        assertThatThrownBy(() -> XTrace.matvecs(3).trace(LinearOperator.of(matrix))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> XTrace.matvecs(8).trace(LinearOperator.of(Tensor.zeros(DType.F64, 3, 4))))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> XTrace.matvecs(8).trace(LinearOperator.of(Tensor.zeros(DType.F64, 0, 0))))
                .isInstanceOf(InvalidDataException.class);
        LinearOperator broken = LinearOperator.symmetric(N, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> XTrace.matvecs(8).trace(broken)).isInstanceOf(InvalidDataException.class);
    }
}
