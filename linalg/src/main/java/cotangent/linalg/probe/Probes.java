package cotangent.linalg.probe;

/** The law of a random probe v of dimension n; each has E[v vᵀ] = I, so E[vᵀAv] = tr A. */
public enum Probes {
    /** Independent signs: the least variance of vᵀAv among independent entries, 2 Σ_{i≠j} A_ij² for a symmetric A. */
    RADEMACHER,
    /** Independent standard normals; variance 2‖A‖_F². */
    GAUSSIAN,
    /** Uniform on the sphere of radius √n; variance 2n/(n + 2) · (‖A‖_F² − (tr A)²/n), least where A is near c·I. */
    SPHERE
}
