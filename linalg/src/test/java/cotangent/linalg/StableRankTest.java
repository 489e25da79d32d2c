package cotangent.linalg;

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

class StableRankTest {
    private static final int N = 50;

    /** The values named in the project's requirements: 4/3, Σ 1/i² up to 50, and n. */
    @Test
    void knownValues() {
        check(i -> Math.pow(2, -i), 4.0 / 3);
        check(i -> 1.0 / (1 + i), 1.625132733621528);
        check(i -> 1, N);
    }

    private static void check(IntToDoubleFunction spectrum, double expected) {
        Tensor matrix = RandomizedEighTest.symmetric(N, spectrum);
        assertThat(StableRank.of(matrix)).isCloseTo(expected, within(100 * N * 0x1p-52 * expected));
        Estimate written = StableRank.of(LinearOperator.of(matrix), Sampling.matvecs(N));
        assertThat(written.value()).isCloseTo(expected, within(100 * N * 0x1p-52 * expected));
        assertThat(written.errorBar()).isEqualTo(ErrorBar.EXACT);
    }

    @Test
    void estimatesFromProductsWithinItsErrorBar() {
        Tensor matrix = RandomizedEighTest.symmetric(120, i -> 1.0 / (1 + i));
        double expected = StableRank.of(matrix);
        int covered = 0;
        for (int seed = 0; seed < 50; seed++) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            Estimate estimate = StableRank.of(counting, Sampling.matvecs(60).seed(seed));
            assertThat(counting.products()).isEqualTo(60).isEqualTo(estimate.numMatvecs());
            assertThat(estimate.value()).isCloseTo(expected, within(0.05 * expected));
            covered += estimate.interval(0.95).contains(expected) ? 1 : 0;
        }
        assertThat(covered).isGreaterThanOrEqualTo(42);
    }

    @Test
    void scaleDoesNotMatter() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> Math.pow(2, -i));
        assertThat(StableRank.of(matrix.times(1e-200))).isCloseTo(4.0 / 3, within(1e-12));
    }

    @Test
    void refusesZeroAndSmallBudgets() {
        assertThatThrownBy(() -> StableRank.of(Tensor.zeros(DType.F64, 3, 3))).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> StableRank.of(LinearOperator.of(Tensor.eye(40, DType.F64)), Sampling.matvecs(19)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("at least 20");
    }
}
