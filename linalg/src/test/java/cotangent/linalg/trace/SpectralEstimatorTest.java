package cotangent.linalg.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Cholesky;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Traces of functions, and spectral densities, by Lanczos, Chebyshev and block Krylov recurrences. */
class SpectralEstimatorTest {
    private static final int N = 80;

    /** An estimator of tr f(A), with its cost for a budget below the dimension. */
    record Entry<E extends ProbeEstimator<E>>(String name, IntFunction<E> withBudget, Use<E> use,
            IntFunction<Long> cost,
            int smallest) {
        Estimate trace(int budget, LinearOperator operator, DoubleUnaryOperator f, UnaryOperator<E> options) {
            return use.trace(options.apply(withBudget.apply(budget)), operator, f);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    interface Use<E> {
        Estimate trace(E estimator, LinearOperator operator, DoubleUnaryOperator f);
    }

    static List<Entry<?>> entries() {
        return List.of(new Entry<>("StochasticLanczosQuadrature", StochasticLanczosQuadrature::matvecs,
                StochasticLanczosQuadrature::trace, m -> cost(m), 2),
                new Entry<>("KernelPolynomial", KernelPolynomial::matvecs, KernelPolynomial::trace, m -> {
                    int bounds = Math.clamp(m / 4, 6, 10);
                    return bounds + cost(m - bounds);
                }, 8), new Entry<>("KrylovAwareTrace", KrylovAwareTrace::matvecs, KrylovAwareTrace::trace, m -> {
                    long s = Math.clamp(Math.round(Math.sqrt(0.5 * m)), 1, Math.max(1, m / 4));
                    long b = Math.max(1, m / (4 * s));
                    return 2 * s * b + (m - 2 * s * b) / s * s;
                }, 4));
    }

    private static long cost(int m) {
        long s = Math.clamp(Math.round(Math.sqrt(2.0 * m)), 1, Math.max(1, m / 2));
        return m / s * s;
    }

    private static LinearOperator diagonal(IntFunction<Double> eigenvalue) {
        return LinearOperator.diagonal(Tensor.wrap(Shape.of(N), IntStream.range(0, N)
                .mapToDouble(
                        eigenvalue::apply)
                .toArray()));
    }

    private static double truth(LinearOperator diagonal, DoubleUnaryOperator f) {
        double[] a = diagonal.toDense().toDoubles();
        return IntStream.range(0, N).mapToDouble(i -> f.applyAsDouble(a[i * N + i])).sum();
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void spendsWhatItSays(Entry<E> entry) {
        LinearOperator operator = diagonal(i -> 1 + i / 40.0);
        for (int budget = entry.smallest; budget < N; budget += 3) {
            CountingOperator counting = CountingOperator.of(operator);
            long[] last = {0, 0};
            Estimate estimate = entry.trace(budget, counting, Math::exp, e -> e.listener((done, total) -> {
                last[0] = done;
                last[1] = total;
            }));
            assertThat(counting.products()).as("budget %d", budget)
                    .isEqualTo(entry.cost.apply(budget))
                    .isEqualTo(
                            estimate.numMatvecs())
                    .isLessThanOrEqualTo(budget);
            assertThat(last).containsExactly(counting.products(), counting.products());
            assertThat(estimate.errorBar()).isEqualTo(ErrorBar.SAMPLE);
        }
        assertThatThrownBy(() -> entry.trace(entry.smallest - 1, operator, Math::exp, e -> e)).isInstanceOf(
                ShapeException.class);
    }

    /** On A = c·I + 0 every recurrence ends at once, and vᵀf(A)v = f(c)·n for sphere probes; but for rounding. */
    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void isExactOnAMultipleOfTheIdentity(Entry<E> entry) {
        LinearOperator operator = diagonal(i -> 2.0);
        Estimate estimate = entry.trace(60, operator, Math::log, e -> e);
        assertThat(estimate.value()).isCloseTo(N * Math.log(2), within(1e-12 * N));
        assertThat(estimate.standardError()).isLessThan(1e-12 * N);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void coversTheTruthOfSmoothFunctions(Entry<E> entry) {
        LinearOperator operator = diagonal(i -> 1 + i / 20.0);
        for (DoubleUnaryOperator f : List.<DoubleUnaryOperator>of(Math::log, Math::exp, Math::sqrt, x -> 1 / x)) {
            Estimate estimate = entry.trace(N - 1, operator, f, e -> e.seed(5));
            assertThat(estimate.interval(0.9999).contains(truth(operator, f))).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void isExactWhereTheBudgetReachesTheDimension(Entry<E> entry) {
        Tensor matrix = Spectra.matrix(N, DType.F64, i -> 1 + i / 20.0);
        CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
        Estimate estimate = entry.trace(N, counting, Math::log, e -> e);
        assertThat(counting.products()).isEqualTo(N);
        assertThat(estimate.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(estimate.route()).contains("identity");
        assertThat(estimate.value()).isCloseTo(Cholesky.of(matrix).logDeterminant(), within(N * N * 0x1p-52 * 5));
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void spendsWhatAnErrorAsksFor(Entry<E> entry) {
        LinearOperator operator = diagonal(i -> 1 + i / 20.0);
        double truth = truth(operator, Math::log);
        for (double error : new double[]{0.3, 0.03, 1e-7}) {
            CountingOperator counting = CountingOperator.of(operator);
            Estimate estimate = entry.trace(10 * N, counting, Math::log, e -> e.relativeError(error).confidence(0.9));
            assertThat(estimate.converged()).isTrue();
            assertThat(counting.products()).isEqualTo(estimate.numMatvecs()).isLessThanOrEqualTo(10 * N);
            // half a 90 % interval is 1.64 standard errors or more, so that 4 of them are over 6
            assertThat(estimate.value()).isCloseTo(truth, within(4 * error * truth));
        }
        Estimate poor = entry.trace(40, operator, Math::log, e -> e.relativeError(1e-7));
        assertThat(poor.converged()).isFalse();
        assertThat(poor.numMatvecs()).isLessThanOrEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void doesNotDependOnTheBlockSize(Entry<E> entry) {
        LinearOperator operator = Spectra.operator(N, i -> 1 + i / 20.0);
        Estimate together = entry.trace(70, operator, Math::sqrt, e -> e.seed(3));
        for (int size : new int[]{1, 2, 7}) {
            Estimate apart = entry.trace(70, operator, Math::sqrt, e -> e.seed(3).blockSize(size));
            assertThat(apart.value()).isCloseTo(together.value(), within(1e-10 * together.value()));
            assertThat(apart.standardError()).isCloseTo(together.standardError(), within(1e-10 * together.value()));
        }
    }

    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void refusesBadInput(Entry<E> entry) {
        LinearOperator singular = diagonal(i -> i - 5.0);
        assertThatThrownBy(() -> entry.trace(70, singular, Math::log, e -> e)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("range of the spectrum");
        LinearOperator general = LinearOperator.of(Tensor.wrap(Shape.of(2, 2), new double[]{1, 2, 3, 4}));
        assertThatThrownBy(() -> entry.trace(70, general, Math::exp, e -> e)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("asSymmetric");
        LinearOperator broken = LinearOperator.symmetric(N, DType.F64, block -> Tensor.full(block.shape(), Double.NaN,
                DType.F64));
        assertThatThrownBy(() -> entry.trace(20, broken, Math::exp, e -> e)).isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("NaN");
    }

    /** Single precision products err by 2⁻²⁴ of the operator's norm each; log has slope 1 at most here. */
    @ParameterizedTest
    @MethodSource("entries")
    <E extends ProbeEstimator<E>> void worksInSinglePrecision(Entry<E> entry) {
        double[] values = IntStream.range(0, N).mapToDouble(i -> 1 + i / 32.0).toArray();
        LinearOperator narrow = LinearOperator.diagonal(Tensor.wrap(Shape.of(N), values).cast(DType.F32));
        LinearOperator wide = LinearOperator.diagonal(Tensor.wrap(Shape.of(N), values));
        Estimate expected = entry.trace(60, wide, Math::log, e -> e.seed(2));
        Estimate estimate = entry.trace(60, narrow, Math::log, e -> e.seed(2));
        assertThat(estimate.value()).isCloseTo(expected.value(), within(1e4 * 0x1p-24 * N));
    }

    /** s steps are exact for polynomials of degree 2s − 1 (Gauss); here also for 8 distinct eigenvalues after 8 steps. */
    @Test
    void lanczosQuadratureIsExactForPolynomials() {
        LinearOperator operator = diagonal(i -> 1.0 + i % 8);
        MeteredOperator metered = MeteredOperator.of("test", operator, Sampling.matvecs(100));
        Tensor probes = metered.probes(0, 3);
        LanczosRuns runs = new LanczosRuns(metered, probes);
        runs.extend(12);
        double[] v = probes.toDoubles();
        for (int degree = 0; degree <= 9; degree++) {
            int power = degree;
            for (int j = 0; j < 3; j++) {
                double expected = 0;
                for (int i = 0; i < N; i++) {
                    expected += v[i * 3 + j] * v[i * 3 + j] * Math.pow(1.0 + i % 8, power);
                }
                assertThat(runs.form(j, 5, x -> Math.pow(x, power))).isCloseTo(expected, within(1e-12 * expected));
            }
        }
        double expected = 0;
        for (int i = 0; i < N; i++) {
            expected += v[i * 3] * v[i * 3] * Math.log(1.0 + i % 8);
        }
        assertThat(runs.form(0, 12, Math::log)).isCloseTo(expected, within(1e-12 * expected));
    }

    /** p products give the moments up to 2p, hence every polynomial of that degree. */
    @Test
    void chebyshevMomentsAreExactForPolynomials() {
        LinearOperator operator = diagonal(i -> -1.0 + i / 20.0);
        MeteredOperator metered = MeteredOperator.of("test", operator, Sampling.matvecs(100));
        Tensor probes = metered.probes(0, 2);
        ChebyshevRuns runs = new ChebyshevRuns(metered, probes, -1.5, 4);
        runs.extend(3);
        runs.extend(4);
        double[] v = probes.toDoubles();
        for (int degree = 0; degree <= 8; degree++) {
            int power = degree;
            double expected = 0;
            double size = 0;
            for (int i = 0; i < N; i++) {
                double term = v[i * 2 + 1] * v[i * 2 + 1] * Math.pow(-1.0 + i / 20.0, power);
                expected += term;
                size += Math.abs(term);
            }
            assertThat(runs.form(1, 4, x -> Math.pow(x, power))).isCloseTo(expected, within(1e-11 * size));
        }
    }

    @Test
    void anEigenvalueOutsideTheIntervalIsNotTakenInSilence() {
        LinearOperator operator = diagonal(i -> i / 10.0);
        assertThatThrownBy(() -> KernelPolynomial.matvecs(79).interval(0, 5).steps(20).density(operator)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("outside");
        assertThatThrownBy(() -> KernelPolynomial.matvecs(79).interval(1, 1)).isInstanceOf(InvalidDataException.class);
    }

    /** A uniform spectrum on [0, 8]: density 1/8 inside, its integral 1 but for the tails beyond the grid and its spacing. */
    @Test
    void densitiesIntegrateToOneAndFollowTheSpectrum() {
        LinearOperator operator = LinearOperator.diagonal(Tensor.wrap(Shape.of(800), IntStream.range(0, 800)
                .mapToDouble(i -> (i + 0.5) / 100)
                .toArray()));
        SpectralDensity lanczos = StochasticLanczosQuadrature.matvecs(400).density(operator);
        SpectralDensity chebyshev = KernelPolynomial.matvecs(400).density(operator);
        for (SpectralDensity density : List.of(lanczos, chebyshev)) {
            assertThat(density.mass()).isCloseTo(1, within(0.02));
            assertThat(density.size()).isEqualTo(200);
            assertThat(density.numMatvecs()).isLessThanOrEqualTo(400);
            Tensor band = density.band(0.9999);
            int inside = 0;
            int covered = 0;
            for (int i = 0; i < density.size(); i++) {
                double x = density.points().get(i);
                if (x > 1.5 && x < 6.5) {
                    inside++;
                    covered += band.get(0, i) <= 0.125 && 0.125 <= band.get(1, i) ? 1 : 0;
                }
                assertThat(band.get(0, i)).isBetween(0.0, density.values().get(i) + 1e-12);
            }
            // the smoothed density is flat to a per mille this far from the ends
            assertThat(covered).isGreaterThan((int) (0.95 * inside));
        }
        assertThat(lanczos.toString()).contains("spectral density at 200 points");
    }

    @Test
    void densitiesReachAnAccuracyOrSayThatTheyDoNot() {
        LinearOperator operator = LinearOperator.diagonal(Tensor.wrap(Shape.of(2000), IntStream.range(0, 2000)
                .mapToDouble(i -> Math.sqrt(i))
                .toArray()));
        SpectralDensity rough = StochasticLanczosQuadrature.matvecs(1900)
                .steps(10)
                .relativeError(0.3)
                .density(operator);
        assertThat(rough.converged()).isTrue();
        SpectralDensity poor = StochasticLanczosQuadrature.matvecs(100).steps(10).relativeError(1e-3).density(operator);
        assertThat(poor.converged()).isFalse();
        assertThat(poor.numMatvecs()).isEqualTo(100);
        SpectralDensity exact = KernelPolynomial.matvecs(N).density(diagonal(i -> (double) i), 50);
        assertThat(exact.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(exact.numMatvecs()).isEqualTo(N);
        assertThat(exact.mass()).isCloseTo(1, within(1e-3));
    }

    /** Where few eigenvalues dominate exp, the Krylov space takes them out; at equal cost. */
    @Test
    void theKrylovAwareTraceBeatsPlainQuadratureOnAFewLargeEigenvalues() {
        LinearOperator operator = Spectra.operator(200, i -> i < 5 ? 8 - i : Math.sin(i));
        double truth = StochasticLanczosQuadrature.matvecs(200).estradaIndex(operator).value();
        double ours = 0;
        double plain = 0;
        for (int seed = 0; seed < 20; seed++) {
            ours += Math.abs(KrylovAwareTrace.matvecs(120).seed(seed).trace(operator, Math::exp).value() - truth);
            plain += Math.abs(StochasticLanczosQuadrature.matvecs(120).seed(seed).estradaIndex(operator).value()
                    - truth);
        }
        assertThat(ours).isLessThan(0.3 * plain);
    }
}
