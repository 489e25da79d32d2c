package cotangent.dsl.ir;

/** The distributions that {@link Op.Random} draws from. */
public enum Distribution {
    /** Uniform on (0, 1). */
    UNIFORM,
    /** Standard normal. */
    NORMAL,
    /** -1 or 1 with equal probability. */
    RADEMACHER
}
