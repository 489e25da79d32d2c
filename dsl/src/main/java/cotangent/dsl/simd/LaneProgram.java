package cotangent.dsl.simd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a loop nest computes for one element, down to single machine operations: instructions in order, each one's result
 * named by its position. Vector and scalar code are both written from it, so that they agree to the last bit.
 *
 * @param ops the instructions
 */
public record LaneProgram(List<LaneOp> ops) {
    /** Whether every instruction has a vector form. */
    boolean isVectorizable() {
        return ops.stream().noneMatch(op -> op.code() == LaneOp.Code.CALL);
    }

    /** Whether a 64-bit type occurs. */
    boolean isWide() {
        return ops.stream().anyMatch(op -> op.type().bits() == 64);
    }

    /** Collects instructions; equal ones are written once. */
    static final class Builder {
        private final List<LaneOp> ops = new ArrayList<>();
        private final Map<LaneOp, Integer> known = new HashMap<>();

        private Lane emit(LaneOp.Code code, LaneType type, int a, int b, int c, long immediate) {
            LaneOp op = new LaneOp(code, type, a, b, c, immediate);
            Integer number = known.get(op);
            if (number == null) {
                number = ops.size();
                ops.add(op);
                known.put(op, number);
            }
            return new Lane(number, op.resultType());
        }

        private Lane unary(LaneOp.Code code, Lane a) {
            return emit(code, a.type(), a.id(), -1, -1, 0);
        }

        private Lane binary(LaneOp.Code code, Lane a, Lane b) {
            return emit(code, a.type(), a.id(), b.id(), -1, 0);
        }

        LaneProgram build() {
            return new LaneProgram(List.copyOf(ops));
        }

        Lane load(int input, LaneType type) {
            return emit(LaneOp.Code.LOAD, type, -1, -1, -1, input);
        }

        /** A number of any numeric type. */
        Lane number(LaneType type, double value) {
            long bits = switch (type) {
                case F32 -> Float.floatToRawIntBits((float) value);
                case F64 -> Double.doubleToRawLongBits(value);
                case I32, I64 -> (long) value;
                case BOOL -> throw new IllegalArgumentException("a truth value is not a number");
            };
            return emit(LaneOp.Code.CONSTANT, type, -1, -1, -1, bits);
        }

        /** An integer constant. */
        Lane bits(LaneType type, long value) {
            return emit(LaneOp.Code.CONSTANT, type, -1, -1, -1, value);
        }

        Lane add(Lane a, Lane b) {
            return binary(LaneOp.Code.ADD, a, b);
        }

        Lane sub(Lane a, Lane b) {
            return binary(LaneOp.Code.SUB, a, b);
        }

        Lane mul(Lane a, Lane b) {
            return binary(LaneOp.Code.MUL, a, b);
        }

        Lane div(Lane a, Lane b) {
            return binary(LaneOp.Code.DIV, a, b);
        }

        Lane max(Lane a, Lane b) {
            return binary(LaneOp.Code.MAX, a, b);
        }

        Lane min(Lane a, Lane b) {
            return binary(LaneOp.Code.MIN, a, b);
        }

        Lane fma(Lane a, Lane b, Lane c) {
            return emit(LaneOp.Code.FMA, a.type(), a.id(), b.id(), c.id(), 0);
        }

        Lane neg(Lane a) {
            return unary(LaneOp.Code.NEG, a);
        }

        Lane abs(Lane a) {
            return unary(LaneOp.Code.ABS, a);
        }

        Lane sqrt(Lane a) {
            return unary(LaneOp.Code.SQRT, a);
        }

        Lane not(Lane a) {
            return unary(LaneOp.Code.NOT, a);
        }

        Lane and(Lane a, Lane b) {
            return binary(LaneOp.Code.AND, a, b);
        }

        Lane or(Lane a, Lane b) {
            return binary(LaneOp.Code.OR, a, b);
        }

        Lane xor(Lane a, Lane b) {
            return binary(LaneOp.Code.XOR, a, b);
        }

        Lane shiftLeft(Lane a, int distance) {
            return emit(LaneOp.Code.SHL, a.type(), a.id(), -1, -1, distance);
        }

        Lane shiftRight(Lane a, int distance) {
            return emit(LaneOp.Code.SHR, a.type(), a.id(), -1, -1, distance);
        }

        /** A comparison: LT, LE, EQ or NE. */
        Lane compare(LaneOp.Code comparison, Lane a, Lane b) {
            return binary(comparison, a, b);
        }

        Lane less(Lane a, Lane b) {
            return binary(LaneOp.Code.LT, a, b);
        }

        Lane equal(Lane a, Lane b) {
            return binary(LaneOp.Code.EQ, a, b);
        }

        Lane blend(Lane condition, Lane ifTrue, Lane ifFalse) {
            if (ifTrue.type() == LaneType.BOOL) {
                return or(and(condition, ifTrue), and(not(condition), ifFalse));
            }
            return emit(LaneOp.Code.BLEND, ifTrue.type(), condition.id(), ifTrue.id(), ifFalse.id(), 0);
        }

        Lane toBits(Lane a) {
            return emit(LaneOp.Code.TO_BITS, a.type().integral(), a.id(), -1, -1, 0);
        }

        Lane fromBits(Lane a) {
            return emit(LaneOp.Code.FROM_BITS, a.type() == LaneType.I64 ? LaneType.F64 : LaneType.F32, a.id(), -1, -1,
                    0);
        }

        Lane convert(Lane a, LaneType type) {
            return a.type() == type ? a : emit(LaneOp.Code.CONVERT, type, a.id(), -1, -1, 0);
        }

        /** A result that a scalar function replaces in the lanes, few if any, where a condition holds. */
        Lane patch(ScalarFunction function, Lane condition, Lane x, Lane result) {
            return emit(LaneOp.Code.PATCH, result.type(), condition.id(), x.id(), result.id(), function.ordinal());
        }

        Lane call(ScalarFunction function, Lane a) {
            return emit(LaneOp.Code.CALL, a.type(), a.id(), -1, -1, function.ordinal());
        }

        Lane call(ScalarFunction function, Lane a, Lane b) {
            return emit(LaneOp.Code.CALL, a.type(), a.id(), b.id(), -1, function.ordinal());
        }
    }
}
