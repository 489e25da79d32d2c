package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.kernel.Workers;
import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sketched Cholesky route: accepted only where it is as good as Householder's method. */
class TallQrTest {

    private static final int M = 1100;

    /** Independent columns, from orthogonal to as nearly dependent as working precision can tell. */
    static List<Specimen> independent() {
        return List.of(MatrixZoo.gaussian(M, 1), MatrixZoo.gaussian(M, 7), MatrixZoo.gaussian(M, 33),
                MatrixZoo.withSingularValues("condition 1e4", M, 20, i -> Math.pow(10, -4.0 * i / 19)),
                MatrixZoo.withSingularValues("condition 1e9", M, 20, i -> Math.pow(10, -9.0 * i / 19)),
                MatrixZoo.withSingularValues("condition 1e13", M, 20, i -> Math.pow(10, -13.0 * i / 19)),
                MatrixZoo.withSingularValues("one small", M, 20, i -> i == 19 ? 1e-12 : 1),
                MatrixZoo.general("columns graded over 200 orders", M, 20,
                        (i, j) -> MatrixZoo.noise(i, j) * Math.pow(10, -10.0 * j)),
                MatrixZoo.general("columns graded upwards", M, 20,
                        (i, j) -> MatrixZoo.noise(i, j) * Math.pow(10, -10.0 * (20 - j))),
                MatrixZoo.general("polynomials", M, 8, (i, j) -> Math.pow((double) i / M, j)),
                MatrixZoo.general("almost alike", M, 12, (i, j) -> 1 + 1e-9 * MatrixZoo.noise(i, j)),
                MatrixZoo.general("few rows count", M, 9, (i, j) -> i % 122 == 0 ? MatrixZoo.noise(i, j) : 0),
                MatrixZoo.general("one row outweighs", M, 9, (i, j) -> MatrixZoo.noise(i, j) * (i == 77 ? 1e8 : 1)));
    }

    @ParameterizedTest
    @MethodSource("independent")
    void factorsAreThoseOfABackwardStableMethod(Specimen specimen) {
        int n = specimen.n();
        double[] a = specimen.copy();
        TallQr qr = TallQr.factor(M, n, a);
        assertThat(a).as("the argument is left as it is").isEqualTo(specimen.a());
        assertThat(qr).isNotNull();
        Measure.assertOrthonormalColumns(specimen.name(), M, n, qr.q());
        assertColumnsReproduced(n, specimen.a(), Measure.multiply(M, n, n, qr.q(), qr.r()));
        for (int i = 0; i < n; i++) {
            assertThat(qr.r()[i * n + i]).isPositive();
            for (int j = 0; j < i; j++) {
                assertThat(qr.r()[i * n + j]).isZero();
            }
        }
        assertThat(TallQr.triangle(M, n, specimen.a()).r()).isEqualTo(qr.r());
    }

    /** Each column within c·m·ε of its own length. */
    private static void assertColumnsReproduced(int n, double[] a, double[] rebuilt) {
        for (int j = 0; j < n; j++) {
            double[] expected = new double[M];
            double[] actual = new double[M];
            for (int i = 0; i < M; i++) {
                expected[i] = a[i * n + j];
                actual[i] = rebuilt[i * n + j];
            }
            int shift = Measure.shiftFor(expected);
            Measure.assertClose("column " + j, M, shift, Measure.shifted(expected, shift), Measure.shifted(actual,
                    shift));
        }
    }

    static List<Specimen> dependent() {
        return List.of(MatrixZoo.general("zero", M, 5, (i, j) -> 0),
                MatrixZoo.general("zero column", M, 5, (i, j) -> j == 2 ? 0 : MatrixZoo.noise(i, j)),
                MatrixZoo.general("duplicate columns", M, 6, (i, j) -> MatrixZoo.noise(i, j / 2)),
                MatrixZoo.withSingularValues("rank 10 of 20", M, 20, i -> i < 10 ? 1 : 0),
                MatrixZoo.general("columns below the safe range", M, 5,
                        (i, j) -> MatrixZoo.noise(i, j) * Math.pow(10, -75.0 * j)));
    }

    @ParameterizedTest
    @MethodSource("dependent")
    void dependentColumnsAreGivenUpOrFactoredWell(Specimen specimen) {
        int n = specimen.n();
        TallQr qr = TallQr.factor(M, n, specimen.a());
        // where rounding made the columns independent, what is given out must be good
        if (qr != null) {
            Measure.assertOrthonormalColumns(specimen.name(), M, n, qr.q());
            assertColumnsReproduced(n, specimen.a(), Measure.multiply(M, n, n, qr.q(), qr.r()));
        }
        if (specimen.name().startsWith("zero") || specimen.name().startsWith("columns below")) {
            assertThat(qr).isNull();
        }
    }

    @Test
    void bitsDoNotDependOnThreads() {
        double[] a = MatrixZoo.gaussian(20000, 11).a();
        TallQr one = Workers.withLimit(1, () -> TallQr.factor(20000, 11, a));
        TallQr all = TallQr.factor(20000, 11, a);
        assertThat(all.q()).isEqualTo(one.q());
        assertThat(all.r()).isEqualTo(one.r());
    }

    @Test
    void divisionIsBackwardStableWhateverTheTriangle() {
        int rows = 90;
        for (Specimen triangle : List.of(MatrixZoo.kahan(60, 1.2), MatrixZoo.kahan(40, 0.5),
                MatrixZoo.general("ones", 50, 50, (i, j) -> i <= j ? 1 : 0),
                MatrixZoo.general("negative", 50, 50, (i, j) -> i == j ? 1 : i < j ? -1 : 0),
                MatrixZoo.general("graded", 33, 33, (i, j) -> i <= j ? MatrixZoo.noise(i, j) * Math.pow(10, -5.0 * i)
                        : 0))) {
            int n = triangle.n();
            double[] x = MatrixZoo.gaussian(rows, n).a();
            double[] a = Measure.multiply(rows, n, n, x, triangle.a());
            RightDivision division = new RightDivision(n, triangle.a());
            double[] quotient = new double[rows * n];
            division.divide(rows, a, 0, quotient, 0, new double[division.scratch(rows)]);
            double[] back = Measure.multiply(rows, n, n, quotient, triangle.a());
            for (int j = 0; j < n; j++) {
                double length = 0;
                double residual = 0;
                for (int i = 0; i < n; i++) {
                    length = Math.max(length, Math.abs(triangle.a()[i * n + j]));
                }
                for (int i = 0; i < rows; i++) {
                    residual = Math.max(residual, Math.abs(back[i * n + j] - a[i * n + j]));
                }
                // n·ε·‖X‖‖Reⱼ‖, as the class states
                assertThat(residual).as(triangle + ", column " + j)
                        .isLessThanOrEqualTo(n * Measure.EPSILON * Measure.frobenius(quotient) * length);
            }
        }
    }
}
