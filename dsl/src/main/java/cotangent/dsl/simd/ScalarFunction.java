package cotangent.dsl.simd;

/** Functions that code calls for one element at a time. */
public enum ScalarFunction {
    /** Sine of a huge argument. */
    SIN,
    /** Cosine of a huge argument. */
    COS,
    /** Power. A loop nest with one runs as scalar code. */
    POW,
    /** Integer division, which refuses a zero divisor. A loop nest with one runs as scalar code. */
    DIVIDE,
    /** A device's own exponential. */
    EXP,
    /** A device's own logarithm. */
    LOG,
    /** A device's own hyperbolic tangent. */
    TANH
}
