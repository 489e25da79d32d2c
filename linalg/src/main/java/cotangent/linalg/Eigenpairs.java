package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Approximate eigenvalues and eigenvectors of a symmetric operator, most wanted first, each with bounds of its error.
 *
 * <p>Three theorems say how many digits to trust, all but for the rounding of the products. Within {@code residuals[i]} of
 * {@code values[i]} there is an eigenvalue, whatever else holds (B. N. Parlett, The Symmetric Eigenvalue Problem, theorem
 * 4.5.1). All values together match eigenvalues one to one within {@link #weylBound}. And where {@code gaps[i]} holds,
 * {@link #valueBound} and {@link #angleBound} say more.
 *
 * <p>They hold for orthonormal vectors, as all solvers give but {@link Lanczos#reorthogonalization} without full
 * re-orthogonalisation, whose {@code orthogonalityLoss} says how far they may be from it.
 *
 * <p>A gap rests on the pairs found and on where the eigenvalues not returned are taken to lie, which products alone cannot
 * prove: no higher, at the end in question, than the remaining approximations with their residuals.
 *
 * @param values     F64 [k], in the solver's order
 * @param vectors    [n, k] in the operator's dtype; orthonormal columns, the entry of largest magnitude of each positive
 * @param residuals  F64 [k]: ‖A v − λ v‖ of each pair
 * @param gaps       F64 [k]: how far each value is at least from the eigenvalues of other pairs and from the rest of the
 *                   spectrum; 0 where nothing is known, ∞ where there is no other eigenvalue
 * @param tolerance  the size that a residual was to reach; ∞ where none was asked for
 * @param errorEstimate a bound of ‖A − VΛVᵀ‖₂ that fails with a small stated probability; NaN where none was asked for
 * @param orthogonalityLoss the largest entry of |QᵀQ − I| of the Krylov basis Q that the pairs come from, measured in 2·n·m² flops
 *                   for m vectors; NaN where the method keeps no such basis
 * @param numMatvecs products spent
 * @param jvps       forward-mode passes that these took
 * @param vjps       reverse-mode passes
 * @param seed       of the random vectors
 * @param route      how they were found, in words
 * @param elapsed    time taken
 */
public record Eigenpairs(Tensor values, Tensor vectors, Tensor residuals, Tensor gaps, double tolerance,
        double errorEstimate, double orthogonalityLoss, long numMatvecs, long jvps, long vjps, long seed, String route,
        Duration elapsed) {
    /** Number of pairs. */
    public int size() {
        return values.shape().extent(0);
    }

    /** Whether the residual of the pair at a position reached the tolerance. */
    public boolean converged(int position) {
        return residuals.get(position) <= tolerance;
    }

    /** Whether all pairs did, and the error estimate where the accuracy of all together was asked for. */
    public boolean converged() {
        return !(errorEstimate > tolerance) && IntStream.range(0, size()).allMatch(this::converged);
    }

    /**
     * How far all values together are from eigenvalues at most: there are k eigenvalues, counted with multiplicity, that match
     * them one to one within ‖AV − VΛ‖_F (Weyl's inequality for the perturbation that makes the pairs exact; W. Kahan, see
     * Parlett, theorem 11.5.1).
     */
    public double weylBound() {
        return Separation.frobenius(residuals.toDoubles());
    }

    /**
     * How far the value at a position is from an eigenvalue at most: the residual r, or r²/gap + n·u·max|λ| if that is less
     * (Kato and Temple, see Parlett, theorem 11.7.1; u is the unit roundoff, for the rounding of the Rayleigh quotient).
     */
    public double valueBound(int position) {
        double residual = residuals.get(position);
        double gap = gaps.get(position);
        if (!(residual < gap)) {
            return residual;
        }
        DType dtype = vectors.dtype();
        double largest = IntStream.range(0, size()).mapToDouble(i -> Math.abs(values.get(i))).max().orElse(0);
        double rounding = vectors.shape().extent(0) * dtype.unitRoundoff() * largest;
        return Math.min(residual, residual / gap * residual + rounding);
    }

    /**
     * The sine of the angle between the vector at a position and its eigenvector at most: residual/gap, at most 1 (C. Davis
     * and W. Kahan, The rotation of eigenvectors by a perturbation III, SIAM J. Numer. Anal. 7, 1970, the sin θ theorem).
     */
    public double angleBound(int position) {
        double residual = residuals.get(position);
        double gap = gaps.get(position);
        return residual < gap ? residual / gap : residual == 0 && gap > 0 ? 0 : 1;
    }

    /** The eigenvalue at a position as an estimate, bounded by its residual; its cost is that of all pairs together. */
    public Estimate estimate(int position) {
        return Estimate.bounded("eigenvalue " + (position + 1), values.get(position), residuals.get(position),
                converged(
                        position),
                this);
    }

    /** All eigenvalues as estimates, in order. */
    public List<Estimate> estimates() {
        return IntStream.range(0, size()).mapToObj(this::estimate).toList();
    }

    @Override
    public String toString() {
        return "eigenvalues %s, residuals %s, vectors %s; %s, %d matvecs%s".formatted(Summary.ofVector(values),
                Summary.ofVector(residuals), vectors.type(), route, numMatvecs, converged() ? "" : ", not converged");
    }
}
