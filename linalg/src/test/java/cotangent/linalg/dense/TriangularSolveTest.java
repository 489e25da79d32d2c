package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ResultOverflowException;
import cotangent.linalg.SingularMatrixException;
import cotangent.linalg.TriangularSolve;
import cotangent.linalg.dense.MatrixZoo.Specimen;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backward error of each entry, |b − Tx| ≤ (n + 1)·ε·|T||x|, as the class states. */
class TriangularSolveTest {

    private static final int COLUMNS = 3;

    static List<Specimen> zoo() {
        return MatrixZoo.general().stream().filter(s -> s.m() == s.n()).toList();
    }

    @ParameterizedTest
    @MethodSource("zoo")
    void solutionsAreBackwardStable(Specimen specimen) {
        int n = specimen.n();
        double[] a = Measure.shifted(specimen.a(), Measure.shiftFor(specimen.a()));
        for (int i = 0; i < n; i++) {
            a[i * n + i] = a[i * n + i] < 0 ? -1 : 1; // no zero pivot; solutions may grow to 2ⁿ
        }
        Tensor matrix = Tensor.wrap(Shape.of(n, n), a);
        for (boolean lower : new boolean[]{true, false}) {
            double[] triangle = MatrixZoo.general("", n, n,
                    (i, j) -> i == j || i > j == lower ? a[i * n + j] : 0).a();
            double[] unit = MatrixZoo.general("", n, n, (i, j) -> i == j ? 1 : triangle[i * n + j]).a();
            TriangularSolve solve = lower ? TriangularSolve.lower(matrix) : TriangularSolve.upper(matrix);
            TriangularSolve unitSolve = lower ? TriangularSolve.unitLower(matrix) : TriangularSolve.unitUpper(matrix);
            check(n, triangle, solve);
            check(n, Measure.transpose(n, n, triangle), solve.transposed());
            check(n, triangle, solve.transposed().transposed());
            check(n, unit, unitSolve);
            check(n, Measure.transpose(n, n, unit), unitSolve.transposed());
        }
    }

    private static void check(int n, double[] triangle, TriangularSolve solve) {
        double[] b = MatrixZoo.gaussian(n, COLUMNS).a();
        double[] x = solve.solve(Tensor.of(Shape.of(n, COLUMNS), b)).toDoubles();
        double[] product = Measure.multiply(n, COLUMNS, n, triangle, x);
        double[] sizes = Measure.multiply(n, COLUMNS, n, absolute(triangle), absolute(x));
        for (int i = 0; i < n * COLUMNS; i++) {
            // the same again for the test's own product, and as much for the scaled diagonal
            assertThat(Math.abs(product[i] - b[i])).isLessThanOrEqualTo(2 * (n + 1) * Measure.EPSILON * sizes[i]);
        }
    }

    private static double[] absolute(double[] x) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = Math.abs(x[i]);
        }
        return result;
    }

    @Test
    void shapesAndScalesAreKept() {
        Tensor a = Tensor.of(new double[][]{{2, 7}, {1, 4}});
        assertThat(TriangularSolve.lower(a).solve(Tensor.of(2.0, 5))).isEqualTo(Tensor.of(1.0, 1));
        assertThat(TriangularSolve.upper(a).solve(Tensor.of(new double[][]{{9}, {4}}))).isEqualTo(Tensor.of(
                new double[][]{{1}, {1}}));
        assertThat(TriangularSolve.unitLower(a).solve(Tensor.of(2.0, 5))).isEqualTo(Tensor.of(2.0, 3));
        assertThat(TriangularSolve.lower(a).inverse()).isEqualTo(Tensor.of(new double[][]{{0.5, 0}, {-0.125, 0.25}}));
        Tensor tiny = Tensor.of(new double[][]{{0x1p-1060, 0}, {0x1p-1060, 0x1p-1060}});
        assertThat(TriangularSolve.lower(tiny).solve(Tensor.of(0x1p-1060, 0x1p-1059))).isEqualTo(Tensor.of(1.0, 1));
        Tensor huge = Tensor.of(new double[][]{{0x1p+1020, 0}, {0x1p+1020, 0x1p+1020}});
        assertThat(TriangularSolve.lower(huge).solve(Tensor.of(0x1p+1000, 0x1p+1001))).isEqualTo(Tensor.of(0x1p-20,
                0x1p-20));
        assertThat(TriangularSolve.lower(a)).hasToString("triangular solve with lower f64[2, 2]");
        assertThat(TriangularSolve.lower(Tensor.zeros(DType.F32, 0, 0)).solve(Tensor.zeros(DType.F32, 0, 4)).shape())
                .isEqualTo(Shape.of(0, 4));
    }

    @Test
    void float32IsSolvedInFloat64() {
        Tensor a = Tensor.of(new float[][]{{3, 0}, {1, 3}});
        double first = 1.0 / 3;
        Tensor x = TriangularSolve.lower(a).solve(Tensor.of(1f, 1f));
        assertThat(x.toFloats()).containsExactly((float) first, (float) ((1 - first) / 3));
    }

    @Test
    void badInputIsRefusedAndNamed() {
        Tensor singular = Tensor.of(new double[][]{{1, 2}, {3, 0}});
        assertThatThrownBy(() -> TriangularSolve.upper(singular).solve(Tensor.of(1.0, 1))).isInstanceOfSatisfying(
                SingularMatrixException.class, e -> assertThat(e.index()).isEqualTo(1))
                .hasMessageContaining("diagonal entry 1");
        assertThat(TriangularSolve.unitUpper(singular).solve(Tensor.of(1.0, 0))).isEqualTo(Tensor.of(1.0, 0));
        assertThatThrownBy(() -> TriangularSolve.upper(Tensor.of(new double[][]{{1, Double.NaN}, {0, 1}})))
                .isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> TriangularSolve.upper(Tensor.zeros(DType.F64, 2, 3))).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> TriangularSolve.upper(singular).solve(Tensor.of(1.0, 1, 1))).isInstanceOf(
                ShapeException.class);
        Tensor small = Tensor.of(new double[][]{{1e-308, 0}, {0, 1}});
        assertThatThrownBy(() -> TriangularSolve.upper(small).solve(Tensor.of(1e10, 1))).isInstanceOf(
                ResultOverflowException.class);
    }
}
