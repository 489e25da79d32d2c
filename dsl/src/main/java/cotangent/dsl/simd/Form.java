package cotangent.dsl.simd;

/** Which form of a kernel runs. All give the same bits. */
enum Form {
    /** The scalar form until the vector form has been warmed in the background. */
    ADAPTIVE,
    /** The vector form from the first call on, where there is one. */
    VECTOR,
    /** The scalar form always. */
    SCALAR
}
