package cotangent.dsl;

import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import java.util.List;

/**
 * Elementwise operations. Two operands are broadcast against each other as in NumPy and must have one dtype; a Java
 * number takes the dtype of the value it meets. Derivatives at kinks and ties: {@code abs} and {@code sign} 0 at 0,
 * {@code relu} 0 at 0, {@code max} and {@code min} half to each side of a tie.
 *
 * @param <V> the kind of value
 */
public sealed interface Elementwise<V extends Array<V>> extends Operand<V> permits Array {
    /** {@code -x}. */
    default V neg() {
        return operation(new Op.Unary(UnaryFunction.NEG));
    }

    /** Absolute value. */
    default V abs() {
        return operation(new Op.Unary(UnaryFunction.ABS));
    }

    /** -1, 0 or 1. */
    default V sign() {
        return operation(new Op.Unary(UnaryFunction.SIGN));
    }

    /** Square root. */
    default V sqrt() {
        return operation(new Op.Unary(UnaryFunction.SQRT));
    }

    /** {@code 1 / sqrt(x)}. */
    default V rsqrt() {
        return sqrt().reciprocal();
    }

    /** {@code x * x}. */
    default V square() {
        return times(self());
    }

    /** {@code 1 / x}. */
    default V reciprocal() {
        return filled(1).dividedBy(self());
    }

    /** Exponential. */
    default V exp() {
        return operation(new Op.Unary(UnaryFunction.EXP));
    }

    /** {@code exp(x) - 1}, accurate near zero. */
    default V expm1() {
        return operation(new Op.Unary(UnaryFunction.EXPM1));
    }

    /** Natural logarithm. */
    default V log() {
        return operation(new Op.Unary(UnaryFunction.LOG));
    }

    /** {@code log(1 + x)}, accurate near zero. */
    default V log1p() {
        return operation(new Op.Unary(UnaryFunction.LOG1P));
    }

    /** Sine, of radians. */
    default V sin() {
        return operation(new Op.Unary(UnaryFunction.SIN));
    }

    /** Cosine, of radians. */
    default V cos() {
        return operation(new Op.Unary(UnaryFunction.COS));
    }

    /** Hyperbolic tangent. */
    default V tanh() {
        return operation(new Op.Unary(UnaryFunction.TANH));
    }

    /** {@code 1 / (1 + exp(-x))}. */
    default V sigmoid() {
        return operation(new Op.Unary(UnaryFunction.SIGMOID));
    }

    /** The error function. */
    default V erf() {
        return operation(new Op.Unary(UnaryFunction.ERF));
    }

    /** {@code max(x, 0)}, with derivative 0 at 0; NaN stays NaN. */
    default V relu() {
        V zero = filled(0);
        return lessOrEqual(zero).where(zero, self());
    }

    /** {@code log(1 + exp(x))} without overflow. */
    default V softplus() {
        return operation(CustomJvp.unary("softplus", type(),
                x -> x.max(x.filled(0)).plus(x.abs().neg().exp().log1p()), (x, y, dx) -> dx.times(x.sigmoid())));
    }

    /** {@code x * sigmoid(x)}, also called swish. */
    default V silu() {
        return times(sigmoid());
    }

    /** {@code x * Phi(x)} with the normal distribution function Phi (Hendrycks and Gimpel 2016, exact form). */
    default V gelu() {
        return times(times(Math.sqrt(0.5)).erf().plus(1)).times(0.5);
    }

    /** {@code 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))} (Hendrycks and Gimpel 2016, section 2). */
    default V geluTanh() {
        V cubic = times(self()).times(self()).times(0.044715);
        return plus(cubic).times(Math.sqrt(2 / Math.PI)).tanh().plus(1).times(self()).times(0.5);
    }

    /** The same value, with a derivative of zero. */
    default V stopGradient() {
        return operation(new Op.StopGradient());
    }

    /** Conversion of the dtype, as Java's casts do it; a number is true if it is not zero. */
    default V cast(DType dtype) {
        return dtype == dtype() ? self() : operation(new Op.Cast(dtype));
    }

    /** {@code x + y}. */
    default V plus(V other) {
        return Broadcasting.binary(BinaryFunction.ADD, self(), other);
    }

    /** {@code x + number}. */
    default V plus(double number) {
        return plus(Broadcasting.number(self(), number));
    }

    /** {@code x - y}. */
    default V minus(V other) {
        return Broadcasting.binary(BinaryFunction.SUB, self(), other);
    }

    /** {@code x - number}. */
    default V minus(double number) {
        return minus(Broadcasting.number(self(), number));
    }

    /** {@code x * y}, element by element. */
    default V times(V other) {
        return Broadcasting.binary(BinaryFunction.MUL, self(), other);
    }

    /** {@code x * number}. */
    default V times(double number) {
        return times(Broadcasting.number(self(), number));
    }

    /** {@code x / y}, element by element. */
    default V dividedBy(V other) {
        return Broadcasting.binary(BinaryFunction.DIV, self(), other);
    }

    /** {@code x / number}. */
    default V dividedBy(double number) {
        return dividedBy(Broadcasting.number(self(), number));
    }

    /** {@code x} to the power {@code y}, element by element; floating point only. */
    default V pow(V other) {
        return Broadcasting.binary(BinaryFunction.POW, self(), other);
    }

    /** {@code x} to the power of a number. */
    default V pow(double number) {
        return pow(Broadcasting.number(self(), number));
    }

    /** The larger of {@code x} and {@code y}; NaN if either is. With a number: {@link #atLeast}. */
    default V max(V other) {
        return Broadcasting.binary(BinaryFunction.MAX, self(), other);
    }

    /** The smaller of {@code x} and {@code y}; NaN if either is. With a number: {@link #atMost}. */
    default V min(V other) {
        return Broadcasting.binary(BinaryFunction.MIN, self(), other);
    }

    /** The larger of {@code x} and a number. */
    default V atLeast(double number) {
        return max(Broadcasting.number(self(), number));
    }

    /** The smaller of {@code x} and a number. */
    default V atMost(double number) {
        return min(Broadcasting.number(self(), number));
    }

    /** {@code x} limited to the interval from {@code low} to {@code high}. */
    default V clamp(double low, double high) {
        return atLeast(low).atMost(high);
    }

    /** {@code x < y}, BOOL. */
    default V lessThan(V other) {
        return Broadcasting.compare(Comparison.LT, self(), other);
    }

    /** {@code x < number}, BOOL. */
    default V lessThan(double number) {
        return lessThan(Broadcasting.number(self(), number));
    }

    /** {@code x <= y}, BOOL. */
    default V lessOrEqual(V other) {
        return Broadcasting.compare(Comparison.LE, self(), other);
    }

    /** {@code x <= number}, BOOL. */
    default V lessOrEqual(double number) {
        return lessOrEqual(Broadcasting.number(self(), number));
    }

    /** {@code x > y}, BOOL. */
    default V greaterThan(V other) {
        return other.lessThan(self());
    }

    /** {@code x > number}, BOOL. */
    default V greaterThan(double number) {
        return greaterThan(Broadcasting.number(self(), number));
    }

    /** {@code x >= y}, BOOL. */
    default V greaterOrEqual(V other) {
        return other.lessOrEqual(self());
    }

    /** {@code x >= number}, BOOL. */
    default V greaterOrEqual(double number) {
        return greaterOrEqual(Broadcasting.number(self(), number));
    }

    /** {@code x == y}, BOOL. */
    default V equalTo(V other) {
        return Broadcasting.compare(Comparison.EQ, self(), other);
    }

    /** {@code x == number}, BOOL. */
    default V equalTo(double number) {
        return equalTo(Broadcasting.number(self(), number));
    }

    /** {@code x != y}, BOOL. */
    default V notEqualTo(V other) {
        return Broadcasting.compare(Comparison.NE, self(), other);
    }

    /** {@code x != number}, BOOL. */
    default V notEqualTo(double number) {
        return notEqualTo(Broadcasting.number(self(), number));
    }

    /** Logical and, of BOOL values. */
    default V and(V other) {
        return Broadcasting.binary(BinaryFunction.AND, self(), other);
    }

    /** Logical or, of BOOL values. */
    default V or(V other) {
        return Broadcasting.binary(BinaryFunction.OR, self(), other);
    }

    /** Logical negation, of a BOOL value. */
    default V not() {
        return operation(new Op.Unary(UnaryFunction.NOT));
    }

    /** Of a BOOL value: {@code ifTrue} where it holds, {@code ifFalse} elsewhere; all three are broadcast. */
    default V where(V ifTrue, V ifFalse) {
        Shape common = Broadcasting.common("where", shape(), Broadcasting.common("where", ifTrue.shape(),
                ifFalse.shape()));
        return operation(new Op.Select(), List.of(self().broadcastTo(common), ifTrue.broadcastTo(common),
                ifFalse.broadcastTo(common)));
    }
}
