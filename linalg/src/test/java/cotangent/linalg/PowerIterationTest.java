package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PowerIterationTest {
    private static final int N = 100;
    private static final double EPSILON = 0x1p-52;
    /** By magnitude 0.7 of the one before, of both signs. */
    private static final IntToDoubleFunction GEOMETRIC = i -> (i % 2 == 0 ? 3 : -3) * Math.pow(0.7, i);

    private static LinearOperator diagonal(IntToDoubleFunction eigenvalue) {
        return LinearOperator.diagonal(Tensor.of(IntStream.range(0, N).mapToDouble(eigenvalue).toArray()));
    }

    /**
     * The residual starts below 2‖A‖ and falls by 0.7 a product once the pair's own part leads; a Gaussian start has a part of at
     * least 1/(100·√N) along it but for one time in a hundred, so that log(2·100·√N/(tolerance/2√k))/log(1/0.7) products do.
     */
    @Test
    void findsPairsOneAfterTheOther() {
        int k = 4;
        CountingOperator counting = CountingOperator.of(diagonal(GEOMETRIC));
        AtomicLong last = new AtomicLong();
        Eigenpairs pairs = PowerIteration.largestMagnitude(k)
                .listener((done, total) -> assertThat(done).isGreaterThan(last.getAndSet(done))
                        .isLessThanOrEqualTo(total))
                .decompose(counting);
        assertThat(pairs.converged()).as(pairs.toString()).isTrue();
        assertThat(counting.products()).isEqualTo(pairs.numMatvecs()).isEqualTo(last.get());
        double each = Math.log(2 * 100 * Math.sqrt(N) * 2 * Math.sqrt(k) / 1e-10) / Math.log(1 / 0.7);
        assertThat(pairs.numMatvecs()).isLessThan((long) (k * (each + 1)));
        for (int i = 0; i < k; i++) {
            // Kato and Temple with the gap of two magnitudes of the same sign, 0.51 of it, and rounding of N-term sums
            double value = GEOMETRIC.applyAsDouble(i);
            double residual = pairs.residuals().get(i);
            assertThat(pairs.values().get(i)).isCloseTo(value, within(residual * residual / (0.5 * Math.abs(value)) + N
                    * EPSILON * 3));
            assertThat(pairs.gaps().get(i)).isZero();
        }
        RandomizedEighTest.assertOrthonormal(pairs.vectors(), 1);
    }

    /** In exact arithmetic the two parts of a vector along ±λ change places for ever: no residual below their size. */
    @Test
    void saysWhenTwoSignsHaveOneMagnitude() {
        Eigenpairs pairs = PowerIteration.largestMagnitude(2)
                .maxMatvecs(400)
                .decompose(diagonal(i -> i == 0 ? 2 : i == 1 ? -2 : 1.0 / i));
        assertThat(pairs.converged()).isFalse();
        assertThat(pairs.numMatvecs()).isEqualTo(400);
        assertThat(pairs.residuals().get(0)).isGreaterThan(1e-3);
    }

    @Test
    void knowsTheEdges() {
        assertThat(PowerIteration.largestMagnitude(2).decompose(diagonal(i -> 0)).values().toDoubles()).containsExactly(
                0, 0);
        Eigenpairs repeated = PowerIteration.largestMagnitude(3).decompose(diagonal(i -> 4));
        assertThat(repeated.numMatvecs()).isEqualTo(6);
        assertThat(repeated.values().get(2)).isCloseTo(4, within(4 * N * EPSILON));
        Eigenpairs all = PowerIteration.largestMagnitude(2)
                .decompose(LinearOperator.diagonal(Tensor.of(new double[]{1, -5})));
        assertThat(all.values().get(0)).isCloseTo(-5, within(10 * EPSILON));
        assertThat(all.values().get(1)).isCloseTo(1, within(10 * EPSILON));
        Eigenpairs single = PowerIteration.largestMagnitude(1)
                .decompose(LinearOperator.diagonal(Tensor.of(new double[]{1, 8, 2, 3}).cast(DType.F32)));
        assertThat(single.vectors().dtype()).isEqualTo(DType.F32);
        assertThat(single.values().get(0)).isCloseTo(8, within(32 * 4 * 0x1p-23));
        // as few products as the door allows: one for each pair and one to measure it
        assertThat(PowerIteration.largestMagnitude(3).maxMatvecs(6).decompose(diagonal(GEOMETRIC)).numMatvecs())
                .isEqualTo(6);
        assertThatThrownBy(() -> PowerIteration.largestMagnitude(0)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("PowerIteration");
    }

    @Test
    void takesMoreProductsThanLanczos() {
        Eigenpairs power = PowerIteration.largestMagnitude(4).decompose(diagonal(GEOMETRIC));
        Eigenpairs lanczos = Lanczos.largestMagnitude(4).decompose(diagonal(GEOMETRIC));
        assertThat(lanczos.numMatvecs()).isLessThan(power.numMatvecs() / 2);
    }
}
