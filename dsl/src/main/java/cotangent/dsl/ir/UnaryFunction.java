package cotangent.dsl.ir;

/** The elementwise functions of one argument that are primitives; all others are compositions of them. */
public enum UnaryFunction {
    /** Negation. */
    NEG,
    /** Absolute value. */
    ABS,
    /** -1, 0 or 1; NaN stays NaN, a zero keeps its sign. */
    SIGN,
    /** Square root. */
    SQRT,
    /** Exponential. */
    EXP,
    /** {@code exp(x) - 1}, accurate near zero. */
    EXPM1,
    /** Natural logarithm. */
    LOG,
    /** {@code log(1 + x)}, accurate near zero. */
    LOG1P,
    /** Sine, of radians. */
    SIN,
    /** Cosine, of radians. */
    COS,
    /** Hyperbolic tangent. */
    TANH,
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID,
    /** The error function {@code 2/sqrt(pi) * integral of exp(-t^2) from 0 to x}. */
    ERF,
    /** Logical negation; of BOOL only. */
    NOT;

    /** The function's name as a user calls it. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
