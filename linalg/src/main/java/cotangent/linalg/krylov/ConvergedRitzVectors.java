package cotangent.linalg.krylov;

import cotangent.linalg.NotConvergedException;
import cotangent.linalg.dense.GaussQuadrature;
import cotangent.linalg.dense.SymmetricEigen;
import java.util.Arrays;
import java.util.Objects;

/**
 * The Ritz vectors of a Lanczos recurrence that have converged to √u, against which its vectors are kept orthogonal.
 *
 * <p>B. N. Parlett and D. S. Scott, The Lanczos algorithm with selective orthogonalization, Math. Comp. 33 (1979): by Paige's
 * theorem a new vector's part along a Ritz vector y is about u‖A‖ over the residual β·|s| of y, so that orthogonality is lost
 * towards converged Ritz vectors only, and passes √u where a residual falls below √u‖A‖.
 */
final class ConvergedRitzVectors {
    private final int n;
    private final double threshold;
    private Rows vectors;

    /** None so far; {@code threshold} is √u. */
    ConvergedRitzVectors(int n, double threshold) {
        this.n = n;
        this.threshold = threshold;
        this.vectors = new Rows(n);
    }

    /**
     * Takes the part along them out of the vector that a step leads to; about 15·j² flops to see whether there are more, 9·j³ +
     * 2·n·j·g to form them where there are, and 4·n·g to remove g of them.
     *
     * @param alpha the diagonal, j entries
     * @param beta  the couplings, of which the last leads to the vector
     * @param scale the operator's size as far as known
     * @return whether there was one
     */
    boolean removeFrom(double[] vector, Rows basis, double[] alpha, double[] beta, double scale) {
        double coupling = beta[beta.length - 1];
        double least = coupling > 0 ? threshold * scale / coupling : Double.POSITIVE_INFINITY;
        if (converged(alpha, beta, least) > vectors.count()) {
            vectors = formed(basis, alpha, beta, least);
        }
        vectors.removeFrom(vector, new double[vectors.count()]);
        return vectors.count() > 0;
    }

    /** How many eigenvectors of T end in an entry of at most so much: the first entries of the reversed matrix's. */
    private static int converged(double[] alpha, double[] beta, double least) {
        int j = alpha.length;
        double[] diagonal = new double[j];
        double[] couplings = new double[j - 1];
        Arrays.setAll(diagonal, i -> alpha[j - 1 - i]);
        Arrays.setAll(couplings, i -> beta[j - 2 - i]);
        GaussQuadrature ends = GaussQuadrature.of(j, diagonal, couplings);
        if (ends == null) {
            throw notConverged(j);
        }
        return (int) Arrays.stream(ends.weights()).filter(weight -> Math.sqrt(weight) <= least).count();
    }

    private Rows formed(Rows basis, double[] alpha, double[] beta, double least) {
        int j = alpha.length;
        double[] t = new double[j * j];
        for (int i = 0; i < j; i++) {
            t[i * j + i] = alpha[i];
            if (i + 1 < j) {
                t[i * j + i + 1] = beta[i];
                t[(i + 1) * j + i] = beta[i];
            }
        }
        SymmetricEigen eigen = SymmetricEigen.decompose(j, t);
        if (eigen == null) {
            throw notConverged(j);
        }
        double[] coefficients = Objects.requireNonNull(eigen.vectors());
        Rows formed = new Rows(n);
        for (int i = 0; i < j; i++) {
            if (Math.abs(coefficients[(j - 1) * j + i]) <= least) {
                double[] column = new double[j];
                for (int k = 0; k < j; k++) {
                    column[k] = coefficients[k * j + i];
                }
                formed.add(basis.combine(1, column));
            }
        }
        return formed;
    }

    private static NotConvergedException notConverged(int size) {
        return new NotConvergedException("Lanczos: the QR iteration did not converge on a projection of size " + size
                + "; please report the operator");
    }
}
