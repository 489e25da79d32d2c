package cotangent.linalg.trace;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;

/**
 * Estimates of a matrix's diagonal from probes v and products w = Mv: for each entry i the regression of w_i on v_i through 0.
 *
 * <p>w_i = M_ii v_i + Σ_{j≠i} M_ij v_j, and the second term has mean 0 whatever v_i is, since the sign of v_j is independent of
 * the rest: so Σ v_i w_i / Σ v_i² is unbiased, and the residuals tell its error. For normal probes they are normal and
 * independent of v_i, and value over standard error has Student's t distribution with m − 1 degrees of freedom, exactly; for
 * signs this is the sample variance.
 *
 * <p>Sums are updated probe by probe without cancellation: the squared residuals grow by (w − dv)²·S/(S + v²), where d is the
 * slope and S = Σ v² before (A. J. Miller, Applied Statistics 41, 1992, for one regressor).
 */
final class DiagonalSamples {
    private final double[] slopes;
    private final double[] weights;
    private final double[] residuals;
    private int count;

    DiagonalSamples(int n) {
        slopes = new double[n];
        weights = new double[n];
        residuals = new double[n];
    }

    int count() {
        return count;
    }

    void add(Tensor probes, Tensor images) {
        int k = probes.shape().extent(1);
        double[] v = Columns.widened(probes);
        double[] w = Columns.widened(images);
        for (int i = 0; i < slopes.length; i++) {
            for (int j = 0; j < k; j++) {
                add(i, v[i * k + j], w[i * k + j]);
            }
        }
        count += k;
    }

    private void add(int i, double v, double w) {
        double before = weights[i];
        double after = before + v * v;
        if (after > 0) {
            double residual = w - slopes[i] * v;
            residuals[i] += residual * residual * (before / after);
            slopes[i] += residual * v / after;
            weights[i] = after;
        }
    }

    double[] values() {
        return slopes.clone();
    }

    double[] standardErrors() {
        double[] errors = new double[slopes.length];
        for (int i = 0; i < errors.length; i++) {
            errors[i] = weights[i] > 0 ? Math.sqrt(residuals[i] / (count - 1) / weights[i]) : 0;
        }
        return errors;
    }
}
