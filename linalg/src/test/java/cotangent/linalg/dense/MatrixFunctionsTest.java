package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Expm;
import cotangent.linalg.FunctionDomainException;
import cotangent.linalg.NotSymmetricException;
import cotangent.linalg.ResultOverflowException;
import cotangent.linalg.SymmetricFunction;
import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exponential against closed forms, and functions of symmetric matrices against their defining identities. */
class MatrixFunctionsTest {

    static List<Specimen> symmetric() {
        return MatrixZoo.symmetric();
    }

    /** Both routes within c·n·ε·(1 + ‖A‖)·‖exp A‖, the condition of a normal matrix's exponential being ‖A‖. */
    @ParameterizedTest
    @MethodSource("symmetric")
    void exponentialsOfSymmetricMatricesAgree(Specimen specimen) {
        int n = specimen.n();
        for (double size : new double[]{1e-3, 0.2, 0.9, 2, 20}) {
            double[] a = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
            double norm = Math.max(Measure.frobenius(a), 1e-300);
            for (int i = 0; i < a.length; i++) {
                a[i] *= size / norm;
            }
            double[] byEigen = SymmetricFunction.exp(tensor(n, a)).toDoubles();
            double[] byPade = Expm.of(tensor(n, a)).toDoubles();
            assertThat(Measure.distance(byEigen, byPade)).as(specimen + " of norm " + size)
                    .isLessThanOrEqualTo(Measure.C * n * Measure.EPSILON * (1 + size) * Measure.frobenius(byEigen));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-10, 0.01, 0.3, 1, 3, 10, 100})
    void rotationsTurnByTheirAngle(double angle) {
        double[] rotation = Expm.of(Tensor.of(new double[][]{{0, -angle}, {angle, 0}})).toDoubles();
        double slack = 4 * 2 * Measure.EPSILON * (1 + angle);
        assertThat(rotation[0]).isCloseTo(Math.cos(angle), within(slack));
        assertThat(rotation[1]).isCloseTo(-Math.sin(angle), within(slack));
        assertThat(rotation[2]).isCloseTo(Math.sin(angle), within(slack));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5, 12, 40})
    void jordanBlocksHaveFactorialDiagonals(int n) {
        double lambda = -0.7;
        double[] a = MatrixZoo.general("", n, n, (i, j) -> i == j ? lambda : j == i + 1 ? 1 : 0).a();
        double[] result = Expm.of(tensor(n, a)).toDoubles();
        for (int i = 0; i < n; i++) {
            double expected = Math.exp(lambda);
            for (int j = i; j < n; j++) {
                assertThat(result[i * n + j]).isCloseTo(expected, within(Measure.C * n * Measure.EPSILON));
                expected /= j - i + 1;
            }
            for (int j = 0; j < i; j++) {
                assertThat(result[i * n + j]).isZero();
            }
        }
    }

    /** The matrix that norm-based scaling ruins: exp [[1, b], [0, −1]] has b·sinh 1 in its corner. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 1e3, 1e6, 1e12, 1e100, 1e250})
    void largeCornersAreNotScaledAway(double corner) {
        double[] result = Expm.of(Tensor.of(new double[][]{{1, corner}, {0, -1}})).toDoubles();
        double slack = Measure.C * 8 * Measure.EPSILON; // degree 7 or 9 and no squaring: a few roundings of each entry
        assertThat(result[0]).isCloseTo(Math.E, within(slack * Math.E));
        assertThat(result[1]).isCloseTo(corner * Math.sinh(1), within(slack * corner * Math.sinh(1)));
        assertThat(result[3]).isCloseTo(1 / Math.E, within(slack));
    }

    @Test
    void nilpotentMatricesOfAnySizeAreExact() {
        double[] result = Expm.of(Tensor.of(new double[][]{{0, 1e200, 0}, {0, 0, 1e100}, {0, 0, 0}})).toDoubles();
        assertThat(result[0]).isEqualTo(1);
        assertThat(result[1]).isCloseTo(1e200, within(1e186));
        assertThat(result[2]).isCloseTo(0.5e300, within(1e286));
        assertThat(Expm.of(Tensor.zeros(DType.F64, 3, 3))).isEqualTo(Tensor.eye(3, DType.F64));
        assertThat(Expm.of(Tensor.zeros(DType.F64, 0, 0)).shape()).isEqualTo(Shape.of(0, 0));
        assertThat(Expm.of(Tensor.of(new double[][]{{2}})).get(0, 0)).isCloseTo(Math.exp(2), within(1e-14));
        assertThat(Expm.of(Tensor.of(new double[][]{{-1e300}})).get(0, 0)).isZero();
    }

    @Test
    void inverseIsTheExponentialOfTheNegative() {
        int n = 60;
        double[] a = MatrixZoo.gaussian(n, n).copy();
        double[] negative = a.clone();
        for (int i = 0; i < a.length; i++) {
            a[i] *= 0.2;
            negative[i] *= -0.2;
        }
        double[] one = Expm.of(tensor(n, a)).toDoubles();
        double[] other = Expm.of(tensor(n, negative)).toDoubles();
        double[] product = Measure.multiply(n, n, n, one, other);
        double size = Measure.frobenius(one) * Measure.frobenius(other);
        double[] identity = MatrixZoo.general("", n, n, (i, j) -> i == j ? 1 : 0).a();
        // each factor is off by n·ε times its condition, about ‖A‖ for a matrix this near to normal
        assertThat(Measure.distance(identity, product))
                .isLessThanOrEqualTo(Measure.C * n * Measure.EPSILON * (1 + Measure.frobenius(a)) * size);
    }

    @ParameterizedTest
    @MethodSource("symmetric")
    void rootsAndLogarithmsInvertTheirFunctions(Specimen specimen) {
        int n = specimen.n();
        double[] a = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
        double size = Measure.frobenius(a) + 1e-3;
        double[] definite = a.clone();
        for (int i = 0; i < n; i++) {
            definite[i * n + i] += 2 * size; // eigenvalues within [size, 3·size]
        }
        double bound = Measure.C * n * Measure.EPSILON;
        double[] root = SymmetricFunction.sqrt(tensor(n, definite)).toDoubles();
        double norm = Measure.frobenius(definite);
        assertThat(Measure.distance(definite, Measure.multiply(n, n, n, root, root))).isLessThanOrEqualTo(2 * bound
                * norm);
        double[] inverseRoot = SymmetricFunction.inverseSqrt(tensor(n, definite)).toDoubles();
        double[] identity = MatrixZoo.general("", n, n, (i, j) -> i == j ? 1 : 0).a();
        assertThat(Measure.distance(identity, Measure.multiply(n, n, n, root, inverseRoot)))
                .isLessThanOrEqualTo(2 * bound * Math.sqrt(3 * n));
        Tensor log = SymmetricFunction.log(tensor(n, definite));
        double[] back = SymmetricFunction.exp(log).toDoubles();
        assertThat(Measure.distance(definite, back)).isLessThanOrEqualTo(2 * bound * (1 + Measure.frobenius(log
                .toDoubles())) * norm);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(root[i * n + j]).isEqualTo(root[j * n + i]);
            }
        }
    }

    @Test
    void domainsAreHeld() {
        Tensor indefinite = Tensor.of(new double[][]{{1, 2}, {2, 1}});
        assertThatThrownBy(() -> SymmetricFunction.sqrt(indefinite)).isInstanceOfSatisfying(
                FunctionDomainException.class, e -> assertThat(e.eigenvalue()).isCloseTo(-1, within(1e-14)));
        assertThatThrownBy(() -> SymmetricFunction.log(indefinite)).isInstanceOf(FunctionDomainException.class);
        Tensor semidefinite = Tensor.of(new double[][]{{1, 1}, {1, 1}});
        Tensor root = SymmetricFunction.sqrt(semidefinite);
        assertThat(root.get(0, 1)).isCloseTo(Math.sqrt(0.5), within(1e-7)); // √ has no derivative at 0: √ε
        assertThatThrownBy(() -> SymmetricFunction.inverseSqrt(semidefinite)).isInstanceOf(
                FunctionDomainException.class)
                .hasMessageContaining("identity");
        assertThatThrownBy(() -> SymmetricFunction.log(Tensor.zeros(DType.F64, 2, 2))).isInstanceOf(
                FunctionDomainException.class);
        assertThat(SymmetricFunction.sqrt(Tensor.zeros(DType.F64, 2, 2))).isEqualTo(Tensor.zeros(DType.F64, 2, 2));
        assertThatThrownBy(() -> SymmetricFunction.of(semidefinite, x -> Double.NaN)).isInstanceOf(
                FunctionDomainException.class);
        Tensor large = Tensor.of(new double[][]{{800, 1}, {1, 0}});
        assertThatThrownBy(() -> SymmetricFunction.exp(large)).isInstanceOf(ResultOverflowException.class);
        assertThatThrownBy(() -> Expm.of(large)).isInstanceOf(ResultOverflowException.class);
        assertThatThrownBy(() -> Expm.of(Tensor.of(new float[][]{{100, 0}, {0, 0}}))).isInstanceOf(
                ResultOverflowException.class)
                .hasMessageContaining("f32");
        assertThatThrownBy(() -> SymmetricFunction.sqrt(Tensor.of(new double[][]{{1, 2}, {0, 1}}))).isInstanceOf(
                NotSymmetricException.class);
        assertThatThrownBy(() -> Expm.of(Tensor.zeros(DType.F64, 2, 3))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Expm.of(Tensor.of(new double[][]{{Double.NaN}}))).isInstanceOf(
                InvalidDataException.class);
    }

    @Test
    void float32IsTreatedInFloat64() {
        Tensor single = Tensor.of(new float[][]{{0.3f, 2}, {-1, 0.1f}});
        double[] exact = Expm.of(Tensor.wrap(single.shape(), single.toDoubles())).toDoubles();
        for (int i = 0; i < 4; i++) {
            assertThat(Expm.of(single).toFloats()[i]).isEqualTo((float) exact[i]);
        }
    }

    private static Tensor tensor(int n, double[] a) {
        return Tensor.of(Shape.of(n, n), a);
    }
}
