package cotangent.linalg.operator;

/**
 * How many passes through a model's derivative one product with an operator takes.
 *
 * @param jvps forward-mode passes per vector
 * @param vjps reverse-mode passes per vector
 */
public record DerivativeCost(int jvps, int vjps) {
    /** The cost of an operator that no model stands behind. */
    public static final DerivativeCost NONE = new DerivativeCost(0, 0);
    /** One forward-mode pass. */
    public static final DerivativeCost JVP = new DerivativeCost(1, 0);
    /** One reverse-mode pass. */
    public static final DerivativeCost VJP = new DerivativeCost(0, 1);

    /** The cost of both, one after the other. */
    public DerivativeCost plus(DerivativeCost other) {
        return new DerivativeCost(jvps + other.jvps, vjps + other.vjps);
    }
}
