package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RandomlyPivotedCholeskyTest {
    private static final int N = 80;
    private static final double EPSILON = 0x1p-52;

    private static Tensor diagonal(Tensor matrix) {
        return Tensor.of(IntStream.range(0, matrix.shape().extent(0)).mapToDouble(i -> matrix.get(i, i)).toArray());
    }

    private static LowRankCholesky factor(RandomlyPivotedCholesky cholesky, Tensor matrix) {
        return cholesky.decompose(LinearOperator.of(matrix).asPositiveSemidefinite(), diagonal(matrix));
    }

    /** 0 ≤ A − Â with the trace that is stated, and Â equal to A in the columns chosen; all within rounding of N-term sums. */
    @ParameterizedTest
    @MethodSource("cotangent.linalg.NystromTest#spectra")
    void leavesAPositiveSemidefiniteRest(NystromTest.Spectrum spectrum) {
        double scale = spectrum.eigenvalue().applyAsDouble(0);
        Tensor matrix = RandomizedEighTest.symmetric(N, spectrum.eigenvalue());
        double rounding = 10 * N * EPSILON * scale;
        for (int block : new int[]{1, 6}) {
            LowRankCholesky cholesky = factor(RandomlyPivotedCholesky.rank(12).blockSize(block), matrix);
            Tensor rest = matrix.minus(cholesky.factor().matmul(cholesky.factor().transpose()));
            double[] values = Eigh.values(RitzPairs.symmetricPart(rest).times(1 / scale)).toDoubles();
            assertThat(values[0] * scale).isGreaterThanOrEqualTo(-rounding);
            double trace = 0;
            for (int i = 0; i < N; i++) {
                trace += rest.get(i, i);
            }
            assertThat(cholesky.traceError()).isCloseTo(trace, within(N * rounding));
            for (int pivot : cholesky.pivots()) {
                for (int i = 0; i < N; i++) {
                    assertThat(rest.get(i, pivot)).isCloseTo(0, within(rounding));
                }
            }
            assertThat(cholesky.pivots()).doesNotHaveDuplicates();
            assertThat(cholesky.operator().toDense().get(3, 4)).isCloseTo(matrix.get(3, 4) - rest.get(3, 4), within(
                    rounding));
        }
    }

    @Test
    void costsItsColumnsAndEndsAtTheRank() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> i < 5 ? 5 - i : 0);
        CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix).asPositiveSemidefinite());
        LowRankCholesky cholesky = RandomlyPivotedCholesky.rank(20).decompose(counting, diagonal(matrix));
        assertThat(cholesky.rank()).isEqualTo(5);
        assertThat(counting.products()).isEqualTo(5).isEqualTo(cholesky.columns());
        assertThat(cholesky.traceError()).isLessThan(N * EPSILON * 15);
        Tensor slow = RandomizedEighTest.symmetric(N, i -> Math.pow(0.8, i));
        LowRankCholesky loose = factor(RandomlyPivotedCholesky.rank(N).tolerance(0.1), slow);
        assertThat(loose.traceError()).isLessThanOrEqualTo(0.1 * loose.trace());
        assertThat(loose.rank()).isLessThan(30);
        LowRankCholesky zero = factor(RandomlyPivotedCholesky.rank(3), Tensor.zeros(DType.F64, 4, 4));
        assertThat(zero.rank()).isZero();
        assertThat(factor(RandomlyPivotedCholesky.rank(3), Tensor.zeros(DType.F64, 0, 0)).rank()).isZero();
        assertThat(factor(RandomlyPivotedCholesky.rank(3), Tensor.of(new double[][]{{4}})).factor().get(0, 0))
                .isEqualTo(2);
    }

    /**
     * The first pivot's law is the diagonal, and blocks with rejection keep the law of what is left: mean trace errors of 400 runs
     * one at a time and in blocks differ by chance only, which 5 standard errors cover.
     */
    @ParameterizedTest
    @ValueSource(ints = {4, 10})
    void blocksKeepTheLaw(int block) {
        Tensor matrix = RandomizedEighTest.symmetric(40, i -> Math.pow(1 + i, -1.5));
        double[] single = errors(matrix, RandomlyPivotedCholesky.rank(10));
        double[] blocks = errors(matrix, RandomlyPivotedCholesky.rank(10).blockSize(block));
        double difference = mean(single) - mean(blocks);
        double standardError = Math.sqrt((variance(single) + variance(blocks)) / single.length);
        assertThat(Math.abs(difference)).isLessThan(5 * standardError);
    }

    private static double[] errors(Tensor matrix, RandomlyPivotedCholesky cholesky) {
        return IntStream.range(0, 400).mapToDouble(seed -> factor(cholesky.seed(seed), matrix).traceError()).toArray();
    }

    private static double mean(double[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return IntStream.range(0, values.length).mapToDouble(i -> (values[i] - mean) * (values[i] - mean)).sum()
                / (values.length - 1);
    }

    /** Theorem 5.1 of the paper at r = 5, ε = 1: the mean error is within twice the best of rank r. */
    @Test
    void expectedErrorObeysTheTheorem() {
        IntToDoubleFunction eigenvalue = i -> Math.pow(0.6, i);
        Tensor matrix = RandomizedEighTest.symmetric(40, eigenvalue);
        double best = IntStream.range(5, 40).mapToDouble(eigenvalue).sum();
        double trace = IntStream.range(0, 40).mapToDouble(eigenvalue).sum();
        int columns = (int) Math.ceil(5 + 5 * Math.max(0, Math.log(trace / best)));
        double mean = mean(errors(matrix, RandomlyPivotedCholesky.rank(columns)));
        assertThat(mean).isLessThanOrEqualTo(2 * best);
    }

    @Test
    void worksInSinglePrecisionWithTheSameBitsEachTime() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> Math.pow(0.5, i)).cast(DType.F32);
        LinearOperator operator = LinearOperator.of(matrix).asPositiveSemidefinite();
        Tensor diagonal = diagonal(matrix.cast(DType.F64)).cast(DType.F32);
        LowRankCholesky first = RandomlyPivotedCholesky.rank(10).decompose(operator, diagonal);
        assertThat(first.factor().dtype()).isEqualTo(DType.F32);
        assertThat(first.traceError()).isLessThan(0.1);
        assertThat(RandomlyPivotedCholesky.rank(10).decompose(operator, diagonal).factor().toDoubles()).isEqualTo(first
                .factor()
                .toDoubles());
    }

    @Test
    void refusesWhatItCannotFactor() {
        LinearOperator five = LinearOperator.identity(5, DType.F64);
        Tensor ones = Tensor.full(Shape.of(5), 1, DType.F64);
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(1).blockSize(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(1).tolerance(2)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(1).decompose(five, Tensor.zeros(DType.F64, 4)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(1).decompose(five.scale(-1), ones))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("positive semidefinite");
        Tensor indefinite = Tensor.of(new double[][]{{1, 3}, {3, 1}});
        assertThatThrownBy(() -> factor(RandomlyPivotedCholesky.rank(2), indefinite))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("positive semidefinite");
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(2)
                .decompose(Tensor.of(new double[]{1, -1}), chosen -> Tensor
                        .zeros(DType.F64, 2, chosen.length)))
                .isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> RandomlyPivotedCholesky.rank(2)
                .decompose(Tensor.of(new double[]{1, 1}), chosen -> Tensor
                        .zeros(DType.F64, 3, chosen.length)))
                .isInstanceOf(ShapeException.class);
    }
}
