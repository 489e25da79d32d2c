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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomizedSvdTest {
    /** U·diag(1/(1+i))·Vᵀ with random orthonormal U [m, r] and V [n, r], r = min(m, n). */
    private static Tensor matrix(int m, int n) {
        int r = Math.min(m, n);
        double[] u = Qr.of(new ProbeStream(Probes.GAUSSIAN, 1, 9).block(DType.F64, m, 0, r)).q().toDoubles();
        double[] v = Qr.of(new ProbeStream(Probes.GAUSSIAN, 2, 9).block(DType.F64, n, 0, r)).q().toDoubles();
        double[] a = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                for (int p = 0; p < r; p++) {
                    a[i * n + j] += u[i * r + p] * v[j * r + p] / (1 + p);
                }
            }
        }
        return Tensor.wrap(Shape.of(m, n), a);
    }

    static List<Tensor> shapes() {
        return List.of(matrix(50, 50), matrix(80, 40), matrix(40, 80), matrix(12, 9), matrix(9, 12), matrix(1, 30),
                matrix(30,
                        1));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void residualsAreTrueAndBoundTheError(Tensor matrix) {
        int m = matrix.shape().extent(0);
        int n = matrix.shape().extent(1);
        int k = Math.min(4, Math.min(m, n));
        LinearOperator operator = LinearOperator.of(matrix);
        Tensor exact = Svd.values(matrix);
        SingularTriplets triplets = RandomizedSvd.rank(k).oversampling(6).decompose(operator);
        double rounding = 10 * (m + n) * 0x1p-52;
        RandomizedEighTest.assertOrthonormal(triplets.u(), 10);
        RandomizedEighTest.assertOrthonormal(triplets.vt().transpose(), 10);
        Tensor images = operator.matmat(triplets.vt().transpose());
        Tensor transposed = operator.rmatmat(triplets.u());
        for (int j = 0; j < k; j++) {
            double value = triplets.values().get(j);
            double squares = 0;
            for (int i = 0; i < m; i++) {
                squares += Math.pow(images.get(i, j) - value * triplets.u().get(i, j), 2);
            }
            for (int i = 0; i < n; i++) {
                squares += Math.pow(transposed.get(i, j) - value * triplets.vt().get(j, i), 2);
            }
            assertThat(triplets.residuals().get(j)).isCloseTo(Math.sqrt(0.5 * squares), within(rounding));
            assertThat(value).isCloseTo(exact.get(j), within(triplets.residuals().get(j) + rounding));
            assertThat(value).isLessThanOrEqualTo(exact.get(j) + rounding);
        }
    }

    @Test
    void spendsWhatItSays() {
        LinearOperator operator = LinearOperator.of(matrix(80, 40));
        for (int powers = 0; powers < 3; powers++) {
            CountingOperator counting = CountingOperator.of(operator);
            SingularTriplets triplets = RandomizedSvd.rank(5)
                    .oversampling(6)
                    .powerIterations(powers)
                    .decompose(counting);
            assertThat(counting.products()).isEqualTo((2 * powers + 2) * 11 + 5).isEqualTo(triplets.numMatvecs());
        }
        CountingOperator whole = CountingOperator.of(operator.adjoint());
        assertThat(RandomizedSvd.rank(35).decompose(whole).numMatvecs()).isEqualTo(40).isEqualTo(whole.products());
    }

    @Test
    void worksInSinglePrecision() {
        SingularTriplets triplets = RandomizedSvd.rank(3).decompose(LinearOperator.of(matrix(60, 50).cast(DType.F32)));
        assertThat(triplets.u().dtype()).isEqualTo(DType.F32);
        // Weyl: rounding the matrix and its products moves singular values by 4 n ε at most
        assertThat(triplets.values().get(0)).isCloseTo(1, within(triplets.residuals().get(0) + 4 * 60 * 0x1p-23));
    }

    @Test
    void refusesWhatItCannotDecompose() {
        LinearOperator wide = LinearOperator.of(matrix(3, 8));
        assertThatThrownBy(() -> RandomizedSvd.rank(4).decompose(wide)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("f64[3, 8]")
                .hasMessageContaining("got 4");
        assertThatThrownBy(() -> RandomizedSvd.rank(1).decompose(LinearOperator.of(Tensor.zeros(DType.F64, 0, 4))))
                .isInstanceOf(InvalidDataException.class);
    }
}
