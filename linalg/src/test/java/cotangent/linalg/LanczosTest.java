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
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LanczosTest {
    private static final int N = 120;
    private static final int K = 5;
    private static final double EPSILON = 0x1p-52;

    /** A spectrum that troubles Krylov methods, with the solver's tolerance 1e-10 within reach. */
    record Spectrum(String name, IntToDoubleFunction eigenvalue) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Spectrum> spectra() {
        return List.of(new Spectrum("arithmetic", i -> 1.0 + i), new Spectrum("geometric", i -> Math.pow(0.97, i)),
                new Spectrum("both signs", i -> (i % 2 == 0 ? 1 : -1) * (1.0 + i)),
                new Spectrum("repeated ends", i -> i < 3 ? 10 : i >= N - 3 ? -10 : Math.cos(i)),
                new Spectrum("all equal", i -> 4),
                new Spectrum("two values", i -> i < 60 ? 1 : -1), new Spectrum("zero", i -> 0),
                new Spectrum("rank one", i -> i == 0 ? 3 : 0),
                new Spectrum("clustered top", i -> i < 5 ? 2 + 1e-6 * i : 1.0 / (1 + i)),
                new Spectrum("step", i -> i < 40 ? 1 + 1e-3 * i : 1e-9 * i),
                new Spectrum("tiny", i -> Math.scalb(1.0 + i, -1000)), new Spectrum("huge", i -> Math.scalb(1.0 + i,
                        1000)),
                new Spectrum("graded", i -> Math.pow(10, -2.0 * i)));
    }

    private static Tensor diagonal(IntToDoubleFunction eigenvalue) {
        return Tensor.of(IntStream.range(0, N).mapToDouble(eigenvalue).toArray());
    }

    /** A diagonal operator: its eigenvalues are known exactly, and its products round once. */
    private static LinearOperator operator(Spectrum spectrum) {
        return LinearOperator.diagonal(diagonal(spectrum.eigenvalue));
    }

    private record End(boolean magnitude, IntFunction<Lanczos> solver, Comparator<Double> order) {}

    private static List<End> ends() {
        return List.of(new End(false, Lanczos::largest, Comparator.reverseOrder()), new End(false, Lanczos::smallest,
                Comparator.naturalOrder()),
                new End(true, Lanczos::largestMagnitude, Comparator.comparingDouble(x -> -Math.abs(x))));
    }

    /** Every value within its bound and the rounding of N-term sums of the wanted eigenvalue, multiplicities included. */
    @ParameterizedTest
    @MethodSource("spectra")
    void findsTheWantedEnd(Spectrum spectrum) {
        double largest = IntStream.range(0, N).mapToDouble(spectrum.eigenvalue).map(Math::abs).max().orElse(0);
        double rounding = N * EPSILON * largest;
        for (End end : ends()) {
            Eigenpairs pairs = end.solver.apply(K).decompose(operator(spectrum));
            double[] expected = IntStream.range(0, N)
                    .mapToObj(spectrum.eigenvalue::applyAsDouble)
                    .sorted(end.order)
                    .mapToDouble(x -> x)
                    .limit(K)
                    .toArray();
            assertThat(pairs.converged()).as(end.solver.apply(K) + " " + pairs).isTrue();
            for (int i = 0; i < K; i++) {
                double value = pairs.values().get(i);
                double error = end.magnitude ? Math.abs(value) - Math.abs(expected[i]) : value - expected[i];
                assertThat(Math.abs(error)).as("%s %d of %s", end.solver.apply(K), i, pairs)
                        .isLessThanOrEqualTo(pairs.valueBound(i) + rounding);
            }
            RandomizedEighTest.assertOrthonormal(pairs.vectors(), 1);
            assertResidualsAreTrue(operator(spectrum), pairs, rounding);
        }
    }

    private static void assertResidualsAreTrue(LinearOperator operator, Eigenpairs pairs, double rounding) {
        Tensor images = operator.matmat(pairs.vectors());
        for (int j = 0; j < pairs.size(); j++) {
            double norm = 0;
            for (int i = 0; i < N; i++) {
                norm = Math.hypot(norm, images.get(i, j) - pairs.values().get(j) * pairs.vectors().get(i, j));
            }
            assertThat(pairs.residuals().get(j)).isCloseTo(norm, within(rounding));
            assertThat(norm).isLessThanOrEqualTo(pairs.tolerance() + rounding);
        }
    }

    @Test
    void takesBothEndsInTurn() {
        Eigenpairs pairs = Lanczos.bothEnds(5).decompose(operator(new Spectrum("arithmetic", i -> 1.0 + i)));
        double[] expected = {N, 1, N - 1, 2, N - 2};
        for (int i = 0; i < 5; i++) {
            assertThat(pairs.values().get(i)).isCloseTo(expected[i], within(pairs.valueBound(i) + N * EPSILON * N));
            assertThat(pairs.gaps().get(i)).isBetween(0.9, 1.0);
        }
    }

    /** At loose tolerances, where they mean something: Weyl's, Kato and Temple's, and Davis and Kahan's bounds hold. */
    @Test
    void boundsHoldAtLooseTolerances() {
        double rounding = N * EPSILON * N;
        double widest = 0;
        for (double tolerance : new double[]{1e-1, 1e-2, 1e-3, 1e-5}) {
            for (int seed = 0; seed < 20; seed++) {
                Eigenpairs pairs = Lanczos.largest(3)
                        .tolerance(tolerance)
                        .seed(seed)
                        .decompose(operator(new Spectrum("arithmetic", i -> (double) (N - i))));
                double squares = 0;
                for (int j = 0; j < 3; j++) {
                    double error = Math.abs(pairs.values().get(j) - (N - j));
                    squares += error * error;
                    double cosine = Math.abs(pairs.vectors().get(j, j));
                    double sine = Math.sqrt(Math.max(0, 1 - cosine * cosine));
                    assertThat(error).isLessThanOrEqualTo(pairs.valueBound(j) + rounding);
                    // 1 - cos² loses half the digits
                    assertThat(sine).isLessThanOrEqualTo(pairs.angleBound(j) + Math.sqrt(N * EPSILON));
                    assertThat(pairs.gaps().get(j)).isLessThanOrEqualTo(1 + rounding);
                    assertThat(pairs.valueBound(j)).isLessThanOrEqualTo(pairs.residuals().get(j));
                    assertThat(pairs.estimate(j).interval(0.5).halfWidth()).isCloseTo(pairs.residuals().get(j), within(
                            N * EPSILON * N));
                    widest = Math.max(widest, sine);
                }
                assertThat(Math.sqrt(squares)).isLessThanOrEqualTo(Math.sqrt(3) * pairs.weylBound() + rounding);
            }
        }
        assertThat(widest).as("some vectors were off enough for the bounds to be tested").isGreaterThan(1e-3);
    }

    @Test
    void agreesWithEighOnADenseMatrix() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> Math.cos(1.7 * i) / (1 + 0.01 * i));
        Eigh exact = Eigh.of(matrix);
        Eigenpairs pairs = Lanczos.smallest(4).decompose(LinearOperator.of(matrix));
        for (int j = 0; j < 4; j++) {
            assertThat(pairs.values().get(j)).isCloseTo(exact.values().get(j), within(pairs.valueBound(j) + 10 * N
                    * EPSILON));
            double sine = 0;
            for (int i = 0; i < N; i++) {
                sine = Math.hypot(sine, pairs.vectors().get(i, j) - exact.vectors().get(i, j));
            }
            // signs agree by convention; 2 sin(φ/2) ≤ √2 sin φ up to a right angle
            assertThat(sine).isLessThanOrEqualTo(1.5 * pairs.angleBound(j) + 100 * N * EPSILON);
        }
    }

    @Test
    void spendsWhatItSaysAndIsExactInTheWholeSpace() {
        LinearOperator operator = operator(new Spectrum("arithmetic", i -> 1.0 + i));
        CountingOperator counting = CountingOperator.of(operator);
        AtomicLong last = new AtomicLong();
        Eigenpairs pairs = Lanczos.largest(K)
                .listener((done, total) -> {
                    assertThat(done).isGreaterThan(last.getAndSet(done)).isLessThanOrEqualTo(total);
                })
                .decompose(counting);
        assertThat(counting.products()).isEqualTo(pairs.numMatvecs()).isEqualTo(last.get());
        assertThat(pairs.route()).contains("thick-restart");

        CountingOperator whole = CountingOperator.of(operator);
        Eigenpairs all = Lanczos.largest(K).dimension(N).decompose(whole);
        assertThat(whole.products()).isEqualTo(N + K).isEqualTo(all.numMatvecs());
        assertThat(all.route()).contains("exact");
        Eigenpairs every = Lanczos.smallest(3).decompose(LinearOperator.diagonal(Tensor.of(new double[]{3, 1, 2})));
        assertThat(every.values().toDoubles()).usingComparatorWithPrecision(12 * EPSILON).containsExactly(1, 2, 3);
        assertThat(every.gaps().get(0)).isCloseTo(1, within(100 * EPSILON));
        Eigenpairs single = Lanczos.largest(1).decompose(LinearOperator.diagonal(Tensor.of(new double[]{-7})));
        assertThat(single.values().get(0)).isEqualTo(-7);
        assertThat(single.gaps().get(0)).isInfinite();
    }

    @Test
    void saysWhenItDidNotConverge() {
        LinearOperator operator = operator(new Spectrum("arithmetic", i -> 1.0 + i));
        CountingOperator counting = CountingOperator.of(operator);
        Eigenpairs pairs = Lanczos.largest(K).maxMatvecs(30).decompose(counting);
        assertThat(counting.products()).isEqualTo(30);
        assertThat(pairs.converged()).isFalse();
        assertThat(pairs.toString()).contains("not converged");
        assertThat(pairs.estimates()).anyMatch(estimate -> !estimate.converged());
        for (int i = 0; i < K; i++) {
            double value = pairs.values().get(i);
            assertThat(Math.abs(value - Math.clamp(Math.rint(value), 1, N))).isLessThanOrEqualTo(pairs.residuals()
                    .get(
                            i)
                    + N * EPSILON * N);
        }
        Eigenpairs fewest = Lanczos.largest(K).maxMatvecs(2 * K).decompose(operator);
        assertThat(fewest.numMatvecs()).isEqualTo(2 * K);
        assertThat(fewest.gaps().toDoubles()).containsOnly(0);
    }

    /** The lower end of 0.8^i: gaps of 1e-12 of the norm are beyond 1,200 products; a space of dimension n has no trouble. */
    @Test
    void anEndTooCrowdedIsReportedNotGuessed() {
        LinearOperator operator = operator(new Spectrum("geometric", i -> Math.pow(0.8, i)));
        Eigenpairs pairs = Lanczos.smallest(K).decompose(operator);
        assertThat(pairs.converged()).isFalse();
        assertThat(pairs.numMatvecs()).isEqualTo(10 * N);
        Eigenpairs whole = Lanczos.smallest(K).dimension(N).decompose(operator);
        assertThat(whole.converged()).isTrue();
        for (int i = 0; i < K; i++) {
            assertThat(whole.values().get(i)).isCloseTo(Math.pow(0.8, N - 1 - i), within(N * EPSILON));
            double value = pairs.values().get(i);
            assertThat(value).isGreaterThanOrEqualTo(whole.values().get(i) - N * EPSILON);
            double nearest = IntStream.range(0, N).mapToDouble(j -> Math.abs(Math.pow(0.8, j) - value)).min().orElse(1);
            assertThat(nearest).isLessThanOrEqualTo(pairs.residuals().get(i) + N * EPSILON);
        }
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        LinearOperator operator = operator(new Spectrum("geometric", i -> Math.pow(0.9, i)));
        Eigenpairs first = Lanczos.largest(K).seed(5).decompose(operator);
        Eigenpairs second = Lanczos.largest(K).seed(5).decompose(operator);
        assertThat(first.values().toDoubles()).isEqualTo(second.values().toDoubles());
        assertThat(first.vectors().toDoubles()).isEqualTo(second.vectors().toDoubles());
        assertThat(Lanczos.largest(K).seed(6).decompose(operator).vectors().toDoubles())
                .isNotEqualTo(first.vectors().toDoubles());
    }

    @Test
    void worksInSinglePrecision() {
        Tensor matrix = RandomizedEighTest.symmetric(N, i -> 1.0 / (1 + i)).cast(DType.F32);
        Tensor exact = Eigh.values(matrix.cast(DType.F64));
        Eigenpairs pairs = Lanczos.largest(K).decompose(LinearOperator.of(matrix));
        assertThat(pairs.vectors().dtype()).isEqualTo(DType.F32);
        assertThat(pairs.converged()).as(pairs.toString()).isTrue();
        for (int i = 0; i < K; i++) {
            assertThat(pairs.values().get(i)).isCloseTo(exact.get(N - 1 - i), within(pairs.valueBound(i) + N
                    * 0x1p-23));
        }
        RandomizedEighTest.assertOrthonormal(pairs.vectors(), 0x1p29);
    }

    @Test
    void randomizedPairsHaveBoundsToo() {
        Tensor matrix = RandomizedEighTest.symmetric(60, i -> Math.pow(0.7, i));
        for (int seed = 0; seed < 20; seed++) {
            Eigenpairs pairs = RandomizedEigh.rank(4)
                    .oversampling(4)
                    .powerIterations(1)
                    .seed(seed)
                    .decompose(LinearOperator.of(matrix));
            assertThat(pairs.converged()).isTrue();
            for (int j = 0; j < 4; j++) {
                assertThat(pairs.gaps().get(j)).isPositive();
                assertThat(Math.abs(pairs.values().get(j) - Math.pow(0.7, j))).isLessThanOrEqualTo(pairs.valueBound(j)
                        + 10 * 60 * EPSILON);
            }
        }
        assertThat(RandomizedEigh.rank(4).oversampling(0).decompose(LinearOperator.of(matrix)).gaps().toDoubles())
                .containsOnly(0);
    }

    @Test
    void refusesWhatItCannotDecompose() {
        LinearOperator five = LinearOperator.of(Tensor.eye(5, DType.F64));
        assertThatThrownBy(() -> Lanczos.largest(6).decompose(five)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("at most 5")
                .hasMessageContaining("got 6");
        assertThatThrownBy(() -> Lanczos.smallest(0)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Lanczos.largest(3).dimension(4)).isInstanceOf(ShapeException.class)
                .hasMessageContaining("at least 5");
        assertThatThrownBy(() -> Lanczos.largest(3).maxMatvecs(5)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Lanczos.largest(3).tolerance(Double.NaN)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> Lanczos.largest(1)
                .decompose(LinearOperator.of(Tensor.of(new double[][]{{1, 2}, {3, 4}}))))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("symmetric");
        assertThatThrownBy(() -> Lanczos.largest(1).decompose(LinearOperator.of(Tensor.zeros(DType.F64, 0, 0))))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("empty");
        LinearOperator broken = LinearOperator.symmetric(40, DType.F64, block -> Tensor.full(Shape.of(40, block.shape()
                .extent(1)), Double.NaN, DType.F64));
        assertThatThrownBy(() -> Lanczos.largest(1).decompose(broken)).isInstanceOf(InvalidDataException.class);
    }
}
