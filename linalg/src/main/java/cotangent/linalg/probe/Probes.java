package cotangent.linalg.probe;

/** The law of a random probe v of dimension n; each has E[v vᵀ] = I, so E[vᵀAv] = tr A. */
public enum Probes {
    /** Independent signs: the least variance of vᵀAv among independent entries, 2 Σ_{i≠j} A_ij² for a symmetric A. */
    RADEMACHER("Rademacher"),
    /** Independent standard normals; variance 2‖A‖_F². */
    GAUSSIAN("Gaussian"),
    /** Uniform on the sphere of radius √n; variance 2n/(n + 2) · (‖A‖_F² − (tr A)²/n), least where A is near c·I. */
    SPHERE("sphere"),
    /**
     * As {@link #SPHERE}, and orthogonal to each other in groups of {@value #GROUP} (of n where that is less): the columns of a
     * random orthogonal matrix, uniform by Haar's measure, times √n. Each is a sphere probe, so that means over them are
     * unbiased; the variance of the mean of one group of g is that of g sphere probes times (n − g)/(n − 1), and 0 for a
     * whole basis. Costs 4ng flops a probe. Not for estimators that take probes for independent, such as XTrace.
     */
    ORTHOGONAL("orthogonal");

    /** Probes of {@link #ORTHOGONAL} that are orthogonal to each other: 0 to 63, 64 to 127, and so on. */
    static final int GROUP = 64;

    private final String label;

    Probes(String label) {
        this.label = label;
    }

    /** Whether probes are independent of each other. */
    public boolean independent() {
        return this != ORTHOGONAL;
    }

    /** Whether the law is the same in every orthonormal basis. */
    public boolean rotationInvariant() {
        return this != RADEMACHER;
    }

    /** How much less the mean of so many probes varies than that of as many independent ones: 1 where they are that. */
    public double correction(int count, int n) {
        if (independent() || n < 2) {
            return 1;
        }
        int group = Math.min(GROUP, n);
        double weighted = 0;
        for (int from = 0; from < count; from += group) {
            int size = Math.min(group, count - from);
            weighted += (double) size * (n - size) / (n - 1);
        }
        return weighted / count;
    }

    @Override
    public String toString() {
        return label;
    }
}
