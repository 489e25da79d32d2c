package cotangent.linalg.probe;

import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import org.jspecify.annotations.Nullable;

/**
 * The variance of vᵀMv over probes, from the products rather than from the spread of the values.
 *
 * <p>The values of a form that few eigenvalues dominate are far from normal: like squares of normal numbers they are
 * skewed, their sample variance rises and falls with their mean, and an interval of a few standard errors misses from below:
 * a nominal 95 % interval covers 82 % for four samples of one square, 90 % for twenty. But the variance is known: for normal
 * probes it is 2‖M‖_F², for signs 2(‖M‖_F² − Σ M_ii²) (H. Avron and S. Toledo, Randomized algorithms for estimating the trace,
 * Journal of the ACM 58, 2011), on the sphere 2n/(n + 2)·(‖M‖_F² − (tr M)²/n). And it can be estimated, without further products, from the vectors Mv, or from the inner products of several of them, which
 * are much less tied to the values: the same intervals then cover 93 % and 95 %.
 *
 * @param law     of the probes
 * @param probes  the probes v, F64 [n, m]
 * @param basis   what they were made orthogonal to, if anything: P = I − QQᵀ
 * @param product A·P·V, F64 [rows, m]
 */
record SpreadOfForms(Probes law, Tensor probes, @Nullable OrthonormalBasis basis, Tensor product) {
    /**
     * For M = PAP with a symmetric A. With w = Mv, E‖w‖² = ‖M‖_F²; for signs Σ_i Var(v_i w_i) = ‖M‖_F² − Σ M_ii². The
     * variance's degrees of freedom, for m samples, are m‖M‖_F⁴/‖M²‖_F², with E(w_j·w_k)² = ‖M²‖_F².
     *
     * @param samples vᵀMv for each probe
     */
    Spread ofTrace(double[] samples) {
        Tensor images = basis == null ? product : basis.complement(product);
        double[] squares = Columns.dots(images, images);
        double norm = Spread.mean(squares);
        int m = samples.length;
        int n = probes.shape().extent(0);
        double mean = Spread.mean(samples);
        double variance = switch (law) {
            case RADEMACHER -> 2 * coordinateVariance(images);
            case GAUSSIAN -> 2 * norm;
            case SPHERE, ORTHOGONAL -> law.correction(m, n) * 2 * n / (n + 2) * Math.max(0, norm - mean * mean / n);
        };
        double fourth = meanSquare(inner(images, images), m);
        double freedom = fourth > 0 ? m * norm * norm / fourth : m - 1;
        return new Spread(variance, Math.max(m - 1, freedom), false, inner(probes, images));
    }

    /** Σ_i of the sample variance of v_i w_i over the probes. */
    private double coordinateVariance(Tensor images) {
        int n = probes.shape().extent(0);
        int m = probes.shape().extent(1);
        double[] v = Columns.widened(probes);
        double[] w = Columns.widened(images);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double mean = 0;
            for (int j = 0; j < m; j++) {
                mean += v[i * m + j] * w[i * m + j];
            }
            mean /= m;
            for (int j = 0; j < m; j++) {
                double deviation = v[i * m + j] * w[i * m + j] - mean;
                sum += deviation * deviation;
            }
        }
        return sum / (m - 1);
    }

    /**
     * For M = (AP)ᵀAP, whose values are ‖APv‖² and whose ‖M‖_F² is the mean of (APv_j · APv_k)² over pairs. The sum of squares of
     * the diagonal is not known, only that it is at least (tr M)²/n; so for signs this errs on the safe side.
     *
     * @param samples ‖APv‖² for each probe
     */
    Spread ofSquaredNorm(double[] samples) {
        double[] gram = inner(product, product);
        double variance = variance(law, probes.shape().extent(0), samples, gram);
        return new Spread(variance, samples.length - 1.0, true, gram);
    }

    /** For M = (AP)ᵀBP: as {@link #ofSquaredNorm}, from the products of both. */
    Spread ofInner(double[] samples, Tensor otherProduct) {
        double[] cross = inner(product, otherProduct);
        return new Spread(variance(law, probes.shape().extent(0), samples, cross), samples.length - 1.0, false, cross);
    }

    /** As {@link #ofTrace}, for an A that is not known to be symmetric. */
    Spread ofGeneralTrace(double[] samples) {
        Tensor images = basis == null ? product : basis.complement(product);
        double variance = law.correction(samples.length, probes.shape().extent(0)) * Spread.sampleVariance(samples);
        return new Spread(variance, samples.length - 1.0, false, inner(probes, images));
    }

    /** The inner products of the columns of two blocks: [m, m]. */
    private static double[] inner(Tensor left, Tensor right) {
        return Columns.widened(Columns.inner(left, right));
    }

    /** The mean over pairs of different probes of the square of their symmetrised cross value. */
    static double meanSquare(double[] cross, int m) {
        double sum = 0;
        for (int j = 0; j < m; j++) {
            for (int k = 0; k < j; k++) {
                double both = 0.5 * (cross[j * m + k] + cross[k * m + j]);
                sum += both * both;
            }
        }
        return sum / (0.5 * m * (m - 1));
    }

    /**
     * The variance of one sample vᵀWv for a symmetric W that is known by its samples and its cross values: with E(uᵀWv)² =
     * ‖W‖_F². For signs and on the sphere Σ W_ii² is taken to be no more than the (tr W)²/n that it is at least.
     */
    static double variance(Probes law, int n, double[] samples, double[] cross) {
        int m = samples.length;
        double norm = meanSquare(cross, m);
        double mean = Spread.mean(samples);
        double variance = switch (law) {
            case GAUSSIAN -> 2 * norm;
            case RADEMACHER -> 2 * (norm - mean * mean / n);
            case SPHERE -> 2.0 * n / (n + 2) * (norm - mean * mean / n);
            // all in one group, where E(uᵀWv)² = n²/((n − 1)(n + 2)) · (‖W‖_F² − (tr W)²/n)
            case ORTHOGONAL -> law.correction(m, n) * 2 * (n - 1) / n * norm;
        };
        return variance > 0 ? variance : law.correction(m, n) * Spread.sampleVariance(samples);
    }

    static SpreadOfForms of(Probes law, Tensor probes, @Nullable OrthonormalBasis basis, Tensor product) {
        return new SpreadOfForms(law, Columns.wide(probes), basis, Columns.wide(product));
    }
}
