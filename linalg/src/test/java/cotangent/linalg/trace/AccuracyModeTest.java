package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ConjugateGradient;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.Lanczos;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProgressListener;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Estimators that stop at an accuracy, and computations that stop at an interruption. */
class AccuracyModeTest {
    private static final int N = 200;
    private static final Tensor MATRIX = Spectra.matrix(N, DType.F64, i -> 1 / Math.sqrt(1.0 + i));

    static List<EstimatorContractTest.Entry<?>> entries() {
        return EstimatorContractTest.entries();
    }

    private static Tensor matrix() {
        return MATRIX;
    }

    /** The tighter the error, the more it costs; never more than the budget; and what is said is so. */
    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void spendsWhatTheErrorAsksFor(EstimatorContractTest.Entry<E> entry) {
        double truth = entry.truth().applyAsDouble(matrix());
        long before = 0;
        for (double error : new double[]{0.3, 0.1, 0.03, 1e-6}) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix()));
            long[] last = {0};
            ProgressListener rising = (done, total) -> {
                assertThat(done).isGreaterThan(last[0]).isLessThanOrEqualTo(total);
                last[0] = done;
            };
            Estimate estimate = entry.estimate(5 * N, counting, e -> e.relativeError(error)
                    .confidence(0.9)
                    .listener(
                            rising));
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs())
                    .isEqualTo(last[0])
                    .isBetween(before, 5L * N);
            assertThat(estimate.converged()).isTrue();
            assertThat(estimate.interval(0.9).halfWidth()).isLessThanOrEqualTo(error * Math.abs(estimate.value()));
            // half a 90 % interval is 1.64 standard errors or more, so that 4 of them are over 6
            assertThat(estimate.value()).isCloseTo(truth, within(4 * error * truth));
            before = estimate.numMatvecs();
        }
        // 1e-6 is out of reach for probes: the unit vectors are cheaper, after a first look of 10 probes or 30 products, or,
        // adaptively, after a sketch of up to half their cost, and 10 probes
        assertThat(before).isBetween(N + 10L, N + (entry.name().equals("AHutchPlusPlus") ? N / 2 + 10L : 30L));
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void saysWhenTheBudgetWasTooSmall(EstimatorContractTest.Entry<E> entry) {
        for (int budget : new int[]{entry.smallest(), 11, 40, 100}) {
            CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix()));
            Estimate estimate = entry.estimate(budget, counting, e -> e.relativeError(1e-6));
            assertThat(counting.products()).isEqualTo(budget).isEqualTo(estimate.numMatvecs());
            assertThat(estimate.converged()).isFalse();
            assertThat(estimate.errorBar()).isEqualTo(ErrorBar.SAMPLE);
            assertThat(estimate.toString()).contains("not converged");
        }
        assertThatThrownBy(() -> entry.estimate(entry.smallest() - 1, LinearOperator.of(matrix()), e -> e
                .relativeError(0.1))).isInstanceOf(ShapeException.class);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void isExactWhereThatIsCheaper(EstimatorContractTest.Entry<E> entry) {
        Tensor small = Spectra.matrix(8, DType.F64, i -> 1.0 + i);
        CountingOperator counting = CountingOperator.of(LinearOperator.of(small));
        Estimate estimate = entry.estimate(1000, counting, e -> e.relativeError(0.5));
        assertThat(counting.products()).isEqualTo(8);
        assertThat(estimate.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(estimate.converged()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void doesNotDependOnTheBlockSize(EstimatorContractTest.Entry<E> entry) {
        LinearOperator operator = LinearOperator.of(matrix());
        Estimate together = entry.estimate(N - 1, operator, e -> e.relativeError(0.04).seed(3));
        for (int size : new int[]{1, 7, 64}) {
            Estimate apart = entry.estimate(N - 1, operator, e -> e.relativeError(0.04).seed(3).blockSize(size));
            assertThat(apart.numMatvecs()).isEqualTo(together.numMatvecs());
            assertThat(apart.value()).isCloseTo(together.value(), within(N * N * 0x1p-52 * together.value()));
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void needsNoSecondLookAtZero(EstimatorContractTest.Entry<E> entry) {
        Estimate estimate = entry.estimate(N - 1, LinearOperator.of(Tensor.zeros(DType.F64, N, N)), e -> e
                .relativeError(0.01));
        assertThat(estimate.value()).isZero();
        assertThat(estimate.converged()).isTrue();
        assertThat(estimate.numMatvecs()).isLessThanOrEqualTo(30);
    }

    /** Stopping by the error bar costs coverage: of 95 % at least 93 less three standard deviations of 2,000 trials. */
    @Test
    void coversNearlyWhatItSays() {
        LinearOperator diagonal = LinearOperator.of(Spectra.matrix(60, DType.F64, i -> 1 / (1.0 + i)));
        double truth = Spectra.trace(Spectra.matrix(60, DType.F64, i -> 1 / (1.0 + i)));
        int trials = 2000;
        int plain = 0;
        int deflated = 0;
        for (int seed = 0; seed < trials; seed++) {
            Estimate first = Hutchinson.matvecs(59).relativeError(0.15).seed(seed).trace(diagonal);
            Estimate second = HutchPlusPlus.matvecs(59).relativeError(0.05).seed(seed).trace(diagonal);
            plain += first.interval(0.95).contains(truth) ? 1 : 0;
            deflated += second.interval(0.95).contains(truth) ? 1 : 0;
        }
        double deviation = Math.sqrt(0.93 * 0.07 / trials);
        assertThat((double) plain / trials).isGreaterThan(0.93 - 3 * deviation);
        assertThat((double) deflated / trials).isGreaterThan(0.93 - 3 * deviation);
    }

    @Test
    void refusesImpossibleAccuracies() {
        Hutchinson hutchinson = Hutchinson.matvecs(10);
        for (double wrong : new double[]{-0.1, 1, Double.NaN}) {
            assertThatThrownBy(() -> hutchinson.relativeError(wrong)).isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining("relativeError");
        }
        for (double wrong : new double[]{0, 1, Double.NaN}) {
            assertThatThrownBy(() -> hutchinson.confidence(wrong)).isInstanceOf(InvalidDataException.class);
        }
    }

    /** Interrupted from the listener after the first block, each ends before the second and leaves the flag set. */
    @Test
    void interruptionEndsAComputationBetweenBlocks() {
        LinearOperator operator = LinearOperator.of(matrix());
        Tensor b = Tensor.ones(DType.F64, N);
        ProgressListener interrupt = (done, total) -> Thread.currentThread().interrupt();
        List<Consumer<LinearOperator>> computations = List.of(
                o -> Hutchinson.matvecs(50).blockSize(5).listener(interrupt).trace(o),
                o -> HutchPlusPlus.matvecs(50).blockSize(5).listener(interrupt).trace(o),
                o -> XTrace.matvecs(50).blockSize(5).listener(interrupt).trace(o),
                o -> XNysTrace.matvecs(50).blockSize(5).listener(interrupt).trace(o.asPositiveSemidefinite()),
                o -> NystromPlusPlus.matvecs(50).blockSize(5).listener(interrupt).trace(o.asPositiveSemidefinite()),
                o -> NaHutchPlusPlus.matvecs(50).blockSize(5).listener(interrupt).trace(o),
                o -> AHutchPlusPlus.matvecs(50).blockSize(5).listener(interrupt).trace(o),
                o -> StochasticLanczosQuadrature.matvecs(50).blockSize(5).listener(interrupt).estradaIndex(o),
                o -> KernelPolynomial.matvecs(50).blockSize(5).listener(interrupt).density(o),
                o -> KrylovAwareTrace.matvecs(50).blockSize(5).listener(interrupt).trace(o, Math::exp),
                o -> HutchinsonDiagonal.matvecs(50).blockSize(5).listener(interrupt).diagonal(o),
                o -> DiagPlusPlus.matvecs(50).blockSize(5).listener(interrupt).diagonal(o),
                o -> XDiag.matvecs(50).blockSize(5).listener(interrupt).diagonal(o),
                o -> RowNorms.matvecs(50).blockSize(5).listener(interrupt).norms(o),
                o -> SchattenNorm.matvecs(50).blockSize(5).listener(interrupt).norm(o, 4),
                o -> SchattenNorm.matvecs(50).blockSize(5).listener(interrupt).norm(o, 1),
                o -> RandomizedEigh.rank(3).listener(interrupt).decompose(o),
                o -> Lanczos.largest(3).listener(interrupt).decompose(o),
                o -> ConjugateGradient.tolerance(1e-10).listener(interrupt).solve(o, b));
        for (Consumer<LinearOperator> computation : computations) {
            CountingOperator counting = CountingOperator.of(operator);
            try {
                assertThatThrownBy(() -> computation.accept(counting)).isInstanceOf(CancelledException.class)
                        .hasMessageContaining("interrupted after");
                // Lanczos reports a round of 40 at once, the others a block
                assertThat(counting.products()).isBetween(1L, 40L);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
