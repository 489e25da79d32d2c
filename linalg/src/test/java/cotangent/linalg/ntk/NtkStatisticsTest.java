package cotangent.linalg.ntk;

import static cotangent.linalg.probe.Sampling.relativeError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.StableRank;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.SpectrumVerdict;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every statistic of a kernel against the same number of the kernel written out, exactly and from products. */
class NtkStatisticsTest {
    private static final int SAMPLES = 40;
    private static final int CLASSES = 3;
    private static final EmpiricalNtk NTK = ntk(0);
    private static final EmpiricalNtk PRODUCTS = NTK.by(Strategy.PRODUCTS);
    private static final Tensor DENSE = NTK.toDense();
    private static final double[] VALUES = Eigh.values(DENSE).toDoubles();
    private static final int N = VALUES.length;
    /** Sums of some 10,000 products, each of which went through some 100 operations, in float64. */
    private static final double ROUNDING = 1e-11;

    private static EmpiricalNtk ntk(long seed) {
        return EmpiricalNtk.of(Nn.mlp(8, 16, CLASSES).fn(), Nn.mlp(8, 16, CLASSES).init(Key.of(seed)), Key.of(9)
                .normal(Shape.of(SAMPLES, 8), DType.F64));
    }

    private static double trace() {
        return Arrays.stream(VALUES).sum();
    }

    private static double squares() {
        return Arrays.stream(VALUES).map(value -> value * value).sum();
    }

    /** Exactly right where exact, and within six standard errors else: once in five hundred million. */
    private static void check(Function<EmpiricalNtk, Estimate> statistic, double truth) {
        Estimate exact = statistic.apply(NTK.by(Strategy.EXPLICIT));
        assertThat(exact.errorBar()).isEqualTo(ErrorBar.EXACT);
        assertThat(exact.value()).isCloseTo(truth, within(ROUNDING * Math.abs(truth)));
        Estimate estimate = statistic.apply(PRODUCTS);
        assertThat(estimate.errorBar()).isNotEqualTo(ErrorBar.EXACT);
        assertThat(estimate.jvps()).isPositive();
        assertThat(estimate.value()).as(estimate.toString())
                .isCloseTo(truth, within(6 * estimate.standardError()
                        + ROUNDING * Math.abs(truth)));
    }

    @Test
    void traceNormAndRanks() {
        Sampling sampling = Sampling.matvecs(45).seed(3);
        check(ntk -> ntk.trace(sampling), trace());
        check(ntk -> ntk.frobeniusNorm(sampling), Math.sqrt(squares()));
        check(ntk -> ntk.effectiveRank(sampling), trace() * trace() / squares());
        check(ntk -> ntk.stableRank(sampling), StableRank.of(DENSE));
    }

    /** From the factors of all gradients; of traced kernels too, and where there are none the plan says so. */
    @Test
    void normsOfGradients() {
        Sampling sampling = Sampling.matvecs(45);
        EmpiricalNtk norms = NTK.by(Strategy.NORMS);
        for (Estimate trace : List.of(norms.trace(sampling), norms.statistics(sampling).trace())) {
            assertThat(trace.errorBar()).isEqualTo(ErrorBar.EXACT);
            assertThat(trace.value()).isCloseTo(trace(), within(ROUNDING * trace()));
            assertThat(trace.jvps()).isZero();
        }
        assertThat(norms.frobeniusNorm(sampling).value()).isCloseTo(Math.sqrt(squares()), within(ROUNDING * trace()));
        assertThat(norms.traceAxes(-1).trace(sampling).value()).isCloseTo(trace() / CLASSES,
                within(ROUNDING * trace()));
        double traced = NTK.traceAxes(-1).toDense().square().sum().item();
        assertThat(norms.traceAxes(-1).frobeniusNorm(sampling).value()).isCloseTo(Math.sqrt(traced), within(ROUNDING
                * trace()));
        EmpiricalNtk mixed = EmpiricalNtk.of(
                Fn.of("mixed", (p, x) -> x.matmul(p.get("W")).tanh().matmul(x.matmul(p.get("W")).transpose())),
                Params.of("W", Key
                        .of(3)
                        .normal(Shape.of(4, 2), DType.F64)),
                Key.of(2).normal(Shape.of(9, 4), DType.F64));
        assertThatThrownBy(() -> mixed.by(Strategy.NORMS).trace(sampling)).isInstanceOf(InvalidDataException.class);
        assertThat(mixed.trace(sampling).errorBar()).isEqualTo(ErrorBar.EXACT);
    }

    @Test
    void tracedKernels() {
        EmpiricalNtk traced = NTK.traceAxes(-1);
        Tensor dense = traced.toDense();
        double squares = dense.square().sum().item();
        for (Strategy strategy : List.of(Strategy.AUTOMATIC, Strategy.EXPLICIT, Strategy.PRODUCTS)) {
            Estimate norm = traced.by(strategy).frobeniusNorm(Sampling.matvecs(30));
            assertThat(norm.value()).isCloseTo(Math.sqrt(squares), within(6 * norm.standardError() + ROUNDING
                    * trace()));
            Estimate trace = traced.by(strategy).trace(Sampling.matvecs(30));
            assertThat(trace.value()).isCloseTo(trace() / CLASSES, within(6 * trace.standardError() + ROUNDING
                    * trace()));
        }
    }

    @Test
    void oneSidedTraces() {
        for (Strategy side : List.of(Strategy.RHUTCH, Strategy.FHUTCH)) {
            Estimate estimate = NTK.by(side).trace(Sampling.matvecs(50).seed(1));
            assertThat(side == Strategy.RHUTCH ? estimate.jvps() : estimate.vjps()).isZero();
            assertThat(estimate.jvps() + estimate.vjps()).isEqualTo(50);
            assertThat(estimate.value()).isCloseTo(trace(), within(6 * estimate.standardError()));
            assertThatThrownBy(() -> NTK.by(side).effectiveRank()).isInstanceOf(InvalidDataException.class)
                    .hasMessageContaining("there is no way");
        }
    }

    @Test
    void twoKernels() {
        EmpiricalNtk later = ntk(1);
        Tensor other = later.toDense();
        double inner = DENSE.times(other).sum().item();
        double alignment = inner / Math.sqrt(squares() * other.square().sum().item());
        Sampling sampling = Sampling.matvecs(45).seed(5);
        check(ntk -> ntk.innerProduct(later, sampling), inner);
        check(ntk -> ntk.alignment(later, sampling), alignment);
        for (Strategy side : List.of(Strategy.RHUTCH, Strategy.FHUTCH)) {
            Estimate estimate = NTK.by(side).innerProduct(later, sampling);
            assertThat(estimate.value()).isCloseTo(inner, within(6 * estimate.standardError()));
            assertThat(estimate.jvps()).isEqualTo(45);
            assertThat(estimate.vjps()).isEqualTo(45);
        }
        Estimate any = NTK.alignment(LinearOperator.of(other), sampling);
        assertThat(any.value()).isCloseTo(alignment, within(6 * any.standardError()));
        assertThatThrownBy(() -> NTK.innerProduct(later.outputs(0), sampling)).isInstanceOf(ShapeException.class);
    }

    @Test
    void centredAlignmentIsThatOfTheCentredMatrices() {
        EmpiricalNtk later = ntk(1);
        Tensor left = centred(DENSE);
        Tensor right = centred(later.toDense());
        double truth = left.times(right).sum().item() / Math.sqrt(left.square().sum().item() * right.square()
                .sum()
                .item());
        check(ntk -> ntk.centredAlignment(later, Sampling.matvecs(45)), truth);
    }

    /** HKH entry by entry: each less the means over the samples of its row, of its column and of both. */
    private static Tensor centred(Tensor kernel) {
        Tensor blocks = kernel.reshape(SAMPLES, CLASSES, SAMPLES, CLASSES);
        Tensor rows = blocks.mean(0).reshape(1, CLASSES, SAMPLES, CLASSES);
        Tensor columns = blocks.mean(2).reshape(SAMPLES, CLASSES, 1, CLASSES);
        Tensor all = blocks.mean(0).mean(1).reshape(1, CLASSES, 1, CLASSES);
        return blocks.minus(rows).minus(columns).plus(all).reshape(N, N);
    }

    @Test
    void labelAlignmentIsThatWithTheTargetWrittenOut() {
        Tensor classes = Tensor.of(java.util.stream.IntStream.range(0, SAMPLES).map(i -> i * i % 3).toArray());
        Tensor labels = classes.oneHot(3, DType.F64);
        double truth = alignment(DENSE, target(labels));
        Sampling sampling = Sampling.matvecs(30).seed(2);
        check(ntk -> ntk.labelAlignment(labels, sampling), truth);
        check(ntk -> ntk.labelAlignment(classes, sampling), truth);
        Tensor means = labels.minus(labels.mean(0).reshape(1, 3));
        double centred = alignment(centred(DENSE), target(means));
        check(ntk -> ntk.centredLabelAlignment(labels, sampling), centred);
        check(ntk -> ntk.centredLabelAlignment(means, sampling), centred);
        // a single column, and a kernel over samples alone
        Tensor signs = Key.of(4).normal(Shape.of(SAMPLES), DType.F64);
        EmpiricalNtk summed = NTK.outputs(Outputs.sum());
        Tensor column = signs.reshape(SAMPLES, 1);
        assertThat(summed.by(Strategy.EXPLICIT).labelAlignment(signs, sampling).value()).isCloseTo(alignment(summed
                .toDense(), column.matmul(column.transpose())), within(ROUNDING));
    }

    private static Tensor target(Tensor labels) {
        Tensor gram = labels.matmul(labels.transpose());
        double[] target = new double[N * N];
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                target[i * N + j] = i % CLASSES == j % CLASSES ? gram.get(i / CLASSES, j / CLASSES) : 0;
            }
        }
        return Tensor.wrap(Shape.of(N, N), target);
    }

    private static double alignment(Tensor left, Tensor right) {
        return left.times(right).sum().item() / Math.sqrt(left.square().sum().item() * right.square().sum().item());
    }

    /** With more columns than the budget pays for, the numerator is sampled too. */
    @Test
    void manyLabelsAreSampled() {
        Tensor labels = Key.of(6).normal(Shape.of(SAMPLES, 200), DType.F64);
        double truth = alignment(DENSE, target(labels));
        Estimate estimate = PRODUCTS.labelAlignment(labels, Sampling.matvecs(100));
        assertThat(estimate.route()).contains("probes").doesNotContain("exact, ");
        assertThat(estimate.value()).isCloseTo(truth, within(6 * estimate.standardError()));
        Estimate close = PRODUCTS.labelAlignment(labels, relativeError(0.05));
        assertThat(close.converged()).isTrue();
        assertThat(close.value()).isCloseTo(truth, within(3 * 0.05 * truth));
    }

    @Test
    void refusesLabelsThatDoNotFit() {
        Sampling sampling = Sampling.matvecs(30);
        assertThatThrownBy(() -> NTK.labelAlignment(Tensor.ones(DType.F64, 39), sampling)).isInstanceOf(
                ShapeException.class).hasMessageContaining("[40, columns]");
        assertThatThrownBy(() -> NTK.labelAlignment(Tensor.of(new int[SAMPLES]).minus(1), sampling)).isInstanceOf(
                ShapeException.class).hasMessageContaining("from 0");
        assertThatThrownBy(() -> NTK.labelAlignment(Tensor.zeros(DType.F64, SAMPLES), sampling)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("zero");
        assertThatThrownBy(() -> NTK.centredLabelAlignment(Tensor.ones(DType.F64, SAMPLES), sampling)).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("equal");
        assertThatThrownBy(() -> NTK.labelAlignment(Tensor.full(Shape.of(SAMPLES), Double.NaN, DType.F64), sampling))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void logDeterminants() {
        for (double shift : new double[]{1e-3, 0.1, 10}) {
            double truth = Arrays.stream(VALUES).map(value -> Math.log(Math.max(0, value) + shift)).sum();
            check(ntk -> ntk.logDeterminant(shift, Sampling.matvecs(90).seed(1)), truth);
        }
        assertThatThrownBy(() -> NTK.logDeterminant(-1, Sampling.matvecs(60))).isInstanceOf(InvalidDataException.class);
        assertThatThrownBy(() -> PRODUCTS.logDeterminant(0, Sampling.matvecs(60))).isInstanceOf(
                InvalidDataException.class).hasMessageContaining("positive");
    }

    @Test
    void conditionNumbers() {
        double shift = 0.5;
        double truth = (VALUES[N - 1] + shift) / (VALUES[0] + shift);
        Estimate exact = NTK.by(Strategy.EXPLICIT).conditionNumber(shift, Sampling.matvecs(60));
        assertThat(exact.value()).isCloseTo(truth, within(ROUNDING * truth));
        Estimate estimate = PRODUCTS.conditionNumber(shift, Sampling.matvecs(2000));
        assertThat(estimate.errorBar()).isEqualTo(ErrorBar.BOUND);
        assertThat(estimate.converged()).isTrue();
        // the smallest of a dense end is only known to its residual
        assertThat(estimate.value()).isCloseTo(truth, within(estimate.standardError() + 1e-6 * truth));
        // once in 40 a random 1-sample kernel is 1
        assertThat(NTK.conditionNumber(1e12, Sampling.matvecs(60)).value()).isCloseTo(1, within(1e-6));
    }

    /** More rows than parameters: K is singular, and K + λI has λ as its smallest eigenvalue. */
    @Test
    void kernelsOfLessThanFullRank() {
        Fn linear = Fn.of("linear", (p, x) -> x.matmul(p.get("W")));
        Tensor inputs = Key.of(2).normal(Shape.of(30, 4), DType.F64);
        EmpiricalNtk ntk = EmpiricalNtk.of(linear, Params.of("W", Key.of(3).normal(Shape.of(4, 2), DType.F64)), inputs);
        Sampling sampling = Sampling.matvecs(20);
        assertThat(ntk.conditionNumber(0, sampling).value()).isInfinite();
        assertThat(ntk.logDeterminant(0, sampling).value()).isEqualTo(Double.NEGATIVE_INFINITY);
        // the kernel is XXᵀ ⊗ I₂, whose largest eigenvalue is that of XᵀX
        double largest = Arrays.stream(Eigh.values(inputs.transpose().matmul(inputs)).toDoubles()).max().orElseThrow();
        for (Strategy strategy : List.of(Strategy.EXPLICIT, Strategy.PRODUCTS)) {
            assertThat(ntk.by(strategy).conditionNumber(0.1, sampling).value()).isCloseTo(1 + largest / 0.1, within(
                    1e-9 * largest / 0.1));
        }
        double[] values = Eigh.values(inputs.transpose().matmul(inputs)).toDoubles();
        double truth = 2 * Arrays.stream(values).map(value -> Math.log(value + 0.1)).sum() + (60 - 8) * Math.log(0.1);
        assertThat(ntk.by(Strategy.EXPLICIT).logDeterminant(0.1, sampling).value()).isCloseTo(truth, within(ROUNDING
                * Math.abs(truth)));
        // of rank 8, which the approximation of rank 10 catches: nothing is left to sample
        Estimate caught = ntk.by(Strategy.PRODUCTS).logDeterminant(0.1, Sampling.matvecs(30));
        assertThat(caught.value()).isCloseTo(truth, within(1e-6 * Math.abs(truth)));
    }

    @Test
    void densitiesIntegrateToOne() {
        for (Strategy strategy : List.of(Strategy.EXPLICIT, Strategy.PRODUCTS)) {
            SpectralDensity density = NTK.by(strategy).spectralDensity(Sampling.matvecs(80));
            assertThat(density.mass()).isCloseTo(1, within(1e-2));
            assertThat(density.vjps()).isPositive();
        }
        assertThat(NTK.by(Strategy.EXPLICIT).spectralDensity(Sampling.matvecs(80)).errorBar()).isEqualTo(
                ErrorBar.EXACT);
    }

    /** All of them, by the words of the design: half the interval is within the error, and six such halves hold the truth. */
    @Test
    void accuracyModeReachesItsError() {
        EmpiricalNtk later = ntk(1);
        Tensor other = later.toDense();
        Tensor labels = Key.of(4).normal(Shape.of(SAMPLES, 2), DType.F64);
        double determinant = Arrays.stream(VALUES).map(value -> Math.log(value + 0.1)).sum();
        for (double error : new double[]{0.3, 0.03}) {
            Sampling sampling = relativeError(error).confidence(0.9).seed(8);
            for (EmpiricalNtk ntk : List.of(NTK, PRODUCTS)) {
                reached(ntk.trace(sampling), trace(), error);
                reached(ntk.frobeniusNorm(sampling), Math.sqrt(squares()), error);
                reached(ntk.effectiveRank(sampling), trace() * trace() / squares(), error);
                reached(ntk.stableRank(sampling), StableRank.of(DENSE), error);
                reached(ntk.innerProduct(later, sampling), DENSE.times(other).sum().item(), error);
                reached(ntk.alignment(later, sampling), alignment(DENSE, other), error);
                reached(ntk.labelAlignment(labels, sampling), alignment(DENSE, target(labels)), error);
                reached(ntk.logDeterminant(0.1, sampling), determinant, error);
            }
        }
    }

    private static void reached(Estimate estimate, double truth, double error) {
        assertThat(estimate.converged()).as(estimate + " by " + estimate.route()).isTrue();
        assertThat(estimate.interval(0.9).halfWidth()).isLessThanOrEqualTo(error * Math.abs(estimate.value()));
        // half a 90 % interval is 1.64 standard errors or more, so that 4 of them are over 6
        assertThat(estimate.value()).as(estimate.toString()).isCloseTo(truth, within(4 * error * Math.abs(truth)));
    }

    @Test
    void accuracyModeStopsAtItsLimit() {
        Estimate estimate = PRODUCTS.effectiveRank(relativeError(1e-6).atMost(40));
        assertThat(estimate.numMatvecs()).isEqualTo(40);
        assertThat(estimate.converged()).isFalse();
        assertThat(NTK.effectiveRank(relativeError(1e-6)).errorBar()).isEqualTo(ErrorBar.EXACT);
    }

    @Test
    void verdictOnTheSpectrum() {
        SpectrumVerdict verdict = NTK.spectrum(Sampling.matvecs(60));
        assertThat(verdict.numMatvecs()).isEqualTo(60);
        assertThat(verdict.vjps()).isEqualTo(60);
        assertThat(verdict.leading().get(0)).isLessThanOrEqualTo(VALUES[N - 1] * (1 + ROUNDING))
                .isGreaterThan(0.9
                        * VALUES[N - 1]);
    }

    @Test
    void anInterruptEndsAnExactMeasurement() {
        List<Function<EmpiricalNtk, Estimate>> statistics = List.of(ntk -> ntk.trace(Sampling.matvecs(60)),
                ntk -> ntk.effectiveRank(Sampling.matvecs(60)), ntk -> ntk.alignment(NTK, Sampling.matvecs(60)),
                ntk -> ntk.stableRank(Sampling.matvecs(60)), ntk -> ntk.logDeterminant(1, Sampling.matvecs(60)));
        for (Function<EmpiricalNtk, Estimate> statistic : statistics) {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> statistic.apply(NTK.by(Strategy.EXPLICIT))).isInstanceOf(
                        CancelledException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
