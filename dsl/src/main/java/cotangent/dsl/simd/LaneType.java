package cotangent.dsl.simd;

import cotangent.dsl.DType;
import java.lang.classfile.TypeKind;

/** The type of a value in a {@link LaneProgram}, one lane of it. I64 exists only as the bits of F64. */
public enum LaneType {
    F32(32, TypeKind.FLOAT, "Float"), F64(64, TypeKind.DOUBLE, "Double"), I32(32, TypeKind.INT, "Int"), I64(64,
            TypeKind.LONG, "Long"), BOOL(0, TypeKind.INT, "Boolean");

    private final int bits;
    private final TypeKind kind;
    private final String label;

    LaneType(int bits, TypeKind kind, String label) {
        this.bits = bits;
        this.kind = kind;
        this.label = label;
    }

    /** The lane of a dtype. */
    public static LaneType of(DType dtype) {
        return switch (dtype) {
            case F32 -> F32;
            case F64 -> F64;
            case I32 -> I32;
            case BOOL -> BOOL;
        };
    }

    /** Width of a lane; 0 for truth values, which follow what they are compared from. */
    public int bits() {
        return bits;
    }

    /** How the JVM keeps one lane. */
    public TypeKind kind() {
        return kind;
    }

    /** The word in the Vector API's class names. */
    String label() {
        return label;
    }

    /** Whether it is a floating-point type. */
    public boolean isFloating() {
        return this == F32 || this == F64;
    }

    /** The integer type of the same width. */
    LaneType integral() {
        return bits == 64 ? I64 : I32;
    }
}
