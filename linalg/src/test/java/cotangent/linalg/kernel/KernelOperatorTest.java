package cotangent.linalg.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Workers;
import cotangent.linalg.operator.AdjointTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelOperatorTest {
    /** Three strips of tiles, the last one narrow. */
    private static final int N = 530;
    private static final KernelFunction KERNEL = StationaryKernel.matern32(1.1, 0.7, 2)
            .scale(1.5)
            .plus(PolynomialKernel
                    .linear());

    private static KernelOperator fly(DType dtype) {
        return KernelOperator.of(KERNEL, Samples.normal(dtype, 1, N, 3)).memoryBudget(0);
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void onTheFlyIsTheKeptMatrix(DType dtype) {
        KernelOperator fly = fly(dtype);
        KernelOperator kept = fly.memoryBudget(Long.MAX_VALUE);
        assertThat(fly.keepsMatrix()).isFalse();
        assertThat(kept.keepsMatrix()).isTrue();
        Tensor block = Samples.normal(dtype, 2, N, 3);
        Tensor one = fly.matmat(block);
        Tensor other = kept.matmat(block);
        // sums of N terms of one matrix, in another order: N u Σ|k||v|
        Tensor bound = kept.toDense().abs().matmul(block.abs());
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(one.get(i, j)).isCloseTo(other.get(i, j), within(2 * N * dtype.unitRoundoff() * bound.get(i,
                        j)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void theMatrixIsThatOfTheKernelAndSymmetricToTheBit(DType dtype) {
        KernelOperator fly = fly(dtype);
        Tensor dense = fly.toDense();
        assertThat(dense).isEqualTo(dense.transpose());
        Tensor x = Samples.normal(dtype, 1, N, 3);
        Tensor direct = KERNEL.block(x, x);
        for (int i = 0; i < N; i += 7) {
            for (int j = 0; j < N; j += 3) {
                // tiles are centred each by itself: distances differ by their rounding, 3·6·2¹⁰·u of s, and values in the dtype's
                assertThat(dense.get(i, j)).isCloseTo(direct.get(i, j), within(3 * 6 * 1024 * 0x1p-53 * 20 + 20 * dtype
                        .unitRoundoff() * (1 + Math.abs(direct.get(i, j)))));
            }
            assertThat(fly.diagonal().get(i)).isCloseTo(dense.get(i, i), within(10 * dtype.unitRoundoff() * dense.get(i,
                    i)));
        }
        assertThat(fly.columns(5, 300).shape()).isEqualTo(Shape.of(N, 2));
        assertThat(fly.symmetric()).isTrue();
        assertThat(fly.positiveSemidefinite()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void crossOperatorsAreAdjointToTheirTranspose(DType dtype) {
        Tensor x = Samples.normal(dtype, 3, 300, 3);
        Tensor y = Samples.normal(dtype, 4, 270, 3);
        KernelOperator cross = KernelOperator.cross(KERNEL, x, y);
        KernelOperator fly = cross.memoryBudget(0);
        assertThat(fly.symmetric()).isFalse();
        assertThat(AdjointTest.of(fly, 3).passed()).isTrue();
        Tensor v = Samples.normal(dtype, 5, 300, 2);
        double[] one = fly.rmatmat(v).toDoubles();
        double[] other = cross.rmatmat(v).toDoubles();
        double[] bound = cross.toDense().abs().transpose().matmul(v.abs()).toDoubles();
        for (int i = 0; i < one.length; i++) {
            assertThat(one[i]).isCloseTo(other[i], within(600 * dtype.unitRoundoff() * bound[i]));
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "F64"})
    void theBitsDoNotDependOnTheNumberOfThreads(DType dtype) {
        KernelOperator fly = fly(dtype);
        Tensor block = Samples.normal(dtype, 2, N, 2);
        Tensor alone = Workers.withLimit(1, () -> fly.matmat(block));
        Tensor together = Workers.withLimit(2, () -> fly.matmat(block));
        assertThat(together).isEqualTo(alone);
        Tensor denseAlone = Workers.withLimit(1, fly::toDense);
        assertThat(Workers.withLimit(2, fly::toDense)).isEqualTo(denseAlone);
    }

    @Test
    void weightedDerivativesAreSumsOverTheWholeMatrix() {
        Tensor x = Samples.normal(DType.F64, 1, N, 3);
        KernelOperator fly = fly(DType.F64);
        Tensor left = Samples.normal(DType.F64, 6, N, 2);
        Tensor right = Samples.normal(DType.F64, 7, N, 2);
        double[] expected = KERNEL.vjp(x, x, left.matmul(right.transpose()).plus(Tensor.eye(N, DType.F64).times(0.5)));
        double[] tiled = fly.vjp(new LowRankWeights(0.5, left, right));
        Tensor weights = left.matmul(left.transpose());
        double[] expectedDense = KERNEL.vjp(x, x, weights);
        double[] tiledDense = fly.vjp(weights.toDoubles());
        // N² = 280,900 terms, each of size under 50; in sums of sums, whose rounding grows with the root of their number
        double allowed = 50.0 * N * N * 1e3 * 0x1p-53;
        for (int p = 0; p < expected.length; p++) {
            assertThat(tiled[p]).isCloseTo(expected[p], within(allowed));
            assertThat(tiledDense[p]).isCloseTo(expectedDense[p], within(allowed));
        }
    }

    @Test
    void badInputsAreRefusedAtTheDoor() {
        Tensor x = Samples.normal(DType.F64, 1, 5, 2);
        assertThatThrownBy(() -> KernelOperator.of(KERNEL, x)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("3 lengthscales");
        assertThatThrownBy(() -> KernelOperator.of(KERNEL, Tensor.zeros(DType.F64, 0, 3))).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> KernelOperator.of(KERNEL, Tensor.of(new double[][]{{1, 2, Double.NaN}})))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("NaN");
        KernelFunction tooLarge = StationaryKernel.rbf(1e-200);
        Tensor spread = Samples.normal(DType.F64, 1, 600, 2);
        assertThatThrownBy(() -> KernelOperator.of(tooLarge, spread).toDense()).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("too large");
        assertThatThrownBy(() -> fly(DType.F64).columns(N)).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "529");
        assertThatThrownBy(() -> fly(DType.F64).matmat(x)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> KernelOperator.of(StationaryKernel.rbf(1), x).memoryBudget(-1)).isInstanceOf(
                InvalidDataException.class);
    }
}
