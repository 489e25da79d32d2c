package cotangent.dsl.simd;

/** Functions that generated code calls for one element at a time. */
enum ScalarFunction {
    /** Sine of a huge argument. */
    SIN,
    /** Cosine of a huge argument. */
    COS,
    /** Power. A loop nest with one runs as scalar code. */
    POW,
    /** Integer division, which refuses a zero divisor. A loop nest with one runs as scalar code. */
    DIVIDE
}
