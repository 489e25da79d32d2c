package cotangent.spec.linalg;

import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.trace.DiagPlusPlus;
import cotangent.linalg.trace.HutchinsonDiagonal;
import cotangent.linalg.trace.KernelPolynomial;
import cotangent.linalg.trace.KrylovAwareTrace;
import cotangent.linalg.trace.RowNorms;
import cotangent.linalg.trace.SchattenNorm;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Traces of functions, densities, diagonals and row norms are unbiased and their error bars honest, over 2,000 replicates.
 *
 * <p>Functions are smooth and steps many, so that what the recurrence misses is rounding beside the sampling error: the bar,
 * which adds what the last steps changed, would else be wider than the error. Left out, as rounding dominates them: functions
 * that are constant on the spectrum, and diagonals whose range the sketch reaches.
 */
class FunctionEstimatorLawsTest {
    private static final int N = 72;
    private static final int BUDGET = 64;

    private static double trace(Tensor matrix, DoubleUnaryOperator f) {
        return Arrays.stream(Eigh.values(matrix).toDoubles()).map(f).sum();
    }

    @ParameterizedTest
    @EnumSource(Probes.class)
    void functions(Probes law) {
        Tensor matrix = Spectrum.SLOW.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        LinearOperator shifted = operator.shift(0.5).asPositiveSemidefinite();
        double estrada = trace(matrix, Math::exp);
        double logarithm = trace(matrix, x -> Math.log(x + 0.5));
        honest(Replicates.of(estrada, seed -> StochasticLanczosQuadrature.matvecs(BUDGET)
                .steps(8)
                .probes(law)
                .seed(seed)
                .estradaIndex(operator)));
        honest(Replicates.of(logarithm, seed -> StochasticLanczosQuadrature.matvecs(BUDGET)
                .steps(8)
                .probes(law)
                .seed(seed)
                .logDeterminant(shifted)));
        if (law != Probes.SPHERE) {
            return; // the others draw and judge their samples by the same code
        }
        honest(Replicates.of(estrada, seed -> KernelPolynomial.matvecs(BUDGET)
                .interval(0, 1.1)
                .steps(8)
                .probes(law)
                .seed(seed)
                .estradaIndex(operator)));
        honest(Replicates.of(estrada, seed -> KrylovAwareTrace.matvecs(BUDGET)
                .steps(4)
                .probes(law)
                .seed(seed)
                .trace(operator, Math::exp)));
    }

    private static void honest(Replicates replicates) {
        replicates.assertUnbiased();
        replicates.assertHonest();
    }

    @Test
    void schattenNorms() {
        Tensor matrix = Spectrum.SLOW.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        honest(Replicates.of(trace(matrix, x -> Math.pow(x, 4)), seed -> SchattenNorm.matvecs(BUDGET)
                .seed(seed)
                .power(
                        operator, 4)));
    }

    @ParameterizedTest
    @EnumSource(value = Probes.class, names = {"RADEMACHER", "GAUSSIAN", "SPHERE"})
    void diagonals(Probes law) {
        Tensor matrix = Spectrum.HARMONIC.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        double[] diagonal = new double[N];
        double[] squares = new double[N];
        for (int i = 0; i < N; i++) {
            diagonal[i] = matrix.get(i, i);
            for (int j = 0; j < N; j++) {
                squares[i] += matrix.get(i, j) * matrix.get(i, j);
            }
        }
        everywhere(Replicates.ofEntries(diagonal, seed -> HutchinsonDiagonal.matvecs(24)
                .probes(law)
                .seed(seed)
                .diagonal(operator)));
        everywhere(Replicates.ofEntries(diagonal, seed -> DiagPlusPlus.matvecs(48)
                .probes(law)
                .seed(seed)
                .diagonal(
                        operator)));
        everywhere(Replicates.ofEntries(squares, seed -> RowNorms.matvecs(24)
                .probes(law)
                .seed(seed)
                .squared(
                        operator)));
    }

    private static void everywhere(Replicates replicates) {
        replicates.assertUnbiasedEverywhere();
        replicates.assertHonest();
    }

    /** The density that Jackson's kernel makes of the true spectrum, at a point inside and one at the edge. */
    @Test
    void densities() {
        Tensor matrix = Spectrum.SLOW.matrix(N, 7);
        LinearOperator operator = LinearOperator.of(matrix);
        double[] eigenvalues = Eigh.values(matrix).toDoubles();
        int points = 10;
        for (int index : new int[]{1, 4}) {
            double x = 1.2 * (index + 0.5) / points;
            double truth = jackson(eigenvalues, 16, x, 0, 1.2);
            honest(Replicates.of(truth, seed -> density(operator, points, seed).estimate(index)));
        }
    }

    private static SpectralDensity density(LinearOperator operator, int points, long seed) {
        return KernelPolynomial.matvecs(BUDGET).interval(0, 1.2).steps(8).seed(seed).density(operator, points);
    }

    private static double jackson(double[] eigenvalues, int degree, double x, double low, double high) {
        double radius = 0.5 * (high - low);
        double angle = Math.acos((x - 0.5 * (low + high)) / radius);
        double q = Math.PI / (degree + 2);
        double sum = 0;
        for (double eigenvalue : eigenvalues) {
            double other = Math.acos((eigenvalue - 0.5 * (low + high)) / radius);
            for (int k = 0; k <= degree; k++) {
                double damping = ((degree + 2 - k) * Math.cos(k * q) + Math.sin(k * q) / Math.tan(q)) / (degree + 2);
                sum += (k == 0 ? 1 : 2) * damping * Math.cos(k * angle) * Math.cos(k * other);
            }
        }
        return sum / (eigenvalues.length * Math.PI * radius * Math.sin(angle));
    }
}
