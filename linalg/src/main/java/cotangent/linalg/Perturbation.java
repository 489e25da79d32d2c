package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;

/**
 * A symmetric perturbation E of a symmetric A by its size alone, and what it can do at most to eigenvalues and to the subspaces
 * of eigenvectors: the eigenvalues of A + E, numbered in order like those of A, are λ̃ᵢ.
 *
 * <p>The bounds hold in exact arithmetic; rounding adds a few n·ε·‖A‖. Each is attained by some E of that size, so that a typical
 * E stays well below: a random one moves vectors by its n − k small random parts, not by all of its norm in the worst direction.
 *
 * @param spectralNorm  ‖E‖₂ or a bound of it
 * @param frobeniusNorm ‖E‖_F or a bound of it; ∞ where unknown
 */
public record Perturbation(double spectralNorm, double frobeniusNorm) {
    /**
     * Checks the norms.
     *
     * @throws InvalidDataException if one is negative or NaN
     */
    public Perturbation {
        if (!(spectralNorm >= 0 && frobeniusNorm >= 0)) {
            throw new InvalidDataException("perturbation: expected norms from 0, got %s and %s".formatted(spectralNorm,
                    frobeniusNorm));
        }
    }

    /** A perturbation of which only ‖E‖₂ is known. */
    public static Perturbation of(double spectralNorm) {
        return new Perturbation(spectralNorm, Double.POSITIVE_INFINITY);
    }

    /** A perturbation that is written out, with both norms measured. */
    public static Perturbation of(Tensor e) {
        return new Perturbation(Norms.spectral(e), Norms.frobenius(e));
    }

    /** Weyl's bound max |λ̃ᵢ − λᵢ| ≤ ‖E‖₂ (H. Weyl, Math. Ann. 71, 1912). */
    public double valueBound() {
        return spectralNorm;
    }

    /** √Σ(λ̃ᵢ − λᵢ)² ≤ ‖E‖_F over all eigenvalues (A. J. Hoffman and H. W. Wielandt, Duke Math. J. 20, 1953). */
    public double valuesBound() {
        return frobeniusNorm;
    }

    /**
     * The sine of the largest principal angle between the subspaces of some eigenvalues of A and of those of A + E of the same
     * positions: ‖sin Θ‖₂ ≤ ‖E‖₂/(gap − ‖E‖₂), at most 1.
     *
     * <p>C. Davis and W. Kahan, The rotation of eigenvectors by a perturbation III, SIAM J. Numer. Anal. 7 (1970), the sin θ theorem
     * for eigenvalues in an interval and the others outside; its gap, to the other eigenvalues of A + E, is by Weyl's bound at
     * least that of A less ‖E‖₂, so that A's alone need be known.
     *
     * @param gap of A, from the eigenvalues in question, which no other lies between, to the nearest other one; see {@link #gap}
     */
    public double angleBound(double gap) {
        return quotient(spectralNorm, gap);
    }

    /**
     * The same for the root of the sum of all squared sines: ‖sin Θ‖_F ≤ min(√k‖E‖₂, ‖E‖_F)/(gap − ‖E‖₂), at most √k, for a
     * subspace of dimension k.
     */
    public double angleFrobeniusBound(int dimension, double gap) {
        double root = Math.sqrt(dimension);
        return Math.min(root, quotient(Math.min(root * spectralNorm, frobeniusNorm), gap, root));
    }

    private double quotient(double size, double gap) {
        return quotient(size, gap, 1);
    }

    private double quotient(double size, double gap, double most) {
        if (size == 0) {
            return 0;
        }
        return gap > spectralNorm ? Math.min(most, size / (gap - spectralNorm)) : most;
    }

    /**
     * The distance of the eigenvalues at positions {@code from, ..., to − 1} to the nearest other one.
     *
     * @param values in order, ascending or descending
     * @return ∞ where there is no other
     * @throws ShapeException if there are no such positions
     */
    public static double gap(Tensor values, int from, int to) {
        int n = values.shape().extent(0);
        if (from < 0 || to > n || from >= to) {
            throw new ShapeException("gap: expected positions within 0 to %d, got %d to %d".formatted(n, from, to));
        }
        double before = from > 0 ? Math.abs(values.get(from - 1) - values.get(from)) : Double.POSITIVE_INFINITY;
        double after = to < n ? Math.abs(values.get(to - 1) - values.get(to)) : Double.POSITIVE_INFINITY;
        return Math.min(before, after);
    }
}
