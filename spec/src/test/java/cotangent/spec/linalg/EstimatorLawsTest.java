package cotangent.spec.linalg;

import cotangent.dsl.Tensor;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.Statistic;
import cotangent.linalg.trace.AHutchPlusPlus;
import cotangent.linalg.trace.FHutch;
import cotangent.linalg.trace.FrobeniusNorm;
import cotangent.linalg.trace.HutchPlusPlus;
import cotangent.linalg.trace.Hutchinson;
import cotangent.linalg.trace.NaHutchPlusPlus;
import cotangent.linalg.trace.NystromPlusPlus;
import cotangent.linalg.trace.RHutch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Estimators are unbiased and their error bars honest, over 2,000 replicates of each case.
 *
 * <p>Left out: matrices whose rank the sketch reaches, where nothing but rounding is left to sample. Effective rank and
 * alignment are ratios, whose bias of order 1/m is part of what their bars must cover; they are not tried for it. Nor are they tried on
 * indefinite matrices, of which they are no kernel statistics.
 */
class EstimatorLawsTest {
    private static final int N = 72;
    private static final int BUDGET = 48;

    static List<Arguments> kernelCases() {
        return cases().stream()
                .filter(arguments -> arguments.get()[0] != Spectrum.INDEFINITE
                        && arguments.get()[1] != Probes.ORTHOGONAL)
                .toList();
    }

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (Spectrum spectrum : Spectrum.values()) {
            cases.add(Arguments.of(spectrum, Probes.RADEMACHER));
        }
        cases.add(Arguments.of(Spectrum.HARMONIC, Probes.GAUSSIAN));
        cases.add(Arguments.of(Spectrum.EXPONENTIAL, Probes.GAUSSIAN));
        cases.add(Arguments.of(Spectrum.HARMONIC, Probes.SPHERE));
        cases.add(Arguments.of(Spectrum.EXPONENTIAL, Probes.SPHERE));
        cases.add(Arguments.of(Spectrum.HARMONIC, Probes.ORTHOGONAL));
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void traces(Spectrum spectrum, Probes law) {
        Tensor matrix = spectrum.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        double trace = Spectrum.trace(matrix);
        check(trace, seed -> Hutchinson.matvecs(BUDGET).probes(law).seed(seed).trace(operator));
        check(trace, seed -> HutchPlusPlus.matvecs(BUDGET).probes(law).seed(seed).trace(operator));
    }

    /** The others that split a trace share their samples' code, and are tried on fewer cases. */
    @ParameterizedTest
    @CsvSource({"SLOW, RADEMACHER", "HARMONIC, GAUSSIAN", "FLAT_BEYOND_TEN, SPHERE"})
    void splitTraces(Spectrum spectrum, Probes law) {
        Tensor matrix = spectrum.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix).asPositiveSemidefinite();
        double trace = Spectrum.trace(matrix);
        check(trace, seed -> NaHutchPlusPlus.matvecs(BUDGET).probes(law).seed(seed).trace(operator));
        check(trace, seed -> AHutchPlusPlus.matvecs(BUDGET).probes(law).seed(seed).trace(operator));
        check(trace, seed -> NystromPlusPlus.matvecs(BUDGET).probes(law).seed(seed).trace(operator));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void squaredNorms(Spectrum spectrum, Probes law) {
        Tensor matrix = spectrum.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        double squares = Spectrum.inner(matrix, matrix);
        check(squares, seed -> FrobeniusNorm.matvecs(BUDGET).probes(law).seed(seed).squared(operator));
        check(squares, seed -> RHutch.vjps(BUDGET).probes(law).seed(seed).trace(operator));
        check(squares, seed -> FHutch.jvps(BUDGET).probes(law).seed(seed).trace(operator));
    }

    private static void check(double truth, LongFunction<Estimate> estimate) {
        Replicates replicates = Replicates.of(truth, estimate);
        replicates.assertUnbiased();
        replicates.assertHonest();
    }

    @ParameterizedTest
    @MethodSource("kernelCases")
    void ratios(Spectrum spectrum, Probes law) {
        Tensor matrix = spectrum.matrix(N, 7);
        Tensor other = Spectrum.HARMONIC.matrix(N, 8).plus(matrix);
        LinearOperator operator = LinearOperator.of(matrix);
        LinearOperator second = LinearOperator.of(other);
        double squares = Spectrum.inner(matrix, matrix);
        double rank = Spectrum.trace(matrix) * Spectrum.trace(matrix) / squares;
        double alignment = Spectrum.inner(matrix, other) / Math.sqrt(squares * Spectrum.inner(other, other));
        Replicates.of(rank, seed -> Estimate.of("effective rank", MomentSampler.of(operator, sampling(law, seed),
                QuadraticForm.trace(), QuadraticForm.squaredNorm()).deflated(false), Statistic.participationRatio()))
                .assertHonest();
        Replicates.of(alignment, seed -> Estimate.of("alignment", MomentSampler.of(List.of(operator, second), List.of(
                QuadraticForm.inner(0, 1), QuadraticForm.inner(0, 0), QuadraticForm.inner(1, 1)), sampling(law, seed))
                .deflated(false), Statistic.alignment())).assertHonest();
    }

    private static Sampling sampling(Probes law, long seed) {
        return Sampling.matvecs(BUDGET).probes(law).seed(seed);
    }
}
