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
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.GramTrace.Costs;
import cotangent.linalg.trace.GramTrace.Exact;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The choice between one-sided estimators and Hutch++, on factors whose Gram matrix has a known spectrum. */
class GramTraceTest {
    private static final int N = 200;
    private static final IntToDoubleFunction STEEP = i -> Math.pow(0.7, i);
    private static final IntToDoubleFunction FLAT = i -> 1 + i / (double) N;

    /** A with A·Aᵀ of the spectrum: its symmetric root. */
    private static LinearOperator root(IntToDoubleFunction spectrum) {
        return LinearOperator.of(Spectra.matrix(N, DType.F64, i -> Math.sqrt(spectrum.applyAsDouble(i))));
    }

    private static double trace(IntToDoubleFunction spectrum) {
        double sum = 0;
        for (int i = 0; i < N; i++) {
            sum += spectrum.applyAsDouble(i);
        }
        return sum;
    }

    private static Estimate estimate(IntToDoubleFunction spectrum, Sampling sampling, Costs costs) {
        Estimate estimate = GramTrace.of(sampling).costs(costs).trace(root(spectrum));
        assertThat(estimate.errorBar()).isEqualTo(ErrorBar.SAMPLE);
        assertThat(estimate.value()).isCloseTo(trace(spectrum), within(6 * estimate.standardError() + 1e-10 * trace(
                spectrum)));
        return estimate;
    }

    @Test
    void deflatesWhereTheSpectrumFallsAndOnlyThere() {
        Sampling sampling = Sampling.matvecs(60);
        assertThat(estimate(STEEP, sampling, Costs.EQUAL).route()).startsWith("Hutch++");
        assertThat(estimate(FLAT, sampling, Costs.EQUAL).route()).startsWith("RHutch")
                .contains("Hutch++", "FHutch", "pilot of 20 products");
    }

    @Test
    void takesTheCheaperSide() {
        Sampling sampling = Sampling.matvecs(45);
        assertThat(estimate(FLAT, sampling, new Costs(1, 3, 4)).route()).startsWith("FHutch");
        assertThat(estimate(FLAT, sampling, new Costs(3, 1, 4)).route()).startsWith("RHutch");
        // a product with the whole that costs hardly more than with a factor leaves nothing to the one-sided
        assertThat(estimate(STEEP, sampling, new Costs(1, 1, 1)).route()).startsWith("Hutch++");
        // 60 products pay for all rows
        assertThat(GramTrace.of(Sampling.matvecs(60)).costs(new Costs(3, 1, 4)).trace(root(FLAT)).errorBar()).isEqualTo(
                ErrorBar.EXACT);
    }

    /** 40 products of cost 2 are left after the pilot: 80 of cost 1. */
    @Test
    void spendsTheCostOfItsBudget() {
        CountingOperator counting = CountingOperator.of(root(FLAT));
        Estimate estimate = GramTrace.of(Sampling.matvecs(60)).trace(counting);
        assertThat(counting.products()).isEqualTo(2 * 20 + 80);
        assertThat(estimate.numMatvecs()).isEqualTo(20 + 80);
        CountingOperator both = CountingOperator.of(root(STEEP));
        assertThat(GramTrace.of(Sampling.matvecs(60)).trace(both).numMatvecs()).isEqualTo(60);
        assertThat(both.products()).isEqualTo(120);
    }

    @Test
    void reachesAnError() {
        for (IntToDoubleFunction spectrum : new IntToDoubleFunction[]{STEEP, FLAT}) {
            for (double error : new double[]{0.1, 0.02}) {
                Estimate estimate = GramTrace.of(Sampling.relativeError(error)).trace(root(spectrum));
                assertThat(estimate.converged()).isTrue();
                assertThat(estimate.value()).isCloseTo(trace(spectrum), within(3 * error * trace(spectrum)));
            }
        }
        assertThat(GramTrace.of(Sampling.relativeError(1e-9)).trace(root(FLAT)).errorBar()).isEqualTo(ErrorBar.EXACT);
        Estimate limited = GramTrace.of(Sampling.relativeError(1e-9).atMost(50)).trace(root(FLAT));
        assertThat(limited.converged()).isFalse();
    }

    /** Another exact way is taken where it is cheaper than what the pilot predicts, and not before. */
    @Test
    void leavesItToACheaperExactWay() {
        Estimate exact = new Estimate("trace", 42, 0, ErrorBar.EXACT, 0, 0, 0, 0, 0, 0, 0, "elsewhere",
                java.time.Duration.ZERO, true);
        GramTrace tight = GramTrace.of(Sampling.relativeError(0.001));
        assertThat(tight.orElse(new Exact(30, "elsewhere", () -> exact)).trace(root(FLAT)).value()).isEqualTo(42);
        assertThat(tight.orElse(new Exact(1e6, "elsewhere", () -> exact)).trace(root(FLAT)).value()).isNotEqualTo(42);
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        Estimate first = GramTrace.of(Sampling.matvecs(60).seed(4)).trace(root(FLAT));
        assertThat(GramTrace.of(Sampling.matvecs(60).seed(4)).trace(root(FLAT)).value()).isEqualTo(first.value());
        assertThat(GramTrace.of(Sampling.matvecs(60).seed(5)).trace(root(FLAT)).value()).isNotEqualTo(first.value());
    }

    @Test
    void refusesWhatItCannotUse() {
        assertThatThrownBy(() -> GramTrace.of(Sampling.matvecs(7)).trace(root(FLAT))).isInstanceOf(ShapeException.class)
                .hasMessageContaining("at least 8");
        LinearOperator empty = LinearOperator.of(Tensor.zeros(DType.F64, 0, 3));
        assertThatThrownBy(() -> GramTrace.of(Sampling.matvecs(60)).trace(empty)).isInstanceOf(
                InvalidDataException.class);
        assertThat(GramTrace.of(Sampling.matvecs(60)).trace(LinearOperator.of(Tensor.zeros(DType.F64, N, N))).value())
                .isZero();
    }
}
