package cotangent.dsl.simd;

/**
 * One instruction of a {@link LaneProgram}: the same in every lane, with one meaning in vector and in scalar code, to
 * the last bit.
 *
 * @param code      what it does
 * @param type      type of the result (of the operands, where a comparison)
 * @param a         number of the first operand, or -1
 * @param b         number of the second operand, or -1
 * @param c         number of the third operand, or -1
 * @param immediate a constant's bits, an input's number, a shift's distance or a function's number
 */
public record LaneOp(Code code, LaneType type, int a, int b, int c, long immediate) {
    /** What an instruction does. */
    public enum Code {
        /** The element of input {@code immediate}. */
        LOAD,
        /** The value with the bits {@code immediate}. */
        CONSTANT,
        /** Sum. */
        ADD,
        /** Difference. */
        SUB,
        /** Product. */
        MUL,
        /** Quotient. */
        DIV,
        /** Larger, as Math.max. */
        MAX,
        /** Smaller, as Math.min. */
        MIN,
        /** {@code a * b + c}, rounded once. */
        FMA,
        /** Negation. */
        NEG,
        /** Absolute value. */
        ABS,
        /** Square root. */
        SQRT,
        /** Bits or truth values: and. */
        AND,
        /** Bits or truth values: or. */
        OR,
        /** Bits or truth values: exclusive or. */
        XOR,
        /** Truth value: not. */
        NOT,
        /** Bits shifted left. */
        SHL,
        /** Bits shifted right, zeros coming in. */
        SHR,
        /** Comparison {@code a < b} of values of {@code type}. */
        LT,
        /** Comparison {@code a <= b}. */
        LE,
        /** Comparison {@code a == b}. */
        EQ,
        /** Comparison {@code a != b}, true if either is NaN. */
        NE,
        /** {@code a ? b : c}. */
        BLEND,
        /** The bits of a floating-point number. */
        TO_BITS,
        /** The floating-point number of the bits. */
        FROM_BITS,
        /** Java's cast to {@code type}. */
        CONVERT,
        /** A function of the JDK, in scalar code only: {@link ScalarFunction} number {@code immediate}. */
        CALL,
        /** {@code a ? f(b) : c}, where f is {@link ScalarFunction} number {@code immediate} and a is seldom true. */
        PATCH
    }

    /** Type of the result. */
    public LaneType resultType() {
        return switch (code) {
            case LT, LE, EQ, NE -> LaneType.BOOL;
            default -> type;
        };
    }
}
