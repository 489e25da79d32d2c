package cotangent.dsl;

/** The element type of a {@link Tensor} or an {@link Expr}. Only the floating-point types are differentiable. */
public enum DType {
    /** IEEE 754 single precision, 4 bytes. */
    F32("f32", 4),
    /** IEEE 754 double precision, 8 bytes. */
    F64("f64", 8),
    /** Signed 32-bit integer, 4 bytes; arithmetic wraps around as in Java. Not differentiable. */
    I32("i32", 4),
    /** Truth value, 1 byte. Not differentiable. */
    BOOL("bool", 1);

    private final String label;
    private final int bytes;

    DType(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** Whether values of this type are differentiable. */
    public boolean isFloating() {
        return this == F32 || this == F64;
    }

    /** Whether arithmetic is defined on this type: every type but {@link #BOOL}. */
    public boolean isNumeric() {
        return this != BOOL;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /**
     * Unit roundoff of the type: half the distance from 1 to the next larger number, 2^-24 or 2^-53.
     *
     * @throws ShapeException if the type is not floating point
     */
    public double unitRoundoff() {
        return switch (this) {
            case F32 -> 0x1p-24;
            case F64 -> 0x1p-53;
            case I32, BOOL -> throw new ShapeException("unitRoundoff: expected f32 or f64, got " + this);
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
