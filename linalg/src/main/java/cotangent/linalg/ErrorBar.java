package cotangent.linalg;

/** What an estimate's error bar rests on. */
public enum ErrorBar {
    /** The spread of independent samples: a confidence interval by Student's t. */
    SAMPLE("sample"),
    /** The spread of estimates that each leave one sample out: a heuristic, as the samples are not independent. */
    LEAVE_ONE_OUT("leave-one-out"),
    /** A theorem: the value cannot be further off, but for rounding. */
    BOUND("bound"),
    /** No error but rounding. */
    EXACT("exact");

    private final String label;

    ErrorBar(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
