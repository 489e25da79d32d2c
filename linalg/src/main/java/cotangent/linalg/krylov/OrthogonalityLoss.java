package cotangent.linalg.krylov;

import java.util.Arrays;

/**
 * An estimate of the inner products of a Lanczos vector with those before it, which are zero but for rounding, without the
 * vectors.
 *
 * <p>H. D. Simon, The Lanczos algorithm with partial reorthogonalization, Math. Comp. 42 (1984), section 4: the inner products
 * ω obey the recurrence of the vectors, and each step adds the rounding of its product, which is taken at its likely size and
 * always against us.
 */
final class OrthogonalityLoss {
    private final double rounding;
    private double[] now = {1};
    private double[] before = {};
    private double worst;

    /** Of a first vector; {@code rounding} is the size of an inner product of vectors just made orthogonal. */
    OrthogonalityLoss(double rounding) {
        this.rounding = rounding;
    }

    /**
     * One step.
     *
     * @param alpha the diagonal so far, j + 1 entries
     * @param beta  the couplings so far, j + 1 entries, of which the last leads to the new vector
     * @param scale the operator's size as far as known
     * @return the largest |ω| of the new vector
     */
    double advance(int j, double[] alpha, double[] beta, double scale) {
        double[] next = new double[j + 2];
        next[j + 1] = 1;
        double noise = rounding * scale;
        for (int k = 0; k <= j; k++) {
            double sum = 0;
            if (k < j) {
                sum = beta[k] * now[k + 1] + (alpha[k] - alpha[j]) * now[k] - beta[j - 1] * before[k];
                sum += k > 0 ? beta[k - 1] * now[k - 1] : 0;
            }
            next[k] = (sum + Math.copySign(noise, sum)) / beta[j];
        }
        before = now;
        now = next;
        double largest = largest();
        worst = Math.max(worst, Math.min(1, largest));
        return largest;
    }

    private double largest() {
        double largest = 0;
        for (int k = 0; k + 1 < now.length; k++) {
            largest = Math.max(largest, Math.abs(now[k]));
        }
        return largest;
    }

    /** The new vector was made orthogonal to all before it. */
    void reset() {
        Arrays.fill(now, 0, now.length - 1, rounding);
    }

    /** The largest |ω| of any vector that was kept, at most 1. */
    double worst() {
        return worst;
    }
}
