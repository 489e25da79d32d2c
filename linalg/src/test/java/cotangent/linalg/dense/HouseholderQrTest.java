package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HouseholderQrTest {

    static List<Specimen> zoo() {
        return MatrixZoo.general().stream().filter(s -> Vectors.maxAbs(s.a().length, s.a(), 0) < 0x1p+500).toList();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void thinFactorsReconstruct(Specimen specimen) {
        int m = specimen.m();
        int n = specimen.n();
        int k = Math.min(m, n);
        HouseholderQr qr = HouseholderQr.factor(m, n, specimen.copy());
        double[] q = qr.q(k);
        double[] r = qr.r();
        Measure.assertOrthonormalColumns(specimen.name(), m, k, q);
        assertUpperTriangular(k, n, r);
        int shift = Measure.shiftFor(specimen.a());
        Measure.assertClose(specimen.name(), Math.max(m, n), shift, Measure.shifted(specimen.a(), shift),
                Measure.multiply(m, n, k, q, Measure.shifted(r, shift)));
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void fullQIsOrthogonalAndAppliesAsItStands(Specimen specimen) {
        int m = specimen.m();
        int n = specimen.n();
        HouseholderQr qr = HouseholderQr.factor(m, n, specimen.copy());
        double[] q = qr.q(m);
        Measure.assertOrthonormalColumns(specimen.name(), m, m, q);
        double[] identity = new double[m * m];
        for (int i = 0; i < m; i++) {
            identity[i * m + i] = 1;
        }
        double[] applied = identity.clone();
        qr.apply(m, applied);
        Measure.assertClose(specimen.name(), m, 0, q, applied);
        qr.applyTransposed(m, applied);
        Measure.assertClose(specimen.name(), m, 0, identity, applied);
    }

    @Test
    void columnsOfEverySizeAreReproducedToTheirOwnScale() {
        int m = 50;
        int n = 20;
        double[] a = MatrixZoo.general("", m, n, (i, j) -> Math.cos(i * i + 2.1 * j) * Math.pow(10, 100 - 15.0 * j))
                .a();
        HouseholderQr qr = HouseholderQr.factor(m, n, a.clone());
        double[] rebuilt = Measure.multiply(m, n, n, qr.q(n), qr.r());
        for (int j = 0; j < n; j++) {
            double size = Math.pow(10, 100 - 15.0 * j);
            for (int i = 0; i < m; i++) {
                assertThat(Math.abs(rebuilt[i * n + j] - a[i * n + j]))
                        .isLessThanOrEqualTo(Measure.C * m * Measure.EPSILON * Math.sqrt(m) * size);
            }
        }
    }

    private static void assertUpperTriangular(int k, int n, double[] r) {
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < Math.min(i, n); j++) {
                assertThat(r[i * n + j]).isZero();
            }
            assertThat(r[i * n + i]).isGreaterThanOrEqualTo(0);
        }
    }
}
