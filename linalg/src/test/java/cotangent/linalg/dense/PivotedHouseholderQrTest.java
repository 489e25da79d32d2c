package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PivotedHouseholderQrTest {

    static List<Specimen> zoo() {
        return MatrixZoo.general().stream().filter(s -> Vectors.maxAbs(s.a().length, s.a(), 0) < 0x1p+450).toList();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void factorsReconstructAndTheDiagonalDescends(Specimen specimen) {
        int m = specimen.m();
        int n = specimen.n();
        int k = Math.min(m, n);
        double[] a = specimen.copy();
        PivotedHouseholderQr qr = PivotedHouseholderQr.factor(m, n, a);
        assertThat(a).isEqualTo(specimen.a());
        Measure.assertOrthonormalColumns(specimen.name(), m, k, qr.q(k));
        int shift = Measure.shiftFor(a);
        double[] r = Measure.shifted(qr.r(), shift);
        double[] rebuilt = Measure.multiply(m, n, k, qr.q(k), r);
        Measure.assertClose(specimen.name(), Math.max(m, n), shift, permuted(m, n, Measure.shifted(a, shift), qr
                .permutation()), rebuilt);
        if (shift < 900) { // subnormal norms have too few digits to choose by; the entry point scales first
            assertPivoted(specimen.name(), m, n, r);
        }
    }

    /** Every diagonal entry is at least as large as what is left of every later column, to the norms' rounding. */
    private static void assertPivoted(String name, int m, int n, double[] r) {
        int k = Math.min(m, n);
        // downdated norms keep a quarter of the digits of a square, half of those of a norm: 2⁻¹³ at worst
        double slack = 1 + 0x1p-12;
        double noise = Measure.C * Math.max(m, n) * Measure.EPSILON * Measure.frobenius(r);
        for (int i = 0; i < k; i++) {
            for (int j = i; j < n; j++) {
                double square = 0;
                for (int p = i; p < Math.min(j + 1, k); p++) {
                    square += r[p * n + j] * r[p * n + j];
                }
                assertThat(Math.sqrt(square)).as("%s: column %d at step %d", name, j, i)
                        .isLessThanOrEqualTo(slack * r[i * n + i] + noise);
            }
            for (int j = 0; j < Math.min(i, n); j++) {
                assertThat(r[i * n + j]).isZero();
            }
        }
    }

    static double[] permuted(int m, int n, double[] a, int[] permutation) {
        double[] result = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                result[i * n + j] = a[i * n + permutation[j]];
            }
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void fullQIsOrthogonalAndAppliesAsItStands(Specimen specimen) {
        int m = specimen.m();
        PivotedHouseholderQr qr = PivotedHouseholderQr.factor(m, specimen.n(), specimen.copy());
        double[] q = qr.q(m);
        Measure.assertOrthonormalColumns(specimen.name(), m, m, q);
        double[] applied = new double[m * m];
        for (int i = 0; i < m; i++) {
            applied[i * m + i] = 1;
        }
        qr.applyTransposed(m, applied);
        Measure.assertClose(specimen.name(), m, 0, Measure.transpose(m, m, q), applied);
    }

    @Test
    void rankIsRevealed() {
        for (int rank : new int[]{0, 1, 17, 40, 60}) {
            Specimen specimen = MatrixZoo.withSingularValues("rank " + rank, 90, 60, i -> i < rank ? 1 + i : 0);
            PivotedHouseholderQr qr = PivotedHouseholderQr.factor(90, 60, specimen.a());
            assertThat(qr.rank(90 * Measure.EPSILON)).isEqualTo(rank);
        }
    }

    @Test
    void kahansTriangleHidesItsSmallestSingularValue() {
        int n = 90;
        // all columns tie at every step; slightly falling lengths, above the norms' rounding, keep them in order
        double theta = 1.2;
        double s = Math.sin(theta);
        double c = Math.cos(theta);
        double[] a = MatrixZoo.general("kahan", n, n,
                (i, j) -> j < i ? 0 : Math.pow(s, i) * (i == j ? 1 : -c) * (1 - 1e-7 * j)).a();
        PivotedHouseholderQr qr = PivotedHouseholderQr.factor(n, n, a);
        double[] values = SingularValueDecomposition.decompose(n, n, a.clone(),
                SingularValueDecomposition.Extent.VALUES).values();
        double last = qr.r()[n * n - 1];
        // the known failure of column pivoting: the last diagonal entry is no sign of the smallest singular value
        assertThat(last).isGreaterThan(1000 * values[n - 1]);
        for (int i = 0; i < n; i++) {
            assertThat(qr.permutation()[i]).isEqualTo(i);
            // Golub and Van Loan, section 5.5.6: what is left after i steps bounds singular value i from above
            assertThat(values[i])
                    .isLessThanOrEqualTo(Math.sqrt((double) (n - i) * (n - i)) * qr.r()[i * n + i] * 1.001);
        }
    }

    @Test
    void normsSurviveCancellation() {
        // the case of LAPACK Working Note 176: after the first step every other column is almost nothing
        int m = 120;
        int n = 40;
        double[] a = MatrixZoo.general("parallel", m, n,
                (i, j) -> MatrixZoo.noise(i, 0) + Math.pow(10, -6 - 0.2 * j) * MatrixZoo.noise(i, j + 1)).a();
        double[] r = PivotedHouseholderQr.factor(m, n, a).r();
        assertPivoted("parallel", m, n, r);
    }
}
