package cotangent.dsl.ir;

/** The comparisons of two numbers; each is false if either is NaN, but {@link #NE}, which is true. */
public enum Comparison {
    /** Less than. */
    LT("lessThan"),
    /** Less than or equal. */
    LE("lessOrEqual"),
    /** Equal. */
    EQ("equalTo"),
    /** Not equal. */
    NE("notEqualTo");

    private final String label;

    Comparison(String label) {
        this.label = label;
    }

    /** The comparison's name as a user calls it. */
    public String label() {
        return label;
    }
}
