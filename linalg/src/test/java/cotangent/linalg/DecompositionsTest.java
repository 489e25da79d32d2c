package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the entry points promise beyond the factorizations: shapes, dtypes, signs, refusals. */
class DecompositionsTest {

    private static final Tensor SYMMETRIC = Tensor.of(new double[][]{{4, 1, 0}, {1, 3, 1}, {0, 1, 2}});
    private static final Tensor TALL = Tensor.of(new double[][]{{1, 2}, {3, 4}, {5, 6}});

    @Test
    void qrOfTwoByTwoHasItsTextbookFactors() {
        Qr qr = Qr.of(Tensor.of(new double[][]{{3, 1}, {4, 2}}));
        assertClose(qr.q(), 1e-15, 0.6, -0.8, 0.8, 0.6);
        assertClose(qr.r(), 4e-15, 5, 2.2, 0, 0.4);
    }

    @Test
    void shapesFollowThinAndFull() {
        assertThat(Qr.of(TALL).q().shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Qr.of(TALL).r().shape()).isEqualTo(Shape.of(2, 2));
        assertThat(Qr.full(TALL).q().shape()).isEqualTo(Shape.of(3, 3));
        assertThat(Qr.full(TALL).r().shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Svd.of(TALL).u().shape()).isEqualTo(Shape.of(3, 2));
        assertThat(Svd.full(TALL).u().shape()).isEqualTo(Shape.of(3, 3));
        assertThat(Svd.full(TALL).vt().shape()).isEqualTo(Shape.of(2, 2));
        assertThat(Svd.values(TALL).shape()).isEqualTo(Shape.of(2));
        assertThat(Qr.full(Tensor.zeros(DType.F64, 3, 0)).q()).isEqualTo(Tensor.eye(3, DType.F64));
        assertThat(Eigh.of(Tensor.zeros(DType.F64, 0, 0)).values().shape()).isEqualTo(Shape.of(0));
        assertThat(Lu.of(Tensor.zeros(DType.F64, 0, 0)).det()).isEqualTo(1);
    }

    @Test
    void eighAscendsWithPositiveLeadingEntries() {
        Eigh eigh = Eigh.of(Tensor.of(new double[][]{{2, 1}, {1, 2}}));
        assertClose(eigh.values(), 2e-15, 1, 3);
        double root = Math.sqrt(0.5);
        assertThat(eigh.vectors().get(0, 1)).isCloseTo(root, within(1e-15));
        assertThat(eigh.vectors().get(1, 1)).isCloseTo(root, within(1e-15));
        assertThat(Math.abs(eigh.vectors().get(0, 0))).isCloseTo(root, within(1e-15));
        assertClose(Eigh.values(SYMMETRIC), 5e-15, 3 - Math.sqrt(3), 3, 3 + Math.sqrt(3));
    }

    @Test
    void extremalEigenpairsAscendAndTheirNumberIsChecked() {
        Eigh largest = Eigh.largest(SYMMETRIC, 2);
        assertClose(largest.values(), 5e-15, 3, 3 + Math.sqrt(3));
        assertThat(largest.vectors().shape()).isEqualTo(Shape.of(3, 2));
        assertClose(Eigh.smallest(SYMMETRIC, 1).values(), 5e-15, 3 - Math.sqrt(3));
        assertThat(Eigh.smallest(SYMMETRIC, 0).vectors().shape()).isEqualTo(Shape.of(3, 0));
        assertThat(Eigh.largest(SYMMETRIC, 3)).isEqualTo(Eigh.of(SYMMETRIC));
        assertThat(Eigh.largest(Tensor.zeros(DType.F64, 0, 0), 0).values().shape()).isEqualTo(Shape.of(0));
        for (int bad : new int[]{-1, 4}) {
            assertThatThrownBy(() -> Eigh.largest(SYMMETRIC, bad)).isInstanceOf(ShapeException.class)
                    .hasMessageContaining("from 0 to 3, got " + bad);
        }
    }

    @Test
    void pivotedQrTellsTheRankAtItsTolerance() {
        Tensor a = Tensor.of(new double[][]{{1, 10, 1}, {0, 0, 1e-9}});
        PivotedQr qr = PivotedQr.of(a);
        assertThat(qr.permutation().toInts()[0]).isEqualTo(1);
        assertThat(qr.rank()).isEqualTo(2);
        assertThat(qr.tolerance()).isEqualTo(3 * 0x1p-52);
        assertThat(PivotedQr.of(a, 1e-8).rank()).isEqualTo(1);
        assertThat(PivotedQr.of(rounded(a)).rank()).isEqualTo(1); // float32's own rounding: 3·2⁻²³
        assertThat(PivotedQr.of(Tensor.zeros(DType.F64, 3, 0)).q().shape()).isEqualTo(Shape.of(3, 0));
        assertThatThrownBy(() -> PivotedQr.of(a, -1)).isInstanceOf(InvalidDataException.class);
        assertThat(qr.toString()).contains("rank 2");
    }

    @Test
    void polarFactorsAreARotationAndAStretch() {
        Polar polar = Polar.of(Tensor.of(new double[][]{{0, -3}, {2, 0}}));
        assertClose(polar.w(), 4e-15, 0, -1, 1, 0);
        assertClose(polar.h(), 4e-15, 2, 0, 0, 3);
        assertThatThrownBy(() -> Polar.of(Tensor.zeros(DType.F64, 2, 3))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("transpose");
    }

    @Test
    void choleskySolvesAndMeasures() {
        Cholesky cholesky = Cholesky.of(SYMMETRIC);
        assertThat(cholesky.logDeterminant()).isCloseTo(Math.log(18), within(1e-14));
        assertClose(cholesky.solve(Tensor.of(5.0, 5, 3)), 1e-14, 1, 1, 1);
        Tensor l = cholesky.l();
        assertClose(product(l, transposed(l)), 1e-14, SYMMETRIC.toDoubles());
    }

    @Test
    void luSolvesInvertsAndMeasures() {
        Lu lu = Lu.of(SYMMETRIC);
        assertThat(lu.det()).isCloseTo(18, within(1e-13));
        assertThat(lu.slogdet().sign()).isEqualTo(1);
        assertThat(lu.slogdet().logAbs()).isCloseTo(Math.log(18), within(1e-14));
        assertClose(lu.solve(Tensor.of(5.0, 5, 3)), 1e-14, 1, 1, 1);
        assertClose(product(lu.inverse(), SYMMETRIC), 1e-14, 1, 0, 0, 0, 1, 0, 0, 0, 1);
        assertClose(product(lu.l(), lu.u()), 1e-15, SYMMETRIC.toDoubles());
        assertThat(Lu.of(Tensor.of(new double[][]{{0, 1}, {1, 0}})).det()).isEqualTo(-1);
        assertThat(Lu.of(Tensor.of(new double[][]{{0, 1}, {1, 0}})).permutation()).isEqualTo(Tensor.of(1, 0));
    }

    @Test
    void determinantsBeyondTheRangeOfDoublesKeepTheirLogarithm() {
        Tensor big = scaled(Tensor.eye(5, DType.F64), 1e200);
        assertThat(Lu.of(big).slogdet().logAbs()).isCloseTo(1000 * Math.log(10), within(1e-11));
        assertThatThrownBy(() -> Lu.of(big).det()).isInstanceOf(ResultOverflowException.class)
                .hasMessageContaining(
                        "slogdet");
        assertThat(Lu.of(scaled(Tensor.eye(5, DType.F64), 1e-200)).det()).isZero();
        assertThat(Lu.of(Tensor.of(new double[][]{{1e-305, 0}, {0, 1e265}})).det()).isCloseTo(1e-40, within(1e-53));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0x1p-1070, 0x1p-1000, 0x1p-600, 1, 0x1p+600, 0x1p+1000, 0x1p+1020})
    void scaleChangesNothingButTheScale(double scale) {
        Tensor a = scaled(SYMMETRIC, scale);
        Tensor expected = Eigh.values(SYMMETRIC);
        double slack = Math.max(1e-14, 2 * Double.MIN_VALUE / scale);
        assertClose(unscaled(Eigh.of(a).values(), scale), slack, expected.toDoubles());
        assertClose(unscaled(Svd.values(a), scale), slack, 3 + Math.sqrt(3), 3, 3 - Math.sqrt(3));
        assertClose(Qr.of(a).q(), 1e-14, Qr.of(SYMMETRIC).q().toDoubles());
        Tensor b = Tensor.of(5 * scale, 5 * scale, 3 * scale);
        assertClose(Lu.of(a).solve(b), 1e-14, 1, 1, 1);
        assertClose(Cholesky.of(a).solve(b), 1e-14, 1, 1, 1);
    }

    @Test
    void float32ResultsAreRoundedFloat64Ones() {
        Tensor single = rounded(SYMMETRIC);
        assertThat(Eigh.of(single).values()).isEqualTo(rounded(Eigh.of(SYMMETRIC).values()));
        assertThat(Eigh.of(single).vectors()).isEqualTo(rounded(Eigh.of(SYMMETRIC).vectors()));
        assertThat(Qr.of(single).q()).isEqualTo(rounded(Qr.of(SYMMETRIC).q()));
        assertThat(Svd.of(single).vt()).isEqualTo(rounded(Svd.of(SYMMETRIC).vt()));
        assertThat(Cholesky.of(single).l()).isEqualTo(rounded(Cholesky.of(SYMMETRIC).l()));
        assertThat(Lu.of(single).inverse()).isEqualTo(rounded(Lu.of(SYMMETRIC).inverse()));
    }

    @Test
    void nonFiniteEntriesAreRefusedAndNamed() {
        for (double bad : new double[]{Double.NaN, Double.POSITIVE_INFINITY}) {
            Tensor a = Tensor.of(new double[][]{{1, 0}, {bad, 1}});
            assertRefused(a, Qr::of, Qr::full, Eigh::of, Eigh::values, Svd::of, Svd::values, Cholesky::of, Lu::of);
            assertRefused(a, Qr::r, PivotedQr::of, Polar::of, Expm::of, TriangularSolve::lower, ConditionNumber::of,
                    PivotedCholesky::of, SymmetricFunction::exp, m -> Eigh.largest(m, 1), m -> Eigh.smallest(m, 2));
        }
    }

    @SafeVarargs
    private static void assertRefused(Tensor a, Consumer<Tensor>... doors) {
        for (Consumer<Tensor> door : doors) {
            assertThatThrownBy(() -> door.accept(a)).isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining(
                            "[1, 0]");
        }
    }

    @Test
    void shapesAndDtypesAreRefusedAndNamed() {
        assertThatThrownBy(() -> Eigh.of(TALL)).isInstanceOf(ShapeException.class).hasMessageContaining("square");
        assertThatThrownBy(() -> Cholesky.of(TALL)).isInstanceOf(ShapeException.class).hasMessageContaining("square");
        assertThatThrownBy(() -> Lu.of(TALL)).isInstanceOf(ShapeException.class).hasMessageContaining("square");
        assertThatThrownBy(() -> Qr.of(Tensor.of(1.0, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining(
                        "rank 2");
        assertThatThrownBy(() -> Svd.of(Tensor.zeros(DType.I32, 2, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("cast");
        assertThatThrownBy(() -> Lu.of(SYMMETRIC).solve(Tensor.of(1.0, 2))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("[3]");
        assertThatThrownBy(() -> Lu.of(SYMMETRIC).solve(Tensor.of(1f, 2f, 3f))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("cast");
    }

    @Test
    void asymmetryIsRefusedWithBothFigures() {
        Tensor a = Tensor.of(new double[][]{{1, 2}, {2.5, 1}});
        for (Consumer<Tensor> door : java.util.List.<Consumer<Tensor>>of(Eigh::of, Eigh::values, Cholesky::of)) {
            assertThatThrownBy(() -> door.accept(a)).isInstanceOfSatisfying(NotSymmetricException.class, e -> {
                assertThat(e.asymmetry()).isEqualTo(0.5);
                assertThat(e.allowed()).isEqualTo(8 * 2 * 0x1p-52 * 2.5);
                assertThat(e).hasMessageContaining("(A + At)/2");
            });
        }
        double rounding = 2 * (1 + 0x1p-50);
        assertThat(Eigh.values(Tensor.of(new double[][]{{1, 2}, {rounding, 1}})).get(1)).isCloseTo(3, within(1e-14));
    }

    @Test
    void indefiniteAndSingularMatricesNameTheirPivot() {
        assertThatThrownBy(() -> Cholesky.of(Tensor.of(new double[][]{{1, 2}, {2, 1}}))).isInstanceOfSatisfying(
                NotPositiveDefiniteException.class, e -> {
                    assertThat(e.index()).isEqualTo(1);
                    assertThat(e.pivot()).isEqualTo(-3);
                });
        Lu singular = Lu.of(Tensor.of(new double[][]{{1, 2}, {2, 4}}));
        assertThat(singular.det()).isZero();
        assertThat(singular.slogdet()).isEqualTo(new Lu.SignedLog(0, Double.NEGATIVE_INFINITY));
        assertThatThrownBy(singular::inverse).isInstanceOfSatisfying(SingularMatrixException.class,
                e -> assertThat(e.index()).isEqualTo(1))
                .hasMessageContaining(
                        "pivot 1");
    }

    @Test
    void resultsBeyondTheRangeAreRefused() {
        Tensor a = Tensor.full(Shape.of(4, 4), 1e308, DType.F64);
        assertThatThrownBy(() -> Eigh.of(a)).isInstanceOf(ResultOverflowException.class);
        assertThatThrownBy(() -> Svd.of(a)).isInstanceOf(ResultOverflowException.class);
        assertThatThrownBy(() -> Qr.of(a)).isInstanceOf(ResultOverflowException.class);
        Tensor small = Tensor.of(new double[][]{{1e-308, 0}, {0, 1}});
        assertThatThrownBy(() -> Lu.of(small).solve(Tensor.of(1e300, 1))).isInstanceOf(ResultOverflowException.class);
        Tensor single = Tensor.full(Shape.of(4, 4), 3e38, DType.F32);
        assertThatThrownBy(() -> Eigh.values(single)).isInstanceOf(ResultOverflowException.class)
                .hasMessageContaining(
                        "f32");
    }

    private static void assertClose(Tensor actual, double slack, double... expected) {
        double[] elements = actual.toDoubles();
        assertThat(elements).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(elements[i]).isCloseTo(expected[i], within(slack));
        }
    }

    private static Tensor scaled(Tensor a, double factor) {
        double[] elements = a.toDoubles();
        for (int i = 0; i < elements.length; i++) {
            elements[i] *= factor;
        }
        return Tensor.wrap(a.shape(), elements);
    }

    private static Tensor unscaled(Tensor a, double factor) {
        double[] elements = a.toDoubles();
        for (int i = 0; i < elements.length; i++) {
            elements[i] /= factor;
        }
        return Tensor.wrap(a.shape(), elements);
    }

    private static Tensor rounded(Tensor a) {
        double[] elements = a.toDoubles();
        float[] result = new float[elements.length];
        for (int i = 0; i < elements.length; i++) {
            result[i] = (float) elements[i];
        }
        return Tensor.wrap(a.shape(), result);
    }

    private static Tensor transposed(Tensor a) {
        int n = a.shape().extent(0);
        double[] result = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                result[j * n + i] = a.get(i, j);
            }
        }
        return Tensor.wrap(a.shape(), result);
    }

    private static Tensor product(Tensor a, Tensor b) {
        int n = a.shape().extent(0);
        double[] result = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    result[i * n + j] += a.get(i, k) * b.get(k, j);
                }
            }
        }
        return Tensor.wrap(a.shape(), result);
    }
}
