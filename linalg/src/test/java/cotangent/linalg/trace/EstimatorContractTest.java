package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every estimator must do, whatever it estimates. */
class EstimatorContractTest {
    /** How an estimator is used, and what it estimates. */
    interface Use<E> {
        Estimate estimate(E estimator, LinearOperator operator);
    }

    /**
     * One estimator under test.
     *
     * @param smallest  least budget
     * @param square    whether it needs a square operator
     * @param dimension which side a budget must reach
     * @param truth     the quantity, from the matrix
     */
    record Entry<E extends ProbeEstimator<E>>(String name, IntFunction<E> withBudget, Use<E> use, int smallest,
            boolean square, ToDoubleFunction<LinearOperator> dimension, ToDoubleFunction<Tensor> truth) {
        Estimate estimate(int budget, LinearOperator operator, java.util.function.UnaryOperator<E> options) {
            return use.estimate(options.apply(withBudget.apply(budget)), operator);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Entry<?>> entries() {
        return List.of(
                new Entry<>("Hutchinson", Hutchinson::matvecs, Hutchinson::trace, 2, true, LinearOperator::columns,
                        Spectra::trace),
                new Entry<>("HutchPlusPlus", HutchPlusPlus::matvecs, HutchPlusPlus::trace, 4, true,
                        LinearOperator::columns, Spectra::trace),
                new Entry<>("NystromPlusPlus", NystromPlusPlus::matvecs, (estimator, operator) -> estimator.trace(
                        semidefinite(operator)), 4, true, LinearOperator::columns, Spectra::trace),
                new Entry<>("NaHutchPlusPlus", NaHutchPlusPlus::matvecs, NaHutchPlusPlus::trace, 4, true,
                        LinearOperator::columns, Spectra::trace),
                new Entry<>("AHutchPlusPlus", AHutchPlusPlus::matvecs, AHutchPlusPlus::trace, 4, true,
                        LinearOperator::columns, Spectra::trace),
                new Entry<>("RHutch", RHutch::vjps, RHutch::trace, 2, false, LinearOperator::rows, Spectra::squares),
                new Entry<>("FHutch", FHutch::jvps, FHutch::trace, 2, false, LinearOperator::columns, Spectra::squares),
                new Entry<>("FrobeniusNorm.squared", FrobeniusNorm::matvecs, FrobeniusNorm::squared, 4, false,
                        LinearOperator::columns, Spectra::squares),
                new Entry<>("FrobeniusNorm.squared plain", FrobeniusNorm::plainMatvecs, FrobeniusNorm::squared, 2,
                        false,
                        LinearOperator::columns, Spectra::squares),
                new Entry<>("FrobeniusNorm.norm", FrobeniusNorm::matvecs, FrobeniusNorm::norm, 4, false,
                        LinearOperator::columns, matrix -> Math.sqrt(Spectra.squares(matrix))));
    }

    /** Said of square operators only, so that others are refused for their shape. */
    private static LinearOperator semidefinite(LinearOperator operator) {
        return operator.rows() == operator.columns() ? operator.asPositiveSemidefinite() : operator;
    }

    private static Tensor matrix(Entry<?> entry, DType dtype) {
        return entry.square ? Spectra.matrix(30, dtype, i -> 1.0 / (1 + i))
                : new ProbeStream(Probes.GAUSSIAN, 3, 1).block(
                        dtype, 30, 0, 24);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void spendsItsBudgetAndSaysSo(Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(matrix(entry, DType.F64));
        for (int budget = entry.smallest; budget < 20; budget++) {
            CountingOperator counting = CountingOperator.of(operator);
            Estimate estimate = entry.estimate(budget, counting, e -> e);
            assertThat(counting.products()).isEqualTo(budget);
            assertThat(estimate.numMatvecs()).isEqualTo(budget);
            assertThat(estimate.errorBar()).isEqualTo(ErrorBar.SAMPLE);
            assertThat(estimate.samples()).isBetween(2, budget);
            assertThat(estimate.standardError()).isPositive();
            assertThat(estimate.jvps() + estimate.vjps()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void isExactWhereTheBudgetReachesTheDimension(Entry<E> entry) {
        for (DType dtype : new DType[]{DType.F64, DType.F32}) {
            Tensor matrix = matrix(entry, dtype);
            int dimension = (int) entry.dimension.applyAsDouble(LinearOperator.of(matrix));
            for (int budget : new int[]{dimension, dimension + 1, 10 * dimension}) {
                CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
                Estimate estimate = entry.estimate(budget, counting, e -> e.probes(Probes.GAUSSIAN));
                assertThat(counting.products()).isEqualTo(dimension);
                assertThat(estimate.errorBar()).isEqualTo(ErrorBar.EXACT);
                assertThat(estimate.standardError()).isZero();
                assertThat(estimate.route()).contains("identity").contains(Integer.toString(dimension));
                assertThat(estimate.toString()).contains("(exact)");
                // products with unit vectors are exact; only sums of at most 900 terms in float64 round
                assertThat(estimate.value()).isCloseTo(entry.truth.applyAsDouble(matrix),
                        within(1000 * 0x1p-52 * Spectra
                                .squares(matrix)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void doesNotDependOnTheBlockSize(Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(matrix(entry, DType.F64));
        for (Probes law : Probes.values()) {
            Estimate together = entry.estimate(17, operator, e -> e.probes(law).seed(3));
            for (int size : new int[]{1, 2, 5, 16}) {
                CountingOperator counting = CountingOperator.of(operator);
                Estimate apart = entry.estimate(17, counting, e -> e.probes(law).seed(3).blockSize(size));
                assertThat(counting.calls()).isGreaterThanOrEqualTo(17 / size);
                // the same numbers in another order of a few thousand additions; the sketch's QR amplifies by its condition
                assertThat(apart.value()).isCloseTo(together.value(), within(1e-10 * Math.abs(together.value())));
                assertThat(apart.standardError()).isCloseTo(together.standardError(), within(1e-10 * Math.abs(together
                        .value())));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void dependsOnTheSeedAndOnNothingElse(Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(matrix(entry, DType.F64));
        // plain sums of squares of Rademacher probes on the diagonal part are constant, so Gaussian ones are drawn
        Estimate first = entry.estimate(9, operator, e -> e.seed(1).probes(Probes.GAUSSIAN));
        Estimate again = entry.estimate(9, operator, e -> e.seed(1).probes(Probes.GAUSSIAN));
        Estimate other = entry.estimate(9, operator, e -> e.seed(2).probes(Probes.GAUSSIAN));
        assertThat(again.value()).isEqualTo(first.value());
        assertThat(again.standardError()).isEqualTo(first.standardError());
        assertThat(other.value()).isNotEqualTo(first.value());
        assertThat(first.seed()).isEqualTo(1);
    }

    /** Products in float32 with a matrix of 30 columns err by 32·2^-24 of the sizes; statistics are in float64. */
    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void worksInSinglePrecision(Entry<E> entry) {
        Tensor narrow = matrix(entry, DType.F32);
        Tensor wide = Tensor.wrap(narrow.shape(), narrow.toDoubles());
        double size = Math.max(1, Spectra.squares(wide)) * 30;
        Estimate expected = entry.estimate(15, LinearOperator.of(wide), e -> e.seed(4));
        Estimate estimate = entry.estimate(15, LinearOperator.of(narrow), e -> e.seed(4));
        assertThat(estimate.value()).isCloseTo(expected.value(), within(64 * 0x1p-23 * size));
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void reportsProgressUpToTheEnd(Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(matrix(entry, DType.F64));
        List<Long> done = new ArrayList<>();
        entry.estimate(17, operator, e -> e.blockSize(3).listener((spent, total) -> {
            assertThat(total).isEqualTo(17);
            done.add(spent);
        }));
        assertThat(done).isSorted().endsWith(17L).hasSizeGreaterThan(4);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void refusesWhatItCannotUse(Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(matrix(entry, DType.F64));
        assertThatThrownBy(() -> entry.estimate(entry.smallest - 1, operator, e -> e))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("at least");
        assertThatThrownBy(() -> entry.estimate(0, operator, e -> e)).isInstanceOf(ShapeException.class);
        LinearOperator empty = LinearOperator.of(Tensor.zeros(DType.F64, 0, 0));
        assertThatThrownBy(() -> entry.estimate(9, empty, e -> e)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("empty");
        LinearOperator broken = LinearOperator.of(40, 40, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64), block -> Tensor.full(block.shape(), Double.POSITIVE_INFINITY, DType.F64));
        assertThatThrownBy(() -> entry.estimate(9, broken, e -> e)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("NaN");
        if (entry.square) {
            LinearOperator wide = LinearOperator.of(Tensor.zeros(DType.F64, 3, 4));
            assertThatThrownBy(() -> entry.estimate(9, wide, e -> e)).isInstanceOf(ShapeException.class)
                    .hasMessageContaining("f64[3, 4]");
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void findsZeroToBeZero(Entry<E> entry) {
        Estimate estimate = entry.estimate(9, LinearOperator.of(Tensor.zeros(DType.F64, 20, 20)), e -> e);
        assertThat(estimate.value()).isZero();
        assertThat(estimate.standardError()).isZero();
    }
}
