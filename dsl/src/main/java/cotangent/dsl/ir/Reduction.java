package cotangent.dsl.ir;

/** How a set of elements becomes one. */
public enum Reduction {
    /** Sum; zero of no elements. */
    SUM,
    /** Largest; NaN if any element is NaN. Needs at least one element. */
    MAX,
    /** Smallest; NaN if any element is NaN. Needs at least one element. */
    MIN;

    /** The reduction's name as a user calls it. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
