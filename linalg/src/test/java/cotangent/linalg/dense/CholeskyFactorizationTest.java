package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CholeskyFactorizationTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 64, 111, 200})
    void reconstructsGramMatrices(int n) {
        double[] b = MatrixZoo.gaussian(n + 3, n).a();
        double[] a = Measure.multiply(n, n, n + 3, Measure.transpose(n + 3, n, b), b);
        double[] r = a.clone();
        assertThat(CholeskyFactorization.factor(n, r)).isEqualTo(-1);
        clearBelow(n, r);
        Measure.assertClose("gram", n, 0, a, Measure.multiply(n, n, n, Measure.transpose(n, n, r), r));
    }

    @Test
    void factorsHilbertMatricesUpToTheLastDefiniteOne() {
        double[] a = MatrixZoo.hilbert(12).a();
        double[] r = a.clone();
        assertThat(CholeskyFactorization.factor(12, r)).isEqualTo(-1);
        clearBelow(12, r);
        Measure.assertClose("hilbert", 12, 0, a, Measure.multiply(12, 12, 12, Measure.transpose(12, 12, r), r));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 31, 59})
    void namesTheOffendingPivot(int bad) {
        int n = 60;
        double[] a = MatrixZoo.laplacian(n).a();
        a[bad * n + bad] = -5;
        assertThat(CholeskyFactorization.factor(n, a)).isEqualTo(bad);
        assertThat(a[bad * n + bad]).isNegative();
    }

    private static void clearBelow(int n, double[] r) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                r[i * n + j] = 0;
            }
        }
    }
}
