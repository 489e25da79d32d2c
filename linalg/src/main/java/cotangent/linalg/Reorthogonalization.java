package cotangent.linalg;

/**
 * What a Lanczos process does against rounding, which turns its vectors back towards eigenvectors found already (C. C. Paige,
 * Error analysis of the Lanczos algorithm for tridiagonalizing a symmetric matrix, J. Inst. Math. Appl. 18, 1976).
 */
public enum Reorthogonalization {
    /** Each vector against all before it, twice: orthogonal to rounding. 4·n·j flops at step j, all vectors kept. */
    FULL("full"),
    /**
     * Each vector against the Ritz vectors that have converged to √u, towards which alone orthogonality is lost (B. N. Parlett and
     * D. S. Scott, The Lanczos algorithm with selective orthogonalization, Math. Comp. 33, 1979): orthogonal to about √u. 4·n·g
     * flops a step with g of them, 15·j² to look for more and 9·j³ + 2·n·j·g where there are; all vectors kept. For few
     * converged pairs of a long run.
     */
    SELECTIVE("selective"),
    /**
     * Each vector against all before it, but only at the steps where a recurrence says that the loss would pass √u; the
     * projection is then as good as with full orthogonality, to rounding (H. D. Simon, The Lanczos algorithm with partial
     * reorthogonalization, Math. Comp. 42, 1984). All vectors kept; mostly a small part of {@link #FULL}'s work.
     */
    PARTIAL("partial"),
    /**
     * None: three vectors of memory and 8·n flops a step. Eigenvalues found come again as copies; sums over a spectrum stay
     * right, since the copies share the weight (A. Greenbaum, Behavior of slightly perturbed Lanczos recurrences, Linear
     * Algebra Appl. 113, 1989).
     */
    NONE("no");

    private final String label;

    Reorthogonalization(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
