package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.MatrixZoo.Specimen;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SingularValueDecompositionTest {

    static List<Specimen> zoo() {
        return MatrixZoo.general();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void thinFactorsReconstruct(Specimen specimen) {
        int k = Math.min(specimen.m(), specimen.n());
        check(specimen, Extent.THIN, k, k);
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void fullFactorsReconstruct(Specimen specimen) {
        check(specimen, Extent.FULL, specimen.m(), specimen.n());
    }

    private static void check(Specimen specimen, Extent extent, int columns, int rows) {
        int m = specimen.m();
        int n = specimen.n();
        int k = Math.min(m, n);
        SingularValueDecomposition svd = SingularValueDecomposition.decompose(m, n, specimen.copy(), extent);
        assertThat(svd).isNotNull();
        Measure.assertOrthonormalColumns(specimen.name() + ": u", m, columns, svd.u());
        Measure.assertOrthonormalColumns(specimen.name() + ": v", n, rows, Measure.transpose(rows, n, svd.vt()));
        int shift = Measure.shiftFor(specimen.a());
        double[] values = Measure.shifted(svd.values(), shift);
        double[] scaled = new double[m * k];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < k; j++) {
                scaled[i * k + j] = svd.u()[i * columns + j] * values[j];
            }
        }
        double[] rebuilt = Measure.multiply(m, n, k, scaled, svd.vt());
        Measure.assertClose(specimen.name(), Math.max(m, n), shift, Measure.shifted(specimen.a(), shift), rebuilt);
        assertDescending(svd.values());
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void valuesOnlyAgreeWithVectorsPath(Specimen specimen) {
        double[] expected = SingularValueDecomposition
                .decompose(specimen.m(), specimen.n(), specimen.copy(), Extent.THIN)
                .values();
        double[] values = SingularValueDecomposition
                .decompose(specimen.m(), specimen.n(), specimen.copy(), Extent.VALUES)
                .values();
        int shift = Measure.shiftFor(specimen.a());
        Measure.assertClose(specimen.name(), Math.max(specimen.m(), specimen.n()), shift,
                Measure.shifted(expected, shift), Measure.shifted(values, shift));
        assertDescending(values);
    }

    @Test
    void triangleOfOnesHasItsKnownSingularValues() {
        int n = 50;
        double[] a = MatrixZoo.general("", n, n, (i, j) -> i <= j ? 1 : 0).a();
        double[] values = SingularValueDecomposition.decompose(n, n, a, Extent.VALUES).values();
        for (int k = 0; k < n; k++) {
            // 1 / (2 sin((2k + 1)π / (4n + 2))), from the inverse's Laplacian Gram matrix
            double expected = 0.5 / Math.sin((2 * k + 1) * Math.PI / (4 * n + 2));
            assertThat(Math.abs(values[k] - expected))
                    .isLessThanOrEqualTo(Measure.C * n * Measure.EPSILON * values[0]);
        }
    }

    private static void assertDescending(double[] values) {
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i]).isGreaterThanOrEqualTo(0);
            assertThat(i == 0 || values[i] <= values[i - 1]).isTrue();
        }
    }
}
