package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositiveDefiniteInverseTest {
    /** B Bᵀ + n I has a condition under 10; the inverse of a factor is accurate to n·u of |R⁻¹||R||R⁻¹|. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 70, 200, 301})
    void timesTheMatrixItIsTheIdentity(int n) {
        Random random = new Random(n);
        double[] a = new double[n * n];
        double[] b = random.doubles((long) n * n, -1, 1).toArray();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    a[i * n + j] += b[i * n + k] * b[j * n + k];
                }
            }
            a[i * n + i] += n;
        }
        double[] r = a.clone();
        assertThat(CholeskyFactorization.factor(n, r)).isEqualTo(-1);
        PositiveDefiniteInverse.invertUpper(n, r);
        double[] inverse = PositiveDefiniteInverse.product(n, r);
        double[] diagonal = PositiveDefiniteInverse.diagonal(n, r);
        for (int i = 0; i < n; i++) {
            assertThat(diagonal[i]).isCloseTo(inverse[i * n + i], within(2 * n * 0x1p-53 * diagonal[i]));
            for (int j = 0; j < n; j++) {
                double sum = 0;
                for (int k = 0; k < n; k++) {
                    sum += inverse[i * n + k] * a[k * n + j];
                }
                assertThat(sum).isCloseTo(i == j ? 1 : 0, within(40 * n * 0x1p-53));
                assertThat(inverse[i * n + j]).isEqualTo(inverse[j * n + i]);
            }
        }
    }
}
