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
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomizedEighTest {
    private static final int N = 60;

    static Tensor symmetric(int n, IntToDoubleFunction eigenvalue) {
        double[] q = Qr.of(new ProbeStream(Probes.GAUSSIAN, 7, 9).block(DType.F64, n, 0, n)).q().toDoubles();
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                for (int p = 0; p < n; p++) {
                    a[i * n + j] += q[i * n + p] * eigenvalue.applyAsDouble(p) * q[j * n + p];
                }
                a[j * n + i] = a[i * n + j];
            }
        }
        return Tensor.wrap(Shape.of(n, n), a);
    }

    /** A matrix of exact rank 6 lies in the range found, so the pairs are those of the matrix but for rounding. */
    @Test
    void findsLowRankExactly() {
        Tensor matrix = symmetric(N, i -> i < 6 ? (i % 2 == 0 ? 1 : -1) * (7.0 - i) : 0);
        Eigenpairs pairs = RandomizedEigh.rank(6).oversampling(4).decompose(LinearOperator.of(matrix));
        double tolerance = 10 * N * 0x1p-52 * 7;
        for (int i = 0; i < 6; i++) {
            assertThat(pairs.values().get(i)).isCloseTo((i % 2 == 0 ? 1 : -1) * (7.0 - i), within(tolerance));
            assertThat(pairs.residuals().get(i)).isLessThan(tolerance);
        }
        assertOrthonormal(pairs.vectors(), 1);
    }

    /** The residual is that of the pair as returned, and an eigenvalue lies within it. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void residualsAreTrueAndBoundTheError(int powers) {
        Tensor matrix = symmetric(N, i -> Math.pow(1 + i, -0.5));
        Tensor exact = Eigh.values(matrix);
        for (int seed = 0; seed < 10; seed++) {
            Eigenpairs pairs = RandomizedEigh.rank(5)
                    .oversampling(5)
                    .powerIterations(powers)
                    .seed(seed)
                    .decompose(
                            LinearOperator.of(matrix));
            Tensor images = LinearOperator.of(matrix).matmat(pairs.vectors());
            for (int j = 0; j < 5; j++) {
                double squares = 0;
                double value = pairs.values().get(j);
                for (int i = 0; i < N; i++) {
                    double difference = images.get(i, j) - value * pairs.vectors().get(i, j);
                    squares += difference * difference;
                }
                assertThat(pairs.residuals().get(j)).isCloseTo(Math.sqrt(squares), within(10 * N * 0x1p-52));
                double nearest = Double.POSITIVE_INFINITY;
                for (int i = 0; i < N; i++) {
                    nearest = Math.min(nearest, Math.abs(exact.get(i) - value));
                }
                assertThat(nearest).isLessThanOrEqualTo(pairs.residuals().get(j) + 10 * N * 0x1p-52);
                assertThat(pairs.estimate(j).interval(0.5).halfWidth()).isCloseTo(pairs.residuals().get(j), within(
                        0x1p-52));
            }
            assertOrthonormal(pairs.vectors(), 1);
        }
    }

    @Test
    void powerIterationsSharpen() {
        Tensor matrix = symmetric(N, i -> Math.pow(1 + i, -0.5));
        double previous = Double.POSITIVE_INFINITY;
        for (int powers = 0; powers < 6; powers += 2) {
            Eigenpairs pairs = RandomizedEigh.rank(3)
                    .oversampling(5)
                    .powerIterations(powers)
                    .decompose(LinearOperator.of(
                            matrix));
            assertThat(pairs.residuals().get(0)).isLessThan(previous);
            previous = pairs.residuals().get(0);
        }
    }

    @Test
    void spendsWhatItSays() {
        LinearOperator operator = LinearOperator.of(symmetric(N, i -> Math.pow(1 + i, -1)));
        for (int powers = 0; powers < 4; powers++) {
            CountingOperator counting = CountingOperator.of(operator);
            Eigenpairs pairs = RandomizedEigh.rank(6).oversampling(7).powerIterations(powers).decompose(counting);
            assertThat(counting.products()).isEqualTo((powers + 2) * 13).isEqualTo(pairs.numMatvecs());
        }
        CountingOperator counting = CountingOperator.of(operator);
        Eigenpairs all = RandomizedEigh.rank(N - 3).decompose(counting);
        assertThat(counting.products()).isEqualTo(N).isEqualTo(all.numMatvecs());
        assertThat(all.route()).contains("exact");
        assertThat(all.residuals().max().item()).isLessThan(10 * N * 0x1p-52);
    }

    @Test
    void worksInSinglePrecision() {
        Tensor matrix = symmetric(N, i -> Math.pow(2, -i)).cast(DType.F32);
        Eigenpairs pairs = RandomizedEigh.rank(4).decompose(LinearOperator.of(matrix));
        assertThat(pairs.vectors().dtype()).isEqualTo(DType.F32);
        for (int i = 0; i < 4; i++) {
            assertThat(pairs.values().get(i)).isCloseTo(Math.pow(2, -i), within(4 * N * 0x1p-23));
        }
        assertOrthonormal(pairs.vectors(), 0x1p29);
    }

    @Test
    void refusesWhatItCannotDecompose() {
        LinearOperator five = LinearOperator.of(Tensor.eye(5, DType.F64));
        assertThatThrownBy(() -> RandomizedEigh.rank(6).decompose(five)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("at most 5")
                .hasMessageContaining("got 6");
        assertThatThrownBy(() -> RandomizedEigh.rank(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomizedEigh.rank(1).oversampling(-1)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomizedEigh.rank(1).powerIterations(-1)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> RandomizedEigh.rank(1)
                .decompose(LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {3,
                        4}}))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("symmetric");
        assertThatThrownBy(() -> RandomizedEigh.rank(1).decompose(LinearOperator.of(Tensor.zeros(DType.F64, 0, 0))))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("empty");
        LinearOperator broken = LinearOperator.symmetric(40, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> RandomizedEigh.rank(1).decompose(broken)).isInstanceOf(InvalidDataException.class);
    }

    /** VᵀV = I within 10 n ε, and a power of two more for rounded vectors. */
    static void assertOrthonormal(Tensor vectors, double factor) {
        int n = vectors.shape().extent(0);
        int k = vectors.shape().extent(1);
        double[] v = vectors.toDoubles();
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += v[i * k + a] * v[i * k + b];
                }
                assertThat(sum).isCloseTo(a == b ? 1 : 0, within(10 * n * 0x1p-52 * factor));
            }
        }
    }
}
