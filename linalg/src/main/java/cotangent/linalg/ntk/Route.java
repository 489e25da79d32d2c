package cotangent.linalg.ntk;

/** How a tangent kernel is written out as a matrix. All routes give the same kernel, up to rounding. */
public enum Route {
    /** Whichever takes the fewest operations. */
    AUTOMATIC,
    /** Products of the operator with all unit vectors: a vjp and a jvp for each row. */
    MATRIX_FREE,
    /** Rows of the Jacobian, a vjp for each, and their products with each other (Jacobian contraction). */
    JACOBIAN,
    /**
     * Products of what the parameters meet with each other times products of cotangents with each other, layer by layer, with no
     * Jacobian (structured derivatives): a reverse pass over all samples at once for each of a sample's outputs. For models
     * that keep samples apart.
     */
    STRUCTURED
}
