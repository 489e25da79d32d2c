package cotangent.spec.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.StableRank;
import cotangent.linalg.SymmetricFunction;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Strategy;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.GramTrace;
import cotangent.linalg.trace.LogDeterminant;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Error bars of kernel statistics are honest, over 2,000 replicates of each case.
 *
 * <p>The kernel is that of a linear model whose inputs are the square root of a matrix of a known spectrum: the matrix itself.
 */
class KernelStatisticLawsTest {
    private static final int N = 72;
    private static final int BUDGET = 48;

    private static EmpiricalNtk kernel(Tensor matrix) {
        Fn linear = Fn.of("linear", (p, x) -> x.matmul(p.get("w")));
        return EmpiricalNtk.of(linear, Params.of("w", Tensor.zeros(DType.F64, N, 1)), root(matrix))
                .by(
                        Strategy.PRODUCTS);
    }

    private static Tensor root(Tensor matrix) {
        return SymmetricFunction.of(matrix, value -> Math.sqrt(Math.max(0, value)));
    }

    @ParameterizedTest
    @EnumSource(value = Spectrum.class, names = {"SLOW", "HARMONIC", "STEEP"})
    void effectiveRanksAndAlignments(Spectrum spectrum) {
        Tensor matrix = spectrum.matrix(N, 7);
        Tensor other = Spectrum.HARMONIC.matrix(N, 8).plus(matrix);
        EmpiricalNtk kernel = kernel(matrix);
        double squares = Spectrum.inner(matrix, matrix);
        Tensor labels = Key.of(3).normal(Shape.of(N, 2), DType.F64);
        Tensor target = labels.matmul(labels.transpose());
        double labelled = Spectrum.inner(matrix, target) / Math.sqrt(squares * Spectrum.inner(target, target));
        Replicates.of(labelled, seed -> kernel.labelAlignment(labels, sampling(seed))).assertHonest();
        if (spectrum == Spectrum.HARMONIC) {
            // the others are tried as matrices, by the same code
            double rank = Spectrum.trace(matrix) * Spectrum.trace(matrix) / squares;
            Replicates.of(rank, seed -> kernel.effectiveRank(sampling(seed))).assertHonest();
            EmpiricalNtk second = kernel(other);
            double alignment = Spectrum.inner(matrix, other) / Math.sqrt(squares * Spectrum.inner(other, other));
            Replicates.of(alignment, seed -> kernel.alignment(second, sampling(seed))).assertHonest();
        }
    }

    private static Sampling sampling(long seed) {
        return Sampling.matvecs(BUDGET).seed(seed);
    }

    /** Where the largest eigenvalue stands apart, its bound is nothing beside the spread of the norm. */
    @ParameterizedTest
    @EnumSource(value = Spectrum.class, names = {"HARMONIC", "EXPONENTIAL"})
    void stableRanks(Spectrum spectrum) {
        Tensor matrix = spectrum.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        Replicates.of(StableRank.of(matrix), seed -> StableRank.of(operator, sampling(seed))).assertHonest();
    }

    /** The one that a pilot chooses is as honest as if it had been told. */
    @ParameterizedTest
    @EnumSource(value = Spectrum.class, names = {"SLOW", "EXPONENTIAL"})
    void tracesByTheEstimatorThatAPilotChooses(Spectrum spectrum) {
        Tensor matrix = spectrum.matrix(N, 7);
        LinearOperator root = LinearOperator.of(root(matrix));
        LinearOperator gram = LinearOperator.of(matrix);
        Replicates.of(Spectrum.trace(matrix), seed -> GramTrace.of(Sampling.matvecs(32).seed(seed)).trace(root, gram))
                .assertHonest();
    }

    @ParameterizedTest
    @EnumSource(value = Spectrum.class, names = {"SLOW", "HARMONIC"})
    void logDeterminants(Spectrum spectrum) {
        Tensor matrix = spectrum.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix).asPositiveSemidefinite();
        double truth = Arrays.stream(Eigh.values(matrix).toDoubles()).map(value -> Math.log(value + 0.1)).sum();
        Replicates.of(truth, seed -> LogDeterminant.of(operator, 0.1, sampling(seed))).assertHonest();
    }
}
