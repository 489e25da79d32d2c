package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class XNysTraceTest {
    private static final int N = 60;
    private static final Probes[] LAWS = {Probes.RADEMACHER, Probes.GAUSSIAN, Probes.SPHERE};

    private static LinearOperator operator(Tensor matrix) {
        return LinearOperator.of(matrix).asPositiveSemidefinite();
    }

    /** By the definition: the Nyström approximation without each probe in turn, by a Cholesky factorization of its own. */
    @Test
    void isTheMeanOfLeaveOneOutEstimates() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1.0 / (1 + i));
        int k = 8;
        for (Probes law : LAWS) {
            Tensor probes = new ProbeStream(law, 3, 0).block(DType.F64, N, 0, k);
            Tensor images = matrix.matmul(probes);
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < k; i++) {
                Tensor others = without(probes, i);
                Tensor y = without(images, i);
                Tensor solved = Cholesky.of(others.transpose().matmul(y)).solve(y.transpose());
                Tensor rest = matrix.minus(y.matmul(solved));
                Tensor v = Columns.range(probes, i, i + 1);
                double length = Columns.sumOfSquares(OrthonormalBasis.spanning(others).complement(v));
                double form = Columns.dots(v, rest.matmul(v))[0];
                double scale = law == Probes.RADEMACHER ? 1 : (N - k + 1) / length;
                double value = Spectra.trace(matrix) - Spectra.trace(rest) + scale * form;
                sum += value;
                squares += value * value;
            }
            Estimate estimate = XNysTrace.matvecs(k).seed(3).probes(law).trace(operator(matrix));
            // Gram matrices of 8 probes of 60 have conditions below 1e4, and A's eigenvalues are of order 1
            double size = 1e4 * N * 0x1p-52;
            assertThat(estimate.value()).isCloseTo(sum / k, within(size));
            double variance = (squares - sum * sum / k) / (k - 1) / k;
            assertThat(estimate.standardError()).isCloseTo(Math.sqrt(variance), within(1e-7));
            assertThat(estimate.errorBar()).isEqualTo(ErrorBar.LEAVE_ONE_OUT);
        }
    }

    private static Tensor without(Tensor block, int column) {
        int k = block.shape().extent(1);
        return Columns.join(Columns.range(block, 0, column), Columns.range(block, column + 1, k));
    }

    /** The error is of the size of ε√n‖AΩ‖_F, where ‖AΩ‖_F ≤ √(kn)·‖A‖. */
    @Test
    void isExactToRoundingOnLowRank() {
        for (int rank : new int[]{0, 1, 5}) {
            for (DType dtype : DType.values()) {
                if (dtype.isFloating()) {
                    double[] diagonal = IntStream.range(0, N).mapToDouble(i -> i < rank ? 64 >> i : 0).toArray();
                    Tensor entries = Tensor.wrap(Shape.of(N), diagonal).cast(dtype);
                    Estimate estimate = XNysTrace.matvecs(9).trace(LinearOperator.diagonal(entries));
                    double truth = rank == 0 ? 0 : 128 - (64 >> (rank - 1));
                    double rounding = 2 * dtype.unitRoundoff() * N * Math.sqrt(9) * 64;
                    assertThat(estimate.value()).isCloseTo(truth, within(64 * rounding));
                    assertThat(estimate.standardError()).isLessThan(64 * rounding);
                }
            }
        }
    }

    /** The mean over 2,000 seeds is within 4 of its own standard errors of the trace. */
    @Test
    void isUnbiased() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1 / Math.sqrt(1.0 + i));
        for (Probes law : LAWS) {
            int trials = 2000;
            double sum = 0;
            double squares = 0;
            for (int seed = 0; seed < trials; seed++) {
                double error = XNysTrace.matvecs(10).probes(law).seed(seed).trace(operator(matrix)).value() - Spectra
                        .trace(matrix);
                sum += error;
                squares += error * error;
            }
            assertThat(Math.abs(sum / trials)).isLessThan(4 * Math.sqrt(squares) / trials);
        }
    }

    @Test
    void beatsXTraceAtTheSameCost() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> Math.exp(-0.3 * i));
        double truth = Spectra.trace(matrix);
        double ours = 0;
        double theirs = 0;
        for (int seed = 0; seed < 50; seed++) {
            ours += Math.abs(XNysTrace.matvecs(30).seed(seed).trace(operator(matrix)).value() - truth);
            theirs += Math.abs(XTrace.matvecs(30).seed(seed).trace(operator(matrix)).value() - truth);
        }
        assertThat(ours).isLessThan(0.3 * theirs);
    }

    @Test
    void spendsWhatItSays() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1.0 / (1 + i));
        for (int budget = 2; budget < N; budget += 5) {
            CountingOperator counting = CountingOperator.of(operator(matrix));
            Estimate estimate = XNysTrace.matvecs(budget).trace(counting);
            assertThat(counting.products()).isEqualTo(budget).isEqualTo(estimate.numMatvecs());
            Estimate blocks = XNysTrace.matvecs(budget).blockSize(3).trace(operator(matrix));
            assertThat(blocks.value()).isCloseTo(estimate.value(), within(N * N * 0x1p-52 * estimate.value()));
        }
        CountingOperator counting = CountingOperator.of(operator(matrix));
        assertThat(XNysTrace.matvecs(N).trace(counting).errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(counting.products()).isEqualTo(N);
    }

    @Test
    void reachesAnAccuracyByGrowingOrExactly() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> Math.exp(-0.3 * i));
        for (double error : new double[]{0.1, 1e-3, 1e-6}) {
            CountingOperator counting = CountingOperator.of(operator(matrix));
            Estimate estimate = XNysTrace.matvecs(500).relativeError(error).trace(counting);
            assertThat(estimate.converged()).isTrue();
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isLessThanOrEqualTo(2 * N);
            assertThat(estimate.value()).isCloseTo(Spectra.trace(matrix), within(3 * error * Spectra.trace(matrix)));
        }
        Tensor flat = Spectra.matrix(N, DType.F64, i -> 1 + i % 2);
        assertThat(XNysTrace.matvecs(500).relativeError(1e-9).trace(operator(flat)).errorBar()).isEqualTo(
                ErrorBar.EXACT);
        Estimate poor = XNysTrace.matvecs(31).relativeError(1e-9).trace(operator(flat));
        assertThat(poor.converged()).isFalse();
        assertThat(poor.numMatvecs()).isEqualTo(31);
    }

    @Test
    void refusesBadInput() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> i % 2 == 0 ? 1 : -1);
        assertThatThrownBy(() -> XNysTrace.matvecs(8).trace(LinearOperator.of(matrix))).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("asPositiveSemidefinite");
        assertThatThrownBy(() -> XNysTrace.matvecs(8).trace(operator(matrix))).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("expected a positive semidefinite operator");
        LinearOperator identity = LinearOperator.identity(N, DType.F64);
        assertThatThrownBy(() -> XNysTrace.matvecs(1).trace(identity)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> XNysTrace.matvecs(8).probes(Probes.ORTHOGONAL).trace(identity)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("independent");
        assertThatThrownBy(() -> XTrace.matvecs(8).probes(Probes.ORTHOGONAL).trace(identity)).isInstanceOf(
                InvalidDataException.class);
    }
}
