package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.ir.UnaryFunction;

/**
 * How far a correct implementation in a dtype may be from the exact result of one operation on given operands.
 *
 * <p>Sums, products, quotients and square roots are correctly rounded (half an ULP); the other functions may err by the
 * number of ULP stated in {@link #ulps}; subnormal numbers are not flushed to zero; a result that might exceed the
 * dtype's range is unknown. The oracle's own rounding, in float64 and by {@link StrictMath}, is within the same number of
 * ULP of float64, and is added.
 *
 * <p>The bounds themselves are computed in float64 without directed rounding. Each is a short formula of positive terms,
 * so a relative surcharge of 2^-40 covers its rounding with room to spare.
 */
final class ErrorModel {
    static final ErrorModel F32 = new ErrorModel(0x1p-24, Float.MIN_VALUE, Float.MAX_VALUE);
    static final ErrorModel F64 = new ErrorModel(0x1p-53, Double.MIN_VALUE, Double.MAX_VALUE);

    private static final double SURCHARGE = 1 + 0x1p-40;
    private static final double OWN_ROUNDOFF = 0x1p-53;

    private final double roundoff;
    private final double smallest;
    private final double largest;

    private ErrorModel(double roundoff, double smallest, double largest) {
        this.roundoff = roundoff;
        this.smallest = smallest;
        this.largest = largest;
    }

    static ErrorModel of(DType dtype) {
        return switch (dtype) {
            case F32 -> F32;
            case F64 -> F64;
            case I32, BOOL -> throw new AssertionError(dtype);
        };
    }

    /** What an implementation of a function may err by, in units in the last place of its result. */
    static double ulps(UnaryFunction function) {
        return switch (function) {
            case NEG, ABS, SIGN, NOT -> 0;
            case SQRT -> 0.5;
            case SIN, COS, LOG -> 2;
            case EXP, EXPM1, LOG1P, ERF -> 3;
            case SIGMOID -> 4;
            // jafama's, which the working reference backend uses.
            case TANH -> 7;
        };
    }

    /** What an implementation of the power may err by, in units in the last place of its result. */
    static double powUlps() {
        return 3;
    }

    /** Whether a number of the dtype has this value. */
    boolean represents(double value) {
        return this == F64 || (float) value == value;
    }

    /** The dtype's largest finite number. */
    double largest() {
        return largest;
    }

    /** The largest whole number up to which all whole numbers are numbers of the dtype: 2^24 or 2^53. */
    double wholeNumbers() {
        return 1 / roundoff;
    }

    /**
     * The result of one operation.
     *
     * @param value      the oracle's result, from the operands' centers
     * @param propagated how far the exact result may move while the operands stay within their balls
     * @param ulps       what an implementation may err by on its operands
     */
    Ball rounded(double value, double propagated, double ulps) {
        double magnitude = Math.abs(value) + propagated;
        double error = 2 * ulps * (roundoff + OWN_ROUNDOFF) * magnitude + 2 * ulps * smallest;
        return bounded(value, (propagated + error) * SURCHARGE);
    }

    /**
     * The sum of terms in any order.
     *
     * @param value      the oracle's sum
     * @param propagated the sum of the terms' own error bounds
     * @param magnitude  the sum of the terms' largest magnitudes
     * @param roundings  how many roundings a term can pass through: the terms less one, one more if they are products
     */
    Ball summed(double value, double propagated, double magnitude, int roundings) {
        // n u / (1 - n u) bounds the relative error of n factors (1 + d), |d| <= u (Higham 2002, lemma 3.1).
        double relative = roundings * (roundoff + OWN_ROUNDOFF);
        if (relative > 0.5) {
            return Ball.UNKNOWN;
        }
        double error = relative / (1 - relative) * magnitude + roundings * smallest;
        return magnitude > largest ? Ball.UNKNOWN : bounded(value, (propagated + error) * SURCHARGE);
    }

    private Ball bounded(double value, double radius) {
        // Negated, so that NaN ends here too.
        return !(Math.abs(value) + radius < largest) ? Ball.UNKNOWN : new Ball(value, radius);
    }
}
