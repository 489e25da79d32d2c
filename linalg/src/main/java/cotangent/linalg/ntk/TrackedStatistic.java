package cotangent.linalg.ntk;

/** What an {@link NtkTracker} may follow: statistics of the kernel K_t after t steps, some against the first kernel K_0. */
public enum TrackedStatistic {
    /** tr K_t. */
    TRACE("trace", false),
    /** ‖K_t‖_F. */
    FROBENIUS_NORM("frobenius_norm", false),
    /** (tr K_t)²/‖K_t‖_F². */
    EFFECTIVE_RANK("effective_rank", false),
    /** ⟨K_t, K_0⟩_F/(‖K_t‖_F ‖K_0‖_F): 1 where the kernel has not turned. */
    ALIGNMENT("alignment", true),
    /** ‖K_t − K_0‖_F/‖K_0‖_F: near 0 in lazy training. From samples it is known to some 1e-8 at best. */
    RELATIVE_CHANGE("relative_change", true),
    /** yᵀK_t y/(‖K_t‖_F ‖y‖²) with the labels y, not centred (N. Cristianini et al., NeurIPS 2001, section 2). */
    LABEL_ALIGNMENT("label_alignment", false);

    private final String label;
    private final boolean comparing;

    TrackedStatistic(String label, boolean comparing) {
        this.label = label;
        this.comparing = comparing;
    }

    /** Its name in files. */
    public String label() {
        return label;
    }

    /** Whether it takes products with the first kernel, too. */
    boolean comparing() {
        return comparing;
    }
}
