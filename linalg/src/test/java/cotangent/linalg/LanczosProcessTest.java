package cotangent.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LanczosProcessTest {
    private static final int N = 150;
    private static final double EPSILON = 0x1p-52;

    static LinearOperator diagonal(IntToDoubleFunction eigenvalue) {
        return LinearOperator.diagonal(Tensor.of(IntStream.range(0, N).mapToDouble(eigenvalue).toArray()));
    }

    static Tensor gaussian(int k) {
        return new ProbeStream(Probes.GAUSSIAN, 3, 77).block(DType.F64, N, 0, k);
    }

    static Tensor vector(int n) {
        return new ProbeStream(Probes.GAUSSIAN, 4, 77).block(DType.F64, n, 0, 1).reshape(n);
    }

    /** A V = V T + β v e_mᵀ: each column within the rounding of two product sums of the norm, 4·n·ε. */
    @ParameterizedTest
    @EnumSource(Reorthogonalization.class)
    void obeysItsRecurrence(Reorthogonalization how) {
        LinearOperator a = diagonal(i -> i < 3 ? 100 + i : Math.cos(i));
        LanczosDecomposition lanczos = LanczosProcess.steps(60)
                .reorthogonalization(how)
                .keepBasis()
                .decompose(a, vector(N));
        Tensor v = lanczos.basis();
        Tensor difference = a.matmat(v).minus(v.matmul(lanczos.tridiagonal()));
        int m = lanczos.steps();
        for (int j = 0; j < m; j++) {
            double norm = 0;
            for (int i = 0; i < N; i++) {
                norm = Math.hypot(norm, difference.get(i, j));
            }
            double expected = j + 1 < m ? 0 : lanczos.beta().get(j);
            // what partial and selective re-orthogonalisation remove changes the recurrence, by √u of the norm at most
            boolean removes = how == Reorthogonalization.PARTIAL || how == Reorthogonalization.SELECTIVE;
            double removed = removes ? Math.sqrt(EPSILON / 2) * N * 103 : 0;
            assertThat(norm).isCloseTo(expected, within(4 * N * EPSILON * 103 + removed));
        }
    }

    @Test
    void reportsTheLossOfOrthogonality() {
        LinearOperator a = diagonal(i -> i < 3 ? 100 + 10 * i : Math.cos(i));
        LanczosProcess process = LanczosProcess.steps(80).keepBasis();
        LanczosDecomposition full = process.decompose(a, vector(N));
        assertThat(full.orthogonalityLoss()).isLessThan(10 * N * EPSILON);
        assertThat(full.reorthogonalizations()).isEqualTo(full.steps());
        LanczosDecomposition partial = process.reorthogonalization(Reorthogonalization.PARTIAL).decompose(a, vector(N));
        // semi-orthogonality, with N for what the estimate leaves out
        assertThat(partial.orthogonalityLoss()).isLessThan(10 * Math.sqrt(EPSILON));
        assertThat(partial.reorthogonalizations()).isBetween(2, partial.steps() / 2);
        LanczosDecomposition none = process.reorthogonalization(Reorthogonalization.NONE).decompose(a, vector(N));
        assertThat(none.orthogonalityLoss()).isGreaterThan(0.1);
        assertThat(none.reorthogonalizations()).isZero();
        for (LanczosDecomposition run : new LanczosDecomposition[]{full, partial, none}) {
            double[] losses = run.orthogonalityLosses().toDoubles();
            assertThat(losses).hasSize(run.steps());
            assertThat(Arrays.stream(losses).max().orElse(0)).isEqualTo(run.orthogonalityLoss());
            // the first vector is of norm 1, and the second is orthogonal to it, whatever comes later
            assertThat(losses[0]).isLessThan(N * EPSILON);
            assertThat(losses[1]).isLessThan(N * EPSILON);
        }
        LanczosDecomposition estimated = LanczosProcess.steps(80)
                .reorthogonalization(Reorthogonalization.NONE)
                .decompose(a, vector(N));
        assertThat(estimated.orthogonalityLoss()).isGreaterThan(0.1);
        // copies: more Ritz values at the top than there are eigenvalues
        assertThat(countAbove(50, none)).isGreaterThan(3);
        assertThat(countAbove(50, full)).isEqualTo(3);
        assertThat(countAbove(50, partial)).isEqualTo(3);
    }

    private static long countAbove(double limit, LanczosDecomposition lanczos) {
        return IntStream.range(0, lanczos.steps())
                .filter(i -> lanczos.quadrature().nodes().get(i) > limit)
                .count();
    }

    /** m nodes are exact to degree 2m − 1, whatever the re-orthogonalisation, while m is small. */
    @ParameterizedTest
    @EnumSource(Reorthogonalization.class)
    void quadratureIsExactForPolynomials(Reorthogonalization how) {
        LinearOperator a = diagonal(i -> Math.cos(i));
        Tensor b = vector(N);
        for (int m = 1; m <= 6; m++) {
            LanczosDecomposition.Quadrature rule = LanczosProcess.steps(m)
                    .reorthogonalization(how)
                    .decompose(a, b)
                    .quadrature();
            for (int degree = 0; degree < 2 * m; degree++) {
                double expected = 0;
                for (int i = 0; i < N; i++) {
                    expected += b.get(i) * b.get(i) * Math.pow(Math.cos(i), degree);
                }
                double sum = 0;
                for (int i = 0; i < m; i++) {
                    sum += rule.weights().get(i) * Math.pow(rule.nodes().get(i), degree);
                }
                assertThat(sum).isCloseTo(expected, within(4 * N * EPSILON * N * (degree + 1)));
            }
        }
    }

    @Test
    void endsWithAnInvariantSpace() {
        for (Reorthogonalization how : Reorthogonalization.values()) {
            LanczosProcess process = LanczosProcess.steps(40).reorthogonalization(how);
            LanczosDecomposition three = process.decompose(diagonal(i -> i % 3), vector(N));
            assertThat(three.steps()).isEqualTo(3);
            assertThat(three.invariant()).isTrue();
            assertThat(three.quadrature().nodes().toDoubles())
                    .usingComparatorWithPrecision(4 * N * EPSILON * 2)
                    .containsExactly(0, 1, 2);
            LanczosDecomposition zero = process.decompose(diagonal(i -> 0), vector(N));
            assertThat(zero.steps()).isEqualTo(1);
            assertThat(zero.quadrature().weights().get(0)).isCloseTo(zero.startNorm() * zero.startNorm(), within(N
                    * EPSILON * N));
            LanczosDecomposition nothing = process.decompose(diagonal(i -> i), Tensor.zeros(DType.F64, N));
            assertThat(nothing.steps()).isZero();
            assertThat(nothing.invariant()).isTrue();
            assertThat(nothing.quadrature().nodes().toDoubles()).isEmpty();
        }
        LinearOperator one = LinearOperator.diagonal(Tensor.of(new double[]{5}));
        LanczosDecomposition single = LanczosProcess.steps(3).decompose(one, Tensor.of(new double[]{-2}));
        assertThat(single.alpha().toDoubles()).containsExactly(5);
        LinearOperator empty = LinearOperator.of(Tensor.zeros(DType.F64, 0, 0));
        assertThat(LanczosProcess.steps(3).decompose(empty, Tensor.zeros(DType.F64, 0)).steps()).isZero();
    }

    /** What comes of one vector does not depend on its neighbours: a diagonal operator's products are the same bits. */
    @Test
    void vectorsSideBySideAreIndependentAndCounted() {
        LinearOperator a = diagonal(i -> i % 7 == 0 ? 3 : Math.sin(i));
        Tensor starts = gaussian(4);
        CountingOperator counting = CountingOperator.of(a);
        AtomicLong last = new AtomicLong();
        List<LanczosDecomposition> all = LanczosProcess.steps(12)
                .listener((done, total) -> {
                    assertThat(total).isEqualTo(48);
                    last.set(done);
                })
                .decomposeEach(counting, starts);
        assertThat(counting.matvecs()).isEqualTo(48).isEqualTo(last.get());
        assertThat(counting.calls()).isEqualTo(12);
        for (int j = 0; j < 4; j++) {
            Tensor start = starts.matmul(Tensor.eye(4, DType.F64)).reshape(N, 4);
            double[] column = new double[N];
            for (int i = 0; i < N; i++) {
                column[i] = start.get(i, j);
            }
            LanczosDecomposition alone = LanczosProcess.steps(12).decompose(a, Tensor.of(column));
            assertThat(all.get(j).alpha().toDoubles()).isEqualTo(alone.alpha().toDoubles());
            assertThat(all.get(j).beta().toDoubles()).isEqualTo(alone.beta().toDoubles());
        }
        // a space that ends costs nothing more
        CountingOperator ended = CountingOperator.of(diagonal(i -> i % 2));
        LanczosProcess.steps(12).decomposeEach(ended, starts);
        assertThat(ended.matvecs()).isEqualTo(8);
    }

    @Test
    void survivesExtremeScales() {
        for (int shift : new int[]{-1000, 1000}) {
            LanczosDecomposition lanczos = LanczosProcess.steps(N)
                    .decompose(diagonal(i -> Math.scalb(1.0 + i, shift)), vector(N));
            assertThat(lanczos.orthogonalityLoss()).isLessThan(10 * N * EPSILON);
            double top = lanczos.quadrature().nodes().get(lanczos.steps() - 1);
            assertThat(Math.scalb(top, -shift)).isCloseTo(N, within(10 * N * EPSILON * N));
        }
    }

    @Test
    void worksInSinglePrecision() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> 1.0 / (1 + i)).cast(DType.F32);
        for (Reorthogonalization how : Reorthogonalization.values()) {
            LanczosDecomposition lanczos = LanczosProcess.steps(40)
                    .reorthogonalization(how)
                    .keepBasis()
                    .decompose(LinearOperator.of(matrix), vector(N).cast(DType.F32));
            assertThat(lanczos.basis().dtype()).isEqualTo(DType.F32);
            assertThat(lanczos.quadrature().nodes().get(lanczos.steps() - 1)).isCloseTo(1, within(4 * N * 0x1p-24));
        }
    }

    @Test
    void refusesWhatItCannotDo() {
        LinearOperator five = LinearOperator.of(Tensor.eye(5, DType.F64));
        assertThatThrownBy(() -> LanczosProcess.steps(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> LanczosProcess.steps(2).decompose(five, vector(6))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("f64[5, k]");
        assertThatThrownBy(() -> LanczosProcess.steps(2).decompose(five, gaussian(2)))
                .isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> LanczosProcess.steps(2).decompose(five, vector(5)).basis())
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("keepBasis");
        assertThatThrownBy(() -> LanczosProcess.steps(2)
                .decompose(five, Tensor.full(Shape.of(5), Double.NaN,
                        DType.F64)))
                .isInstanceOf(InvalidDataException.class);
        LinearOperator broken = LinearOperator.symmetric(5, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> LanczosProcess.steps(2).decompose(broken, vector(5)))
                .isInstanceOf(InvalidDataException.class);
        LinearOperator general = LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {3, 4}}));
        assertThatThrownBy(() -> LanczosProcess.steps(2).decompose(general, vector(2)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("symmetric");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> LanczosProcess.steps(2).decompose(five, vector(5)))
                    .isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
