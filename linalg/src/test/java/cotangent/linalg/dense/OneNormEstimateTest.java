package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.ConditionNumber;
import cotangent.linalg.Lu;
import cotangent.linalg.Norms;
import cotangent.linalg.TriangularSolve;
import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OneNormEstimateTest {

    static List<Specimen> zoo() {
        return MatrixZoo.general().stream().filter(s -> s.m() == s.n()).toList();
    }

    /** Never above the norm but for rounding; within a factor of 3 of it on every matrix of the zoo. */
    @ParameterizedTest
    @MethodSource("zoo")
    void estimatesTheNormOfTheMatrix(Specimen specimen) {
        int n = specimen.n();
        double[] a = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
        double estimate = OneNormEstimate.of(n, (k, x) -> System.arraycopy(Measure.multiply(n, k, n, a, x), 0, x, 0,
                n * k),
                (k, x) -> System.arraycopy(Measure.multiply(n, k, n, Measure.transpose(n, n, a), x), 0, x, 0,
                        n * k));
        double norm = oneNorm(n, a);
        assertThat(estimate).isLessThanOrEqualTo(norm * (1 + n * Measure.EPSILON)).isGreaterThanOrEqualTo(norm / 3);
    }

    /** ‖A‖₁‖A⁻¹‖₁ within a factor of 3, by inverses good to κ·n·ε, where κ leaves them digits. */
    @ParameterizedTest
    @MethodSource("zoo")
    void estimatesConditions(Specimen specimen) {
        int n = specimen.n();
        Tensor a = Tensor.wrap(Shape.of(n, n), Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a())));
        if (n == 0 || !(ConditionNumber.of(a) < 1e8)) {
            return;
        }
        Lu lu = Lu.of(a);
        double exact = Norms.one(a) * Norms.one(lu.inverse());
        assertThat(lu.conditionEstimate()).isBetween(exact / 3, exact * 1.0001);
        double[] gram = Measure.multiply(n, n, n, a.toDoubles(), Measure.transpose(n, n, a.toDoubles()));
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                gram[i * n + j] = gram[j * n + i];
            }
        }
        Tensor definite = Tensor.wrap(Shape.of(n, n), gram);
        if (ConditionNumber.of(definite) < 1e8) {
            double square = Norms.one(definite) * Norms.one(Lu.of(definite).inverse());
            assertThat(Cholesky.of(definite).conditionEstimate()).isBetween(square / 3, square * 1.0001);
        }
        TriangularSolve upper = TriangularSolve.upper(lu.u());
        double triangle = Norms.one(lu.u()) * Norms.one(upper.inverse());
        assertThat(upper.conditionEstimate()).isBetween(triangle / 3, triangle * 1.0001);
        double turned = Norms.infinity(lu.u()) * Norms.infinity(upper.inverse());
        assertThat(upper.transposed().conditionEstimate()).isBetween(turned / 3, turned * 1.0001);
    }

    @Test
    void singularAndEmptyMatricesHaveTheirConditions() {
        Tensor singular = Tensor.of(new double[][]{{1, 2}, {2, 4}});
        assertThat(Lu.of(singular).conditionEstimate()).isInfinite();
        assertThat(TriangularSolve.lower(Tensor.of(new double[][]{{0, 0}, {1, 1}})).conditionEstimate()).isInfinite();
        assertThat(ConditionNumber.of(Tensor.of(new double[][]{{0, 0}, {0, 0}}))).isInfinite();
        assertThat(ConditionNumber.of(Tensor.of(new double[][]{{3, 0}, {0, -4}}))).isCloseTo(4.0 / 3, within(1e-15));
        Tensor empty = Tensor.wrap(Shape.of(0, 0), new double[0]);
        assertThat(Lu.of(empty).conditionEstimate()).isEqualTo(1);
        assertThat(Cholesky.of(empty).conditionEstimate()).isEqualTo(1);
        assertThat(TriangularSolve.lower(empty).conditionEstimate()).isEqualTo(1);
        assertThat(ConditionNumber.of(empty)).isEqualTo(1);
    }

    @Test
    void hilbertsConditionIsTheKnownOne() {
        Tensor hilbert = Tensor.wrap(Shape.of(6, 6), MatrixZoo.hilbert(6).copy());
        assertThat(ConditionNumber.of(hilbert)).isCloseTo(1.4951058642254665e7, within(1e-9 * 1.5e7));
        // ‖H₆‖₁‖H₆⁻¹‖₁ from the inverse's integers: 2.45 · 11865420
        assertThat(Lu.of(hilbert).conditionEstimate()).isCloseTo(2.45 * 11865420, within(1e-8 * 2.9e7));
    }

    private static double oneNorm(int n, double[] a) {
        double largest = 0;
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Math.abs(a[i * n + j]);
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }
}
