package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.PivotedCholesky.Stop;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import org.junit.jupiter.api.Test;

class PivotedCholeskyTest {

    private static final int N = 200;
    private static final double EPSILON = 0x1p-52;

    /** A Gaussian kernel of points on a line: eigenvalues that fall faster than any power. */
    private static double kernel(int i, int j) {
        double distance = (i * 7 % N - j * 7 % N) / 40.0;
        return Math.exp(-distance * distance);
    }

    private static Tensor matrix() {
        double[] a = new double[N * N];
        for (int i = 0; i < N * N; i++) {
            a[i] = kernel(i / N, i % N);
        }
        return Tensor.wrap(Shape.of(N, N), a);
    }

    private static Tensor column(int j) {
        double[] column = new double[N];
        for (int i = 0; i < N; i++) {
            column[i] = kernel(i, j);
        }
        return Tensor.wrap(Shape.of(N), column);
    }

    @Test
    void everyRouteGivesTheSameFactor() {
        PivotedCholesky dense = PivotedCholesky.of(matrix(), N, 1e-6);
        Tensor diagonal = Tensor.ones(DType.F64, N);
        PivotedCholesky entries = PivotedCholesky.of(diagonal, PivotedCholeskyTest::column, N, 1e-6);
        CountingOperator operator = CountingOperator.of(LinearOperator.of(matrix()));
        PivotedCholesky products = PivotedCholesky.of(operator, diagonal, N, 1e-6);
        assertThat(entries.l()).isEqualTo(dense.l());
        assertThat(products.l()).isEqualTo(dense.l());
        assertThat(products.pivots()).isEqualTo(dense.pivots());
        assertThat(operator.products()).as("one product for each unit of rank").isEqualTo(dense.rank());
        assertThat(dense.stop()).isEqualTo(Stop.TRACE);
        assertThat(dense.trace()).isEqualTo(N);
        assertThat(dense.residualTrace()).isLessThanOrEqualTo(1e-6 * N);
        assertThat(PivotedCholesky.of(matrix(), dense.rank() - 1, 0).residualTrace()).isGreaterThan(1e-6 * N);
    }

    @Test
    void theResidualIsWhatItSaysAndPositiveSemidefinite() {
        Tensor a = matrix();
        for (int rank : new int[]{0, 1, 5, 12}) {
            PivotedCholesky factor = PivotedCholesky.of(a, rank, 0);
            assertThat(factor.rank()).isEqualTo(rank);
            assertThat(factor.stop()).isEqualTo(Stop.RANK);
            double[] rest = residual(a, factor.l());
            double trace = 0;
            for (int i = 0; i < N; i++) {
                trace += rest[i * N + i];
            }
            // rounding of N sums of rank + 1 terms of size 1
            assertThat(factor.residualTrace()).isCloseTo(trace, within(N * (rank + 1) * EPSILON));
            assertThat(Eigh.values(Tensor.wrap(Shape.of(N, N), rest)).get(0)).isGreaterThan(-4 * N * EPSILON * N);
            assertTriangular(factor);
        }
    }

    private static double[] residual(Tensor a, Tensor l) {
        int n = l.shape().extent(0);
        int k = l.shape().extent(1);
        double[] rest = a.toDoubles();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                for (int p = 0; p < k; p++) {
                    rest[i * n + j] -= l.get(i, p) * l.get(j, p);
                }
                rest[j * n + i] = rest[i * n + j];
            }
        }
        return rest;
    }

    private static void assertTriangular(PivotedCholesky factor) {
        int[] pivots = factor.pivots().toInts();
        for (int i = 0; i < pivots.length; i++) {
            double diagonal = factor.l().get(pivots[i], i);
            assertThat(diagonal).isPositive();
            assertThat(i == 0 || diagonal <= factor.l().get(pivots[i - 1], i - 1)).isTrue();
            for (int j = i + 1; j < pivots.length; j++) {
                assertThat(factor.l().get(pivots[i], j)).isZero();
            }
        }
    }

    @Test
    void eliminationEndsAtTheNumericalRank() {
        Tensor u = new cotangent.dsl.Key(3, 0).normal(Shape.of(60, 7), DType.F64);
        Tensor a = LinearOperator.of(u).times(LinearOperator.of(u).adjoint()).toDense();
        PivotedCholesky factor = PivotedCholesky.of(a);
        assertThat(factor.rank()).isEqualTo(7);
        assertThat(factor.stop()).isEqualTo(Stop.COMPLETE);
        for (double entry : residual(a, factor.l())) {
            assertThat(Math.abs(entry)).isLessThanOrEqualTo(8 * 60 * EPSILON * 60);
        }
        PivotedCholesky definite = PivotedCholesky.of(Tensor.eye(5, DType.F64));
        assertThat(definite.rank()).isEqualTo(5);
        assertThat(definite.l()).isEqualTo(Tensor.eye(5, DType.F64));
        assertThat(PivotedCholesky.of(Tensor.zeros(DType.F64, 4, 4)).rank()).isZero();
        assertThat(PivotedCholesky.of(Tensor.zeros(DType.F64, 0, 0)).l().shape()).isEqualTo(Shape.of(0, 0));
    }

    @Test
    void scaleDoesNotMatter() {
        for (double scale : new double[]{0x1p-1060, 0x1p-600, 0x1p+600, 0x1p+1020}) {
            Tensor a = Tensor.of(new double[][]{{4 * scale, 2 * scale}, {2 * scale, 2 * scale}});
            Tensor l = PivotedCholesky.of(a).l();
            double root = Math.sqrt(scale);
            assertThat(l).isEqualTo(Tensor.of(new double[][]{{2 * root, 0}, {root, root}}));
        }
    }

    @Test
    void float32FactorsAreRoundedFloat64Ones() {
        Tensor a = Tensor.of(new float[][]{{3, 1}, {1, 7}});
        Tensor wide = PivotedCholesky.of(Tensor.of(new double[][]{{3, 1}, {1, 7}})).l();
        Tensor single = PivotedCholesky.of(a).l();
        assertThat(single.dtype()).isEqualTo(DType.F32);
        for (int i = 0; i < 4; i++) {
            assertThat(single.toFloats()[i]).isEqualTo((float) wide.toDoubles()[i]);
        }
    }

    @Test
    void indefiniteMatricesNameTheOffendingPivot() {
        assertThatThrownBy(() -> PivotedCholesky.of(Tensor.of(new double[][]{{4, 4}, {4, 1}}))).isInstanceOfSatisfying(
                NotPositiveDefiniteException.class, e -> {
                    assertThat(e.index()).isEqualTo(1);
                    assertThat(e.pivot()).isEqualTo(-3);
                })
                .hasMessageContaining("semidefinite");
        assertThatThrownBy(() -> PivotedCholesky.of(Tensor.of(new double[][]{{1, 0}, {0, -2}}))).isInstanceOfSatisfying(
                NotPositiveDefiniteException.class, e -> assertThat(e.pivot()).isEqualTo(-2));
        assertThatThrownBy(() -> PivotedCholesky.of(Tensor.of(new double[][]{{0, 1}, {1, 0}}))).isInstanceOf(
                NotPositiveDefiniteException.class)
                .hasMessageContaining("[0, 1]");
        // rounding below zero is none of this
        assertThat(PivotedCholesky.of(Tensor.of(new double[][]{{1, 1}, {1, 1 - EPSILON}})).rank()).isEqualTo(1);
    }

    @Test
    void badInputIsRefusedAndNamed() {
        Tensor diagonal = Tensor.ones(DType.F64, N);
        assertThatThrownBy(() -> PivotedCholesky.of(matrix(), -1, 0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> PivotedCholesky.of(matrix(), 1, Double.NaN)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> PivotedCholesky.of(diagonal, j -> Tensor.ones(DType.F64, 3), 5, 0)).isInstanceOf(
                ShapeException.class);
        assertThatThrownBy(() -> PivotedCholesky.of(diagonal, j -> Tensor.full(Shape.of(N), Double.NaN, DType.F64), 5,
                0)).isInstanceOf(InvalidDataException.class);
        LinearOperator general = LinearOperator.of(N, N, DType.F64, x -> x, x -> x);
        assertThatThrownBy(() -> PivotedCholesky.of(general, diagonal, 5, 0)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("asPositiveSemidefinite");
        assertThatThrownBy(() -> PivotedCholesky.of(general.asSymmetric(), Tensor.ones(DType.F32, N), 5, 0))
                .isInstanceOf(ShapeException.class);
    }
}
