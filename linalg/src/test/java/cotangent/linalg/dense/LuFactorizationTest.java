package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LuFactorizationTest {

    static List<Specimen> zoo() {
        return MatrixZoo.general()
                .stream()
                .filter(s -> s.m() == s.n() && Vectors.maxAbs(s.a().length, s.a(), 0) < 0x1p+500)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void reconstructsThePermutedMatrix(Specimen specimen) {
        int n = specimen.n();
        LuFactorization lu = LuFactorization.factor(n, specimen.copy());
        double[] l = new double[n * n];
        double[] u = new double[n * n];
        double[] permuted = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double value = lu.packed()[i * n + j];
                l[i * n + j] = i == j ? 1 : i > j ? value : 0;
                u[i * n + j] = i <= j ? value : 0;
                permuted[i * n + j] = specimen.a()[lu.permutation()[i] * n + j];
                assertThat(Math.abs(l[i * n + j])).isLessThanOrEqualTo(1);
            }
        }
        int shift = Measure.shiftFor(specimen.a());
        Measure.assertClose(specimen.name(), n, shift, Measure.shifted(permuted, shift),
                Measure.multiply(n, n, n, l, Measure.shifted(u, shift)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 33, 100, 130})
    void solvesWithSmallResidual(int n) {
        double[] a = MatrixZoo.gaussian(n, n).a();
        double[] b = MatrixZoo.gaussian(n, 3).a();
        LuFactorization lu = LuFactorization.factor(n, a.clone());
        double[] x = b.clone();
        lu.solve(3, x);
        assertResidual(n, a, x, b);
        double[] y = b.clone();
        lu.solveTransposed(3, y);
        assertResidual(n, Measure.transpose(n, n, a), y, b);
    }

    private static void assertResidual(int n, double[] a, double[] x, double[] b) {
        double residual = Measure.distance(Measure.multiply(n, 3, n, a, x), b);
        assertThat(residual)
                .isLessThanOrEqualTo(Measure.C * n * Measure.EPSILON * Measure.frobenius(a) * Measure.frobenius(x));
    }

    @Test
    void namesTheFirstZeroPivot() {
        double[] a = {1, 2, 3, 2, 4, 6, 0, 0, 5};
        assertThat(LuFactorization.factor(3, a).firstZeroPivot()).isPositive();
        assertThat(LuFactorization.factor(2, new double[]{1, 2, 3, 4}).firstZeroPivot()).isEqualTo(-1);
        assertThat(LuFactorization.factor(2, new double[]{1, 2, 3, 4}).oddPermutation()).isTrue();
    }
}
