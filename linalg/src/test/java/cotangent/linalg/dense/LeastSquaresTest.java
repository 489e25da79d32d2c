package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.LeastSquares;
import cotangent.linalg.SingularMatrixException;
import cotangent.linalg.dense.MatrixZoo.Specimen;
import cotangent.linalg.dense.SingularValueDecomposition.Extent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Solutions over the whole zoo, scaled to order 1 where it is measured. */
class LeastSquaresTest {

    private static final int COLUMNS = 2;

    static List<Specimen> zoo() {
        List<Specimen> zoo = new ArrayList<>();
        for (Specimen specimen : MatrixZoo.general()) {
            zoo.add(new Specimen(specimen.name(), specimen.m(), specimen.n(), Measure.shifted(specimen.a(), Measure
                    .shiftFor(specimen.a())), null));
        }
        return zoo;
    }

    /** Aᵀ(b − Ax) vanishes to c·max(m, n)·min(m, n)·ε·‖A‖(‖A‖‖x‖ + ‖b‖): backward stability, and the rank's tolerance. */
    @ParameterizedTest
    @MethodSource("zoo")
    void residualsAreOrthogonalToTheRange(Specimen specimen) {
        Tensor b = rightHandSide(specimen);
        for (LeastSquares result : List.of(LeastSquares.of(tensor(specimen), b), LeastSquares.bySvd(tensor(specimen),
                b))) {
            int m = specimen.m();
            int n = specimen.n();
            double[] x = result.solution().toDoubles();
            double[] product = Measure.multiply(m, COLUMNS, n, specimen.a(), x);
            double[] residual = b.toDoubles();
            for (int i = 0; i < residual.length; i++) {
                residual[i] -= product[i];
            }
            double size = Measure.frobenius(specimen.a());
            double reach = size * Measure.frobenius(x) + Measure.frobenius(residual);
            double rounding = Measure.C * Math.max(m, n) * Measure.EPSILON * reach;
            double[] gradient = Measure.multiply(n, COLUMNS, m, Measure.transpose(m, n, specimen.a()), residual);
            assertThat(Measure.frobenius(gradient)).as(specimen.toString())
                    .isLessThanOrEqualTo(rounding * size * Math.max(1, Math.min(m, n)));
            for (int c = 0; c < COLUMNS; c++) {
                double square = 0;
                for (int i = 0; i < m; i++) {
                    square += residual[i * COLUMNS + c] * residual[i * COLUMNS + c];
                }
                assertThat(result.residualNorms().get(c)).isCloseTo(Math.sqrt(square), within(rounding
                        + Double.MIN_NORMAL));
            }
        }
    }

    /** Where the rank is beyond doubt, all routes agree to the problem's condition, and x has no part in the null space. */
    @ParameterizedTest
    @MethodSource("zoo")
    void routesAgreeOnTheSolutionOfLeastNorm(Specimen specimen) {
        int m = specimen.m();
        int n = specimen.n();
        int p = Math.min(m, n);
        double[] s = SingularValueDecomposition.decompose(m, n, specimen.copy(), Extent.VALUES).values();
        LeastSquares bySvd = LeastSquares.bySvd(tensor(specimen), rightHandSide(specimen));
        int rank = bySvd.rank();
        // pivots differ from singular values by a factor, on Kahan's triangle by a thousand
        boolean clear = rank == 0 || s[rank - 1] > 1e-6 * s[0] && (rank == p || s[rank] < 1e-16 * s[0]);
        clear &= !specimen.name().equals("kahan");
        if (!clear) {
            return;
        }
        LeastSquares result = LeastSquares.of(tensor(specimen), rightHandSide(specimen));
        assertThat(result.rank()).isEqualTo(rank);
        double kappa = rank == 0 ? 1 : s[0] / s[rank - 1];
        assertThat(bySvd.condition()).isCloseTo(kappa, within(Measure.C * Math.max(m, n) * Measure.EPSILON * kappa
                * kappa));
        assertAgree(specimen, bySvd, result, kappa, s);
        if (rank == p && p > 0) {
            assertAgree(specimen, bySvd, LeastSquares.byQr(tensor(specimen), rightHandSide(specimen)), kappa, s);
            // ‖·‖₁ and ‖·‖₂ of an order-p matrix differ by √p at most, and the estimate by a factor of 3
            assertThat(result.condition()).isBetween(kappa / (3 * p), kappa * p * 1.001);
        }
    }

    /** Wedin's bound: κ·ε times ‖x‖ and κ·‖r‖/‖A‖, times a multiple of max(m, n). */
    private static void assertAgree(Specimen specimen, LeastSquares expected, LeastSquares actual, double kappa,
            double[] s) {
        double[] x = expected.solution().toDoubles();
        double residual = Math.hypot(expected.residualNorms().get(0), expected.residualNorms().get(1));
        double scale = Measure.frobenius(x) + (s.length == 0 || s[0] == 0 ? 0 : kappa * residual / s[0]);
        int size = Math.max(specimen.m(), specimen.n());
        assertThat(Measure.distance(x, actual.solution().toDoubles())).as(specimen.toString())
                .isLessThanOrEqualTo(2 * Measure.C * size * Measure.EPSILON * kappa * scale);
    }

    @Test
    void scaleDoesNotMatter() {
        Tensor a = Tensor.of(new double[][]{{1, 1}, {1, 2}, {1, 3}});
        Tensor b = Tensor.of(1.0, 2, 2);
        for (double scale : new double[]{0x1p-1060, 0x1p-600, 1, 0x1p+600, 0x1p+1020}) {
            for (LeastSquares result : List.of(LeastSquares.of(scaled(a, scale), scaled(b, scale)),
                    LeastSquares.bySvd(scaled(a, scale), scaled(b, scale)),
                    LeastSquares.byQr(scaled(a, scale), scaled(b, scale)))) {
                assertThat(result.solution().get(0)).isCloseTo(2.0 / 3, within(1e-14));
                assertThat(result.solution().get(1)).isCloseTo(0.5, within(1e-14));
                assertThat(result.residualNorms().get(0) / scale).isCloseTo(Math.sqrt(1.0 / 6), within(1e-14
                        + 2 * Double.MIN_VALUE / scale));
                assertThat(result.rank()).isEqualTo(2);
            }
        }
        assertThat(LeastSquares.of(a, b)).hasToString(LeastSquares.of(a, b).toString());
        assertThat(LeastSquares.of(a, b).toString()).contains("rank 2", "0.666667");
    }

    @Test
    void rankFollowsTheTolerance() {
        Tensor a = Tensor.of(new double[][]{{1, 0}, {0, 1e-6}});
        Tensor b = Tensor.of(1.0, 1);
        assertThat(LeastSquares.of(a, b).rank()).isEqualTo(2);
        assertThat(LeastSquares.of(a, b, 1e-5).rank()).isEqualTo(1);
        assertThat(LeastSquares.bySvd(a, b, 1e-5).solution()).isEqualTo(Tensor.of(1.0, 0));
        assertThat(LeastSquares.of(a, b, 1e-5).solution()).isEqualTo(Tensor.of(1.0, 0));
        assertThat(LeastSquares.of(a, b, 2).rank()).isZero();
    }

    @Test
    void float32SolutionsAreRoundedFloat64Ones() {
        float[] entries = new float[60];
        for (int i = 0; i < 60; i++) {
            entries[i] = (float) MatrixZoo.noise(i, 3);
        }
        Tensor a = Tensor.wrap(Shape.of(12, 5), entries);
        Tensor b = Tensor.ones(DType.F32, 12);
        Tensor wide = Tensor.wrap(a.shape(), a.toDoubles());
        Tensor exact = LeastSquares.of(wide, Tensor.ones(DType.F64, 12)).solution();
        Tensor rounded = LeastSquares.of(a, b).solution();
        assertThat(rounded.dtype()).isEqualTo(DType.F32);
        for (int i = 0; i < 5; i++) {
            assertThat((float) rounded.get(i)).isEqualTo((float) exact.get(i));
        }
    }

    @Test
    void badInputIsRefusedAndNamed() {
        Tensor a = Tensor.of(new double[][]{{1, 2}, {2, 4}, {0, 0}});
        Tensor b = Tensor.of(1.0, 2, 3);
        assertThatThrownBy(() -> LeastSquares.byQr(a, b)).isInstanceOfSatisfying(SingularMatrixException.class,
                e -> assertThat(e.index()).isEqualTo(1))
                .hasMessageContaining("full rank");
        assertThatThrownBy(() -> LeastSquares.of(a, Tensor.of(1.0, 2))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> LeastSquares.of(a, b, -1)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> LeastSquares.bySvd(a, b, Double.NaN)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> LeastSquares.of(a, Tensor.of(1.0, 2, Double.NaN))).isInstanceOf(
                InvalidDataException.class);
        assertThat(LeastSquares.of(a, b).rank()).isEqualTo(1);
    }

    private static Tensor rightHandSide(Specimen specimen) {
        return Tensor.wrap(Shape.of(specimen.m(), COLUMNS), MatrixZoo.gaussian(specimen.m(), COLUMNS).copy());
    }

    private static Tensor tensor(Specimen specimen) {
        return Tensor.wrap(Shape.of(specimen.m(), specimen.n()), specimen.copy());
    }

    private static Tensor scaled(Tensor a, double factor) {
        double[] elements = a.toDoubles();
        for (int i = 0; i < elements.length; i++) {
            elements[i] *= factor;
        }
        return Tensor.wrap(a.shape(), elements);
    }
}
