package cotangent.dsl.ir;

/** The elementwise functions of two arguments of one shape and dtype. */
public enum BinaryFunction {
    /** Sum. */
    ADD("plus"),
    /** Difference. */
    SUB("minus"),
    /** Product. */
    MUL("times"),
    /** Quotient; of integers it truncates, and a zero divisor is an error. */
    DIV("dividedBy"),
    /** Power; of floating-point numbers only. */
    POW("pow"),
    /** The larger; NaN if either is NaN. */
    MAX("max"),
    /** The smaller; NaN if either is NaN. */
    MIN("min"),
    /** Logical and; of BOOL only. */
    AND("and"),
    /** Logical or; of BOOL only. */
    OR("or");

    private final String label;

    BinaryFunction(String label) {
        this.label = label;
    }

    /** The function's name as a user calls it. */
    public String label() {
        return label;
    }

    /** Whether the function takes truth values (and nothing else). */
    public boolean isLogical() {
        return this == AND || this == OR;
    }
}
