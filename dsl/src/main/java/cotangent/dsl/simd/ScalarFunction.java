package cotangent.dsl.simd;

/** Functions that have no vector form here (yet): a loop nest with one of them runs as scalar code. */
enum ScalarFunction {
    /** Exponential. */
    EXP,
    /** {@code exp(x) - 1}. */
    EXPM1,
    /** Natural logarithm. */
    LOG,
    /** {@code log(1 + x)}. */
    LOG1P,
    /** Sine. */
    SIN,
    /** Cosine. */
    COS,
    /** Hyperbolic tangent. */
    TANH,
    /** Logistic function. */
    SIGMOID,
    /** Error function. */
    ERF,
    /** Power. */
    POW,
    /** Integer division, which refuses a zero divisor. */
    DIVIDE
}
