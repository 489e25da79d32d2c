package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.linalg.dense.BidiagonalQr.Rows;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tridiagonal and bidiagonal matrices whose diagonal and off-diagonal are each drawn in every way that has broken such
 * solvers: residual and orthogonality, entry by entry, within c·n·ε of a matrix scaled to order 1, c = {@value Measure#C}.
 */
class CondensedFormsTest {

    /** Ways to draw an entry. */
    enum Draw {
        GAUSSIAN, ONE, ZERO, SMALL_INTEGER, TWENTY_ORDERS, THREE_HUNDRED_ORDERS, OFTEN_ZERO, NEARLY_ONE, FALLING, RISING, SMALL, NEGLIGIBLE;

        double entry(Random random, int i, int n) {
            return switch (this) {
                case GAUSSIAN -> random.nextGaussian();
                case ONE -> 1;
                case ZERO -> 0;
                case SMALL_INTEGER -> random.nextInt(3);
                case TWENTY_ORDERS -> Math.pow(10, -20 * random.nextDouble());
                case THREE_HUNDRED_ORDERS -> Math.pow(10, -300 * random.nextDouble());
                case OFTEN_ZERO -> random.nextInt(4) == 0 ? 0 : random.nextGaussian();
                case NEARLY_ONE -> 1 + 1e-15 * random.nextGaussian();
                case FALLING -> Math.scalb(1.0, -(i % 60));
                case RISING -> Math.scalb(1.0, -((n - i) % 100));
                case SMALL -> 1e-8 * random.nextGaussian();
                case NEGLIGIBLE -> 1e-16 * random.nextGaussian();
            };
        }

        double[] entries(Random random, int n) {
            double[] result = new double[n];
            for (int i = 0; i < n; i++) {
                result[i] = entry(random, i, n);
            }
            return result;
        }
    }

    private static final int[] SIZES = {20, 29, 41, 67};

    @ParameterizedTest
    @EnumSource
    void tridiagonalEigenvectorsSatisfyTheirDefinition(Draw diagonal) {
        for (Draw offDiagonal : Draw.values()) {
            for (int n : SIZES) {
                double[] d = diagonal.entries(new Random(n), n);
                double[] e = offDiagonal.entries(new Random(-n), n);
                scale(n, d, e);
                checkEigen(n, d, e, diagonal + " " + offDiagonal + " " + n);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bidiagonalSingularVectorsSatisfyTheirDefinition(Draw diagonal) {
        for (Draw offDiagonal : Draw.values()) {
            for (int n : SIZES) {
                double[] d = diagonal.entries(new Random(n), n);
                double[] e = offDiagonal.entries(new Random(-n), n);
                scale(n, d, e);
                checkSingular(n, d, e, diagonal + " " + offDiagonal + " " + n);
            }
        }
    }

    private static void checkEigen(int n, double[] d, double[] e, String what) {
        double bound = Measure.C * n * Measure.EPSILON;
        double[] values = d.clone();
        double[] z = TridiagonalEigen.vectors(n, values, e.clone());
        assertThat(z).as(what).isNotNull();
        SymmetricEigen.transpose(n, z);
        assertOrthonormalRows(n, z, what);
        double worst = 0;
        for (int p = 0; p < n; p++) {
            for (int i = 0; i < n; i++) {
                double residual = (d[i] - values[p]) * z[p * n + i] + (i > 0 ? e[i - 1] * z[p * n + i - 1] : 0)
                        + (i < n - 1 ? e[i] * z[p * n + i + 1] : 0);
                worst = Math.max(worst, Math.abs(residual)); // a NaN stays
            }
        }
        assertThat(worst).as(what).isLessThanOrEqualTo(bound);
        double[] valuesOnly = d.clone();
        assertThat(TridiagonalValues.solve(n, valuesOnly, e.clone())).as(what).isTrue();
        assertThat(distance(valuesOnly, values)).as(what).isLessThanOrEqualTo(bound);
    }

    private static void checkSingular(int n, double[] d, double[] e, String what) {
        double bound = Measure.C * n * Measure.EPSILON;
        BidiagonalSvd svd = BidiagonalSvd.decompose(n, d.clone(), e.clone());
        assertThat(svd).as(what).isNotNull();
        double[] u = svd.u();
        double[] v = svd.v();
        SymmetricEigen.transpose(n, u);
        SymmetricEigen.transpose(n, v);
        assertOrthonormalRows(n, u, what);
        assertOrthonormalRows(n, v, what);
        double worst = 0;
        for (int p = 0; p < n; p++) {
            for (int i = 0; i < n; i++) {
                double sigma = svd.values()[p];
                double right = d[i] * v[p * n + i] + (i < n - 1 ? e[i] * v[p * n + i + 1] : 0) - sigma * u[p * n + i];
                double left = d[i] * u[p * n + i] + (i > 0 ? e[i - 1] * u[p * n + i - 1] : 0) - sigma * v[p * n + i];
                worst = Math.max(worst, Math.max(Math.abs(right), Math.abs(left)));
            }
        }
        assertThat(worst).as(what).isLessThanOrEqualTo(bound);
        double[] valuesOnly = d.clone();
        assertThat(BidiagonalQr.solve(n, valuesOnly, e.clone(), 0, Rows.NONE, Rows.NONE)).as(what).isTrue();
        assertThat(distance(valuesOnly, svd.values())).as(what).isLessThanOrEqualTo(bound);
    }

    private static void assertOrthonormalRows(int n, double[] z, String what) {
        double worst = 0;
        for (int p = 0; p < n; p++) {
            for (int q = 0; q <= p; q++) {
                double product = Vectors.dot(n, z, p * n, z, q * n);
                worst = Math.max(worst, Math.abs(product - (p == q ? 1 : 0)));
            }
        }
        assertThat(worst).as(what).isLessThanOrEqualTo(Measure.C * n * Measure.EPSILON);
    }

    private static double distance(double[] x, double[] y) {
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            worst = Math.max(worst, Math.abs(x[i] - y[i]));
        }
        return worst;
    }

    private static void scale(int n, double[] d, double[] e) {
        e[n - 1] = 0;
        double size = Math.max(Vectors.maxAbs(n, d, 0), Vectors.maxAbs(n, e, 0));
        if (size > 0) {
            for (int i = 0; i < n; i++) {
                d[i] /= size;
                e[i] /= size;
            }
        }
    }
}
