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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TruncatedSvdTest {
    private static final int K = 5;
    private static final double EPSILON = 0x1p-52;

    record Case(String name, int m, int n, IntToDoubleFunction value) {
        @Override
        public String toString() {
            return "%s %dx%d".formatted(name, m, n);
        }
    }

    static List<Case> cases() {
        return List.of(new Case("arithmetic", 130, 90, i -> 90.0 - i), new Case("arithmetic", 90, 130, i -> 90.0 - i),
                new Case("geometric", 100, 100, i -> Math.pow(0.8, i)), new Case("repeated", 120, 80, i -> i < 3
                        ? 2
                        : 1 / (1.0 + i)),
                new Case("all equal", 60, 50, i -> 3), new Case("clustered", 80, 120, i -> i < 5 ? 2 + 1e-6 * (5 - i)
                        : 1.0 / (1 + i)),
                new Case("rank two", 90, 70, i -> i < 2 ? 2 - i : 0), new Case("zero", 50, 60, i -> 0), new Case("tiny",
                        70, 60, i -> Math.scalb(60.0 - i, -900)),
                new Case("huge", 60, 70, i -> Math.scalb(60.0 - i, 900)), new Case("graded", 60, 60, i -> Math.pow(10,
                        -3.0 * i)),
                new Case("small", 9, 6, i -> 6.0 - i), new Case("row", 1, 40, i -> 7), new Case("one", 1, 1, i -> 7));
    }

    static Tensor matrix(int m, int n, IntToDoubleFunction value) {
        int r = Math.min(m, n);
        double[] u = Qr.of(new ProbeStream(Probes.GAUSSIAN, 1, 9).block(DType.F64, m, 0, r)).q().toDoubles();
        Tensor v = Qr.of(new ProbeStream(Probes.GAUSSIAN, 2, 9).block(DType.F64, n, 0, r)).q();
        for (int i = 0; i < u.length; i++) {
            u[i] *= value.applyAsDouble(i % r);
        }
        return Tensor.wrap(Shape.of(m, r), u).matmul(v.transpose());
    }

    /** Each value within its residual, and the rounding of the matrix made here, of the singular value of its rank. */
    @ParameterizedTest
    @MethodSource("cases")
    void findsTheLargest(Case c) {
        int k = Math.min(K, Math.min(c.m, c.n));
        LinearOperator a = LinearOperator.of(matrix(c.m, c.n, c.value));
        SingularTriplets triplets = TruncatedSvd.rank(k).decompose(a);
        double largest = c.value.applyAsDouble(0);
        double rounding = 10 * (c.m + c.n) * EPSILON * largest;
        assertThat(triplets.converged()).as(triplets.toString()).isTrue();
        for (int j = 0; j < k; j++) {
            assertThat(triplets.values().get(j)).as(triplets.toString())
                    .isCloseTo(c.value.applyAsDouble(j), within(triplets.residuals().get(j) + rounding));
        }
        RandomizedEighTest.assertOrthonormal(triplets.u(), 4);
        RandomizedEighTest.assertOrthonormal(triplets.vt().transpose(), 4);
        Tensor images = a.matmat(triplets.vt().transpose());
        Tensor others = a.rmatmat(triplets.u());
        for (int j = 0; j < k; j++) {
            double norm = 0;
            for (int i = 0; i < c.m; i++) {
                norm = Math.hypot(norm, images.get(i, j) - triplets.values().get(j) * triplets.u().get(i, j));
            }
            for (int i = 0; i < c.n; i++) {
                norm = Math.hypot(norm, others.get(i, j) - triplets.values().get(j) * triplets.vt().get(j, i));
            }
            assertThat(triplets.residuals().get(j)).isCloseTo(norm * Math.sqrt(0.5), within(rounding));
        }
    }

    /** Not through AᵀA: a singular value of 1e-9 of the norm is found to 1e-16 of the norm, not to its square root. */
    @Test
    void keepsSmallSingularValues() {
        int n = 40;
        Tensor a = matrix(60, n, i -> Math.pow(10, -9.0 * i / (n - 1)));
        SingularTriplets all = TruncatedSvd.rank(n).decompose(LinearOperator.of(a));
        for (int j = 0; j < n; j++) {
            assertThat(all.values().get(j)).isCloseTo(Math.pow(10, -9.0 * j / (n - 1)), within(10 * 100 * EPSILON));
        }
    }

    @Test
    void spendsWhatItSays() {
        LinearOperator a = LinearOperator.of(matrix(130, 90, i -> 90.0 - i));
        CountingOperator counting = CountingOperator.of(a);
        AtomicLong last = new AtomicLong();
        SingularTriplets triplets = TruncatedSvd.rank(K)
                .listener((done, total) -> assertThat(done).isGreaterThan(last.getAndSet(done))
                        .isLessThanOrEqualTo(total))
                .decompose(counting);
        assertThat(counting.products()).isEqualTo(triplets.numMatvecs()).isEqualTo(last.get());
        assertThat(counting.matvecs()).isEqualTo(counting.rmatvecs());
        CountingOperator whole = CountingOperator.of(a);
        assertThat(TruncatedSvd.rank(K).dimension(90).decompose(whole).route()).contains("exact");
        assertThat(whole.products()).isEqualTo(2 * 90 + 2 * K);
        CountingOperator few = CountingOperator.of(a);
        SingularTriplets stopped = TruncatedSvd.rank(K).maxMatvecs(40).decompose(few);
        assertThat(few.products()).isEqualTo(40);
        assertThat(stopped.converged()).isFalse();
        assertThat(stopped.toString()).contains("not converged");
        double[] exact = Svd.values(a.toDense()).toDoubles();
        for (int j = 0; j < K; j++) {
            double nearest = Double.POSITIVE_INFINITY;
            for (double value : exact) {
                nearest = Math.min(nearest, Math.abs(value - stopped.values().get(j)));
            }
            assertThat(nearest).isLessThanOrEqualTo(stopped.residuals().get(j) + 2200 * EPSILON * 90);
        }
        assertThat(TruncatedSvd.rank(K).maxMatvecs(4 * K).decompose(a).numMatvecs()).isEqualTo(4 * K);
    }

    @Test
    void worksInSinglePrecisionWithTheSameBitsEachTime() {
        Tensor a = matrix(80, 60, i -> 1.0 / (1 + i)).cast(DType.F32);
        SingularTriplets triplets = TruncatedSvd.rank(K).decompose(LinearOperator.of(a));
        assertThat(triplets.converged()).as(triplets.toString()).isTrue();
        assertThat(triplets.u().dtype()).isEqualTo(DType.F32);
        for (int j = 0; j < K; j++) {
            assertThat(triplets.values().get(j)).isCloseTo(1.0 / (1 + j), within(triplets.residuals().get(j) + 140
                    * 0x1p-23));
        }
        assertThat(TruncatedSvd.rank(K).decompose(LinearOperator.of(a)).u().toDoubles()).isEqualTo(triplets.u()
                .toDoubles());
    }

    @Test
    void refusesWhatItCannotDecompose() {
        LinearOperator five = LinearOperator.identity(5, DType.F64);
        assertThatThrownBy(() -> TruncatedSvd.rank(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> TruncatedSvd.rank(6).decompose(five)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("at most 5");
        assertThatThrownBy(() -> TruncatedSvd.rank(3).dimension(4)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> TruncatedSvd.rank(3).maxMatvecs(11)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> TruncatedSvd.rank(3).tolerance(Double.NaN)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> TruncatedSvd.rank(1).decompose(LinearOperator.of(Tensor.zeros(DType.F64, 4, 0))))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("empty");
        LinearOperator broken = LinearOperator.symmetric(40, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> TruncatedSvd.rank(1).decompose(broken)).isInstanceOf(InvalidDataException.class);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> TruncatedSvd.rank(1).decompose(five)).isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
