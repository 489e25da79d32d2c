package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.EntrywiseEstimate;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.Svd;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Diagonals, row norms and Schatten norms. */
class EntrywiseEstimatorTest {
    private static final int N = 60;

    record Entry<E extends EntrywiseEstimator<E>>(String name, IntFunction<E> withBudget, Use<E> use, int smallest,
            boolean even, boolean rows) {
        EntrywiseEstimate estimate(int budget, LinearOperator operator, UnaryOperator<E> options) {
            return use.estimate(options.apply(withBudget.apply(budget)), operator);
        }

        double[] truth(Tensor matrix) {
            int n = matrix.shape().extent(0);
            double[] a = matrix.toDoubles();
            double[] truth = new double[n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    truth[i] += rows ? a[i * n + j] * a[i * n + j] : i == j ? a[i * n + j] : 0;
                }
            }
            return truth;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    interface Use<E> {
        EntrywiseEstimate estimate(E estimator, LinearOperator operator);
    }

    static List<Entry<?>> entries() {
        return List.of(new Entry<>("HutchinsonDiagonal", HutchinsonDiagonal::matvecs, HutchinsonDiagonal::diagonal, 2,
                false, false),
                new Entry<>("DiagPlusPlus", DiagPlusPlus::matvecs, DiagPlusPlus::diagonal, 4, false, false),
                new Entry<>("XDiag", XDiag::matvecs, XDiag::diagonal, 4, true, false),
                new Entry<>("RowNorms.squared", RowNorms::matvecs, RowNorms::squared, 2, false, true));
    }

    private static Tensor general() {
        return new ProbeStream(Probes.GAUSSIAN, 5, 5).block(DType.F64, N, 0, N);
    }

    private static Tensor symmetric() {
        return Spectra.matrix(N, DType.F64, i -> 1.0 / (1 + i));
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends EntrywiseEstimator<E>> void spendsWhatItSays(Entry<E> entry) {
        for (Tensor matrix : List.of(symmetric(), general())) {
            for (int budget = entry.smallest; budget < N; budget += 5) {
                CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
                EntrywiseEstimate estimate = entry.estimate(budget, counting, e -> e);
                assertThat(counting.products()).isEqualTo(entry.even ? budget / 2 * 2 : budget)
                        .isEqualTo(estimate.numMatvecs());
                assertThat(estimate.size()).isEqualTo(N);
                EntrywiseEstimate apart = entry.estimate(budget, LinearOperator.of(matrix), e -> e.blockSize(3));
                for (int i = 0; i < N; i++) {
                    double size = Math.abs(estimate.values().get(i)) + 1;
                    assertThat(apart.values().get(i)).isCloseTo(estimate.values().get(i), within(1e-10 * size));
                }
            }
        }
        assertThatThrownBy(() -> entry.estimate(entry.smallest - 1, LinearOperator.of(symmetric()), e -> e))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("at least");
    }

    /** Over 3,000 seeds the mean of each entry is within 5 of its standard errors of the truth: 1 in a million errs. */
    @ParameterizedTest
    @MethodSource("entries")
    <E extends EntrywiseEstimator<E>> void isUnbiased(Entry<E> entry) {
        for (Tensor matrix : List.of(symmetric(), general())) {
            double[] truth = entry.truth(matrix);
            LinearOperator operator = LinearOperator.of(matrix);
            int trials = 1000;
            double[] sums = new double[N];
            double[] squares = new double[N];
            for (int seed = 0; seed < trials; seed++) {
                EntrywiseEstimate estimate = entry.estimate(14, operator, seeded(seed));
                for (int i = 0; i < N; i++) {
                    double error = estimate.values().get(i) - truth[i];
                    sums[i] += error;
                    squares[i] += error * error;
                }
            }
            for (int i = 0; i < N; i++) {
                assertThat(Math.abs(sums[i]) / trials).isLessThan(5 * Math.sqrt(squares[i]) / trials);
            }
        }
    }

    private static <E extends EntrywiseEstimator<E>> UnaryOperator<E> seeded(long seed) {
        return e -> e.seed(seed);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends EntrywiseEstimator<E>> void isExactWhereTheBudgetReachesTheDimension(Entry<E> entry) {
        for (Tensor matrix : List.of(symmetric(), general())) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            EntrywiseEstimate estimate = entry.estimate(N, counting, e -> e.blockSize(7));
            assertThat(counting.products()).isEqualTo(N);
            assertThat(estimate.errorBar()).isEqualTo(ErrorBar.EXACT);
            assertThat(estimate.route()).contains("identity");
            double[] truth = entry.truth(matrix);
            for (int i = 0; i < N; i++) {
                assertThat(estimate.values().get(i)).isCloseTo(truth[i], within(N * 0x1p-52 * Math.abs(truth[i])));
                assertThat(estimate.interval(i, 0.95).halfWidth()).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends EntrywiseEstimator<E>> void spendsWhatAnErrorAsksFor(Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(symmetric());
        double[] truth = entry.truth(symmetric());
        long before = 0;
        for (double error : new double[]{3, 0.6, 1e-9}) {
            double asked = Math.min(error, 0.99);
            CountingOperator counting = CountingOperator.of(operator);
            EntrywiseEstimate estimate = entry.estimate(20 * N, counting, e -> e.relativeError(asked));
            assertThat(estimate.converged()).isTrue();
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isBetween(before, 20L * N);
            assertThat(estimate.relativeHalfWidth(0.95)).isLessThanOrEqualTo(asked);
            double wrong = 0;
            double size = 0;
            for (int i = 0; i < N; i++) {
                wrong = Math.hypot(wrong, estimate.values().get(i) - truth[i]);
                size = Math.hypot(size, estimate.values().get(i));
            }
            assertThat(wrong).isLessThanOrEqualTo(3 * asked * size);
            before = estimate.numMatvecs();
        }
        EntrywiseEstimate poor = entry.estimate(20, operator, e -> e.relativeError(1e-9));
        assertThat(poor.converged()).isFalse();
        assertThat(poor.numMatvecs()).isEqualTo(20);
        assertThat(poor.toString()).contains("not converged").hasSizeLessThan(1000);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends EntrywiseEstimator<E>> void worksInSinglePrecisionAndRefusesBadInput(Entry<E> entry) {
        Tensor narrow = symmetric().cast(DType.F32);
        EntrywiseEstimate estimate = entry.estimate(40, LinearOperator.of(narrow), e -> e);
        EntrywiseEstimate wide = entry.estimate(40, LinearOperator.of(narrow.cast(DType.F64)), e -> e);
        for (int i = 0; i < N; i++) {
            assertThat(estimate.values().get(i)).isCloseTo(wide.values().get(i), within(1e4 * 0x1p-24));
        }
        LinearOperator broken = LinearOperator.symmetric(N, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> entry.estimate(20, broken, e -> e)).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> entry.estimate(20, LinearOperator.of(Tensor.zeros(DType.F64, 0, 0)), e -> e))
                .isInstanceOf(InvalidDataException.class);
    }

    /** By the definition: an own basis without each probe in turn. */
    @Test
    void xDiagIsTheMeanOfLeaveOneOutEstimates() {
        int k = 8;
        for (Tensor matrix : List.of(general(), symmetric())) {
            Tensor probes = new ProbeStream(Probes.RADEMACHER, 3, 0).block(DType.F64, N, 0, k);
            Tensor images = matrix.matmul(probes);
            double[] sums = new double[N];
            for (int i = 0; i < k; i++) {
                Tensor others = Columns.join(Columns.range(images, 0, i), Columns.range(images, i + 1, k));
                OrthonormalBasis basis = OrthonormalBasis.spanning(others);
                double[] rest = basis.complement(matrix).toDoubles();
                double[] whole = matrix.toDoubles();
                double[] image = basis.complement(Columns.range(images, i, i + 1)).toDoubles();
                for (int j = 0; j < N; j++) {
                    sums[j] += whole[j * N + j] - rest[j * N + j] + probes.get(j, i) * image[j];
                }
            }
            EntrywiseEstimate estimate = XDiag.matvecs(2 * k).seed(3).diagonal(LinearOperator.of(matrix));
            for (int j = 0; j < N; j++) {
                // conditions of A·Ω are below 1e4, entries below 100
                assertThat(estimate.values().get(j)).isCloseTo(sums[j] / k, within(1e6 * 0x1p-52));
            }
            assertThat(estimate.errorBar()).isEqualTo(ErrorBar.LEAVE_ONE_OUT);
        }
    }

    /** On a decaying spectrum whose eigenvectors are not the unit vectors, taking out the range helps a lot. */
    @Test
    void sketchesHelpTheDiagonalOfADecayingSpectrum() {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> Math.exp(-0.5 * i));
        LinearOperator operator = LinearOperator.of(matrix);
        double[] truth = entries().getFirst().truth(matrix);
        double plain = 0;
        double deflated = 0;
        double exchanged = 0;
        for (int seed = 0; seed < 20; seed++) {
            plain += error(HutchinsonDiagonal.matvecs(40).seed(seed).diagonal(operator), truth);
            deflated += error(DiagPlusPlus.matvecs(40).seed(seed).diagonal(operator), truth);
            exchanged += error(XDiag.matvecs(40).seed(seed).diagonal(operator), truth);
        }
        assertThat(deflated).isLessThan(0.05 * plain);
        assertThat(exchanged).isLessThan(0.05 * plain);
    }

    private static double error(EntrywiseEstimate estimate, double[] truth) {
        double sum = 0;
        for (int i = 0; i < truth.length; i++) {
            sum = Math.hypot(sum, estimate.values().get(i) - truth[i]);
        }
        return sum;
    }

    @Test
    void xDiagTakesSignsOnly() {
        assertThatThrownBy(() -> XDiag.matvecs(8).probes(Probes.GAUSSIAN).diagonal(LinearOperator.of(symmetric())))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("Rademacher");
        assertThatThrownBy(() -> XDiag.matvecs(8).diagonal(LinearOperator.of(Tensor.zeros(DType.F64, 3, 4))))
                .isInstanceOf(ShapeException.class);
    }

    @Test
    void rowNormsOfRectanglesAreExactByTheSmallerSide() {
        Tensor tall = new ProbeStream(Probes.GAUSSIAN, 5, 5).block(DType.F64, 40, 0, 9);
        for (Tensor matrix : List.of(tall, tall.transpose())) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
            EntrywiseEstimate norms = RowNorms.matvecs(9).blockSize(2).norms(counting);
            assertThat(counting.products()).isEqualTo(9);
            double[] squares = Columns.dots(matrix.transpose(), matrix.transpose());
            for (int i = 0; i < squares.length; i++) {
                assertThat(norms.values().get(i)).isCloseTo(Math.sqrt(squares[i]), within(64 * 0x1p-52 * Math.sqrt(
                        squares[i])));
            }
        }
        EntrywiseEstimate sampled = RowNorms.matvecs(30).norms(LinearOperator.of(general()));
        assertThat(sampled.relativeHalfWidth(0.95)).isBetween(0.2, 0.35);
    }

    @Test
    void schattenNormsAreThoseOfTheSingularValues() {
        Tensor matrix = new ProbeStream(Probes.GAUSSIAN, 5, 5).block(DType.F64, 90, 0, N)
                .times(Tensor.wrap(
                        cotangent.dsl.Shape.of(N),
                        java.util.stream.IntStream.range(0, N)
                                .mapToDouble(i -> 1.0 / (1 + i))
                                .toArray()));
        double[] values = Svd.values(matrix).toDoubles();
        for (LinearOperator operator : List.of(LinearOperator.of(matrix), LinearOperator.of(matrix.transpose()))) {
            for (double p : new double[]{1, 1.5, 2, 3, 4, 6}) {
                double power = 0;
                for (double value : values) {
                    power += Math.pow(value, p);
                }
                CountingOperator counting = CountingOperator.of(operator);
                Estimate estimate = SchattenNorm.matvecs(56).seed(1).norm(counting, p);
                assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isBetween(40L, 56L);
                assertThat(estimate.interval(0.9999).contains(Math.pow(power, 1 / p))).as("p = %s, %s", p, estimate)
                        .isTrue();
                Estimate exact = SchattenNorm.matvecs(N).power(operator, p);
                assertThat(exact.errorBar()).isEqualTo(ErrorBar.EXACT);
                assertThat(exact.value()).isCloseTo(power, within(1e3 * 0x1p-52 * power * p));
            }
        }
        Estimate accurate = SchattenNorm.matvecs(4000)
                .relativeError(0.05)
                .norm(LinearOperator.diagonal(Tensor.wrap(
                        cotangent.dsl.Shape.of(5000),
                        java.util.stream.IntStream.range(0, 5000)
                                .mapToDouble(i -> 1 / (1.0 + i))
                                .toArray())),
                        4);
        assertThat(accurate.converged()).isTrue();
        assertThatThrownBy(() -> SchattenNorm.matvecs(10).norm(LinearOperator.of(matrix), 0.5)).isInstanceOf(
                InvalidDataException.class);
    }
}
