package cotangent.linalg.krylov;

import cotangent.dsl.kernel.Dots;
import cotangent.linalg.Reorthogonalization;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lanczos' recurrence from one vector: A v_j = β_(j−1) v_(j−1) + α_j v_j + β_j v_(j+1), fed with one product at a time.
 *
 * <p>It ends when the Krylov space is invariant: when β is within rounding of a product, 4·√n·u times the largest
 * coefficient, or when a second orthogonalisation halves the new vector, which found rounding only (J. W. Daniel, W. B.
 * Gragg, L. Kaufman and G. W. Stewart, Math. Comp. 30, 1976).
 */
public final class LanczosRecurrence {
    private final int n;
    private final Reorthogonalization how;
    private final double threshold;
    private final double invariance;
    private final @Nullable Rows rows;
    private final OrthogonalityLoss loss;
    private final ConvergedRitzVectors converged;
    private double[] alpha = new double[0];
    private double[] beta = new double[0];
    private double[] current;
    private double[] previous;
    private double scale;
    private int size;
    private int reorthogonalized;
    private boolean again;
    private boolean finished;

    /**
     * A recurrence that has not begun.
     *
     * @param start        a vector of norm 1, which it keeps
     * @param keep         whether to keep the vectors where the method does not need them
     * @param unitRoundoff of the products
     */
    public LanczosRecurrence(double[] start, Reorthogonalization how, boolean keep, double unitRoundoff) {
        this.n = start.length;
        this.how = how;
        this.threshold = Math.sqrt(unitRoundoff);
        this.invariance = 4 * Math.sqrt(n) * unitRoundoff;
        this.rows = keep || how != Reorthogonalization.NONE ? new Rows(n) : null;
        this.loss = new OrthogonalityLoss(Math.sqrt(n) * unitRoundoff);
        this.converged = new ConvergedRitzVectors(n, threshold);
        this.current = start;
        this.previous = new double[n];
    }

    /** Whether there is no further vector. */
    public boolean finished() {
        return finished;
    }

    /** The vector whose product comes next; not to be written to. */
    public double[] current() {
        return current;
    }

    /** Takes the product with the current vector, which it overwrites. */
    public void advance(double[] product) {
        int j = size++;
        alpha = Arrays.copyOf(alpha, size);
        beta = Arrays.copyOf(beta, size);
        if (rows != null) {
            rows.add(current);
        }
        if (j > 0) {
            Dots.daxpy(n, -beta[j - 1], previous, 0, product, 0);
        }
        alpha[j] = Dots.ddot(n, current, 0, product, 0);
        Dots.daxpy(n, -alpha[j], current, 0, product, 0);
        boolean independent = how != Reorthogonalization.FULL || reorthogonalize(product);
        scale = Math.max(scale, Math.abs(alpha[j]) + (j > 0 ? beta[j - 1] : 0));
        beta[j] = Dots.dnrm2(n, product, 0);
        if (!independent || ends(j)) {
            finished = true;
            return;
        }
        scale = Math.max(scale, beta[j]);
        if (!cleaned(j, product)) {
            finished = true;
            return;
        }
        previous = current;
        current = product;
        divide(current, beta[j]);
    }

    /** Makes the new vector orthogonal to others where its loss would pass √u; whether a direction of its own is left. */
    private boolean cleaned(int j, double[] product) {
        return switch (how) {
            case FULL -> true;
            case NONE -> {
                loss.advance(j, alpha, beta, scale);
                yield true;
            }
            case PARTIAL -> {
                boolean lost = loss.advance(j, alpha, beta, scale) > threshold;
                yield !lost && !again || partiallyCleaned(j, product);
            }
            case SELECTIVE -> !converged.removeFrom(product, kept(), alpha, beta, scale)
                    || selectivelyCleaned(j, product);
        };
    }

    private boolean partiallyCleaned(int j, double[] product) {
        // the recurrence mixes two vectors, so the next one must be cleaned as well
        again = !again;
        boolean independent = reorthogonalize(product);
        loss.reset();
        beta[j] = Dots.dnrm2(n, product, 0);
        return independent && !ends(j);
    }

    private boolean selectivelyCleaned(int j, double[] product) {
        reorthogonalized++;
        beta[j] = Dots.dnrm2(n, product, 0);
        return !ends(j);
    }

    private boolean ends(int j) {
        return j + 1 == n || beta[j] <= invariance * scale;
    }

    /** Two passes; whether a direction of its own was left. */
    private boolean reorthogonalize(double[] product) {
        reorthogonalized++;
        double[] coefficients = new double[size];
        Rows kept = kept();
        kept.removeFrom(product, coefficients);
        double before = Dots.dnrm2(n, product, 0);
        kept.removeFrom(product, coefficients);
        alpha[size - 1] += coefficients[size - 1];
        return Dots.dnrm2(n, product, 0) > 0.5 * before;
    }

    private static void divide(double[] vector, double by) {
        // a reciprocal would overflow for a subnormal divisor
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= by;
        }
    }

    /** Steps taken. */
    public int size() {
        return size;
    }

    /** The diagonal of the tridiagonal matrix. */
    public double[] alpha() {
        return alpha.clone();
    }

    /** Its couplings; the last one leads out of the space, and is negligible where {@link #finished}. */
    public double[] beta() {
        return beta.clone();
    }

    /** The vectors that the tridiagonal matrix belongs to; only where they were kept. */
    public Rows kept() {
        if (rows == null) {
            throw new AssertionError("not kept");
        }
        return rows;
    }

    /** Steps at which the new vector was made orthogonal to all before it, or to converged Ritz vectors. */
    public int reorthogonalized() {
        return reorthogonalized;
    }

    /** The largest inner product of two of the vectors: measured where they are kept, otherwise estimated. */
    public double orthogonalityLoss() {
        return rows == null ? loss.worst() : rows.departure();
    }
}
