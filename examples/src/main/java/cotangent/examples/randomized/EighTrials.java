package cotangent.examples.randomized;

import cotangent.dsl.Tensor;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.operator.LinearOperator;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The errors of a randomized eigendecomposition over several seeds.
 *
 * @param eigenvalues    of each trial the largest relative error of an eigenvalue
 * @param reconstruction of each trial ‖A − VΛVᵀ‖ / ‖A‖ in Frobenius norms
 * @param products       spent in each trial
 */
record EighTrials(double[] eigenvalues, double[] reconstruction, long products) {
    /** An error that is drawn where there is none, for logarithmic axes. */
    private static final double ROUNDING = 1e-16;

    /**
     * Runs a solver with seeds from 0.
     *
     * @param matrix  symmetric
     * @param spectrum its eigenvalues, descending, positive
     */
    static EighTrials of(Tensor matrix, double[] spectrum, RandomizedEigh solver, int trials) {
        double size = Decay.tail(spectrum, 0);
        double[] eigenvalues = new double[trials];
        double[] reconstruction = new double[trials];
        long products = 0;
        for (int seed = 0; seed < trials; seed++) {
            Eigenpairs pairs = solver.seed(seed).decompose(LinearOperator.of(matrix));
            eigenvalues[seed] = largestError(pairs, spectrum);
            reconstruction[seed] = distance(matrix, pairs) / size;
            products = pairs.numMatvecs();
        }
        return new EighTrials(eigenvalues, reconstruction, products);
    }

    /** The largest relative error of the values found. */
    static double largestError(Eigenpairs pairs, double... spectrum) {
        return IntStream.range(0, pairs.size())
                .mapToDouble(i -> Math.abs(pairs.values().get(i) - spectrum[i]) / spectrum[i])
                .reduce(ROUNDING, Math::max);
    }

    /** ‖A − VΛVᵀ‖ in the Frobenius norm. */
    static double distance(Tensor matrix, Eigenpairs pairs) {
        Tensor v = pairs.vectors();
        return Math.sqrt(matrix.minus(v.times(pairs.values()).matmul(v.transpose())).square().sum().item());
    }

    double meanEigenvalueError() {
        return mean(eigenvalues);
    }

    double worstEigenvalueError() {
        return Arrays.stream(eigenvalues).max().orElseThrow();
    }

    double meanReconstruction() {
        return mean(reconstruction);
    }

    double worstReconstruction() {
        return Arrays.stream(reconstruction).max().orElseThrow();
    }

    private static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** All numbers, for JSON. */
    Map<String, Object> values() {
        return Map.of("eigenvalueErrors", eigenvalues, "reconstructionErrors", reconstruction, "products", products);
    }
}
