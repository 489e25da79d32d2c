package cotangent.linalg;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import java.util.Arrays;
import java.util.Objects;

/** One Lanczos run of a given number of steps from a random vector, and the Ritz pairs that it ends with. */
final class UnrestartedLanczos {
    /** That of the restarted method: both begin with the same vector. */
    private static final long STREAM = 1L << 33;

    private final LanczosDecomposition run;
    private final SymmetricEigen eigen;

    private UnrestartedLanczos(LanczosDecomposition run, SymmetricEigen eigen) {
        this.run = run;
        this.eigen = eigen;
    }

    static UnrestartedLanczos of(CountingOperator operator, int steps, Reorthogonalization how,
            SymmetricEigensolver.Options options) {
        Tensor start = new ProbeStream(Probes.GAUSSIAN, options.seed(), STREAM)
                .block(operator.dtype(), operator.rows(), 0, 1)
                .reshape(operator.rows());
        long limit = options.limit(operator);
        LanczosDecomposition run = LanczosProcess.steps(steps)
                .reorthogonalization(how)
                .keepBasis()
                .listener((done, total) -> options.listener().progressed(done, limit))
                .decompose(operator, start);
        return new UnrestartedLanczos(run, LanczosDecomposition.eigen(run.alpha().toDoubles(), run.beta()
                .toDoubles()));
    }

    int steps() {
        return run.steps();
    }

    double orthogonalityLoss() {
        return run.orthogonalityLoss();
    }

    /** The Ritz values, ascending; copies included. */
    double[] values() {
        return eigen.values();
    }

    /** The residuals of the Ritz vectors as the recurrence has them: the last coupling times the last coefficient. */
    double[] residuals() {
        int m = steps();
        double coupling = run.invariant() ? 0 : run.beta().get(m - 1);
        double[] coefficients = Objects.requireNonNull(eigen.vectors());
        double[] residuals = new double[m];
        Arrays.setAll(residuals, i -> coupling * Math.abs(coefficients[(m - 1) * m + i]));
        return residuals;
    }

    /** The Ritz vectors at some positions, float64 [n, k], of norm 1: a copy's combination of the basis need not be. */
    Tensor vectors(int... positions) {
        int m = steps();
        int k = positions.length;
        double[] all = Objects.requireNonNull(eigen.vectors());
        double[] chosen = new double[m * k];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < k; j++) {
                chosen[i * k + j] = all[i * m + positions[j]];
            }
        }
        double[] block = run.rows().combine(k, chosen);
        int n = block.length / k;
        for (int j = 0; j < k; j++) {
            double[] column = new double[n];
            for (int i = 0; i < n; i++) {
                column[i] = block[i * k + j];
            }
            double norm = Dots.dnrm2(n, column, 0);
            for (int i = 0; i < n && norm > 0; i++) {
                block[i * k + j] /= norm;
            }
        }
        return Tensor.wrap(Shape.of(n, k), block);
    }
}
