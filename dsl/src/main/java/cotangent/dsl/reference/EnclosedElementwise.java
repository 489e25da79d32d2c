package cotangent.dsl.reference;

import cotangent.dsl.DType;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import cotangent.dsl.reference.Enclosure.Balls;
import cotangent.dsl.reference.Enclosure.Decisions;

/** Elementwise primitives on enclosures. */
final class EnclosedElementwise {
    private EnclosedElementwise() {}

    static Balls unary(UnaryFunction function, DType dtype, Balls x) {
        BallFunctions functions = new BallFunctions(function, ErrorModel.of(dtype));
        Balls result = Balls.allocate(x.size());
        for (int i = 0; i < x.size(); i++) {
            result.set(i, functions.apply(x.at(i)));
        }
        return result;
    }

    static Balls binary(BinaryFunction function, DType dtype, Balls a, Balls b) {
        BallArithmetic arithmetic = new BallArithmetic(function, ErrorModel.of(dtype));
        Balls result = Balls.allocate(a.size());
        for (int i = 0; i < a.size(); i++) {
            result.set(i, arithmetic.apply(a.at(i), b.at(i)));
        }
        return result;
    }

    /** Integers and truth values: in doubt where an operand is, unless the other one settles an and or an or. */
    static Decisions binary(BinaryFunction function, Kernel kernel, Decisions a, Decisions b) {
        if (function == BinaryFunction.DIV) {
            requireDecided(b, "an integer divisor");
        }
        boolean[] undecided = either(a, b);
        if (function.isLogical()) {
            boolean settling = function == BinaryFunction.OR;
            for (int i = 0; i < undecided.length; i++) {
                undecided[i] &= !(settles(a, i, settling) || settles(b, i, settling));
            }
        }
        return new Decisions(kernel.apply(new Object[]{a.values(), b.values()}), undecided);
    }

    private static boolean settles(Decisions x, int i, boolean value) {
        return x.isDecided(i) && x.truths()[i] == value;
    }

    static boolean[] either(Decisions a, Decisions b) {
        boolean[] result = a.undecided().clone();
        for (int i = 0; i < result.length; i++) {
            result[i] |= b.undecided()[i];
        }
        return result;
    }

    /** Where a wrong guess would lead to an error or to another element altogether, the oracle gives up. */
    static void requireDecided(Decisions x, String role) {
        for (boolean undecided : x.undecided()) {
            if (undecided) {
                throw new UndecidedException(role + " depends on a comparison that rounding may turn");
            }
        }
    }

    static Decisions compare(Comparison comparison, Balls a, Balls b) {
        boolean[] truths = new boolean[a.size()];
        boolean[] undecided = new boolean[a.size()];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = compare(comparison, a.centers()[i], b.centers()[i]);
            undecided[i] = !isDecided(a.at(i), b.at(i));
        }
        return new Decisions(truths, undecided);
    }

    private static boolean compare(Comparison comparison, double a, double b) {
        return switch (comparison) {
            case LT -> a < b;
            case LE -> a <= b;
            case EQ -> a == b;
            case NE -> a != b;
        };
    }

    /** Balls that are apart are ordered; those that touch are not, but for numbers that all implementations agree on. */
    private static boolean isDecided(Ball a, Ball b) {
        if (a.isUnknown() || b.isUnknown()) {
            return false;
        }
        return a.isExact() && b.isExact() || a.isNaN() || b.isNaN() || a.high() < b.low() || b.high() < a.low();
    }

    static Balls select(Decisions condition, Balls ifTrue, Balls ifFalse) {
        Balls result = Balls.allocate(ifTrue.size());
        for (int i = 0; i < ifTrue.size(); i++) {
            Ball chosen = condition.truths()[i] ? ifTrue.at(i) : ifFalse.at(i);
            Ball other = condition.truths()[i] ? ifFalse.at(i) : ifTrue.at(i);
            result.set(i, condition.isDecided(i) ? chosen : chosen.hull(other));
        }
        return result;
    }

    static Decisions select(Kernel kernel, Decisions condition, Decisions ifTrue, Decisions ifFalse) {
        boolean[] undecided = new boolean[condition.undecided().length];
        for (int i = 0; i < undecided.length; i++) {
            Decisions chosen = condition.truths()[i] ? ifTrue : ifFalse;
            undecided[i] = condition.isDecided(i)
                    ? !chosen.isDecided(i)
                    : !ifTrue.isDecided(i) || !ifFalse.isDecided(i) || !sameValue(ifTrue, ifFalse, i);
        }
        return new Decisions(kernel.apply(new Object[]{condition.values(), ifTrue.values(), ifFalse.values()}),
                undecided);
    }

    private static boolean sameValue(Decisions a, Decisions b, int i) {
        return a.values() instanceof int[] ? a.ints()[i] == b.ints()[i] : a.truths()[i] == b.truths()[i];
    }

    /** Conversion of floating-point numbers; an exact number stays exact, since all round it alike. */
    static Enclosure cast(Op.Cast op, DType from, Balls x) {
        return switch (op.dtype()) {
            case F64 -> x;
            case F32 -> from == DType.F32 ? x : narrow(x);
            case I32 -> toIntegers(x);
            case BOOL -> compare(Comparison.NE, x, Balls.exact(new double[x.size()]));
        };
    }

    private static Balls narrow(Balls x) {
        Balls result = Balls.allocate(x.size());
        for (int i = 0; i < x.size(); i++) {
            Ball wide = x.at(i);
            result.set(i, wide.isFinite() && !wide.isExact()
                    ? ErrorModel.F32.rounded(wide.center(), wide.radius(), 0.5)
                    : new Ball((float) wide.center(), wide.radius()));
        }
        return result;
    }

    private static Decisions toIntegers(Balls x) {
        int[] values = new int[x.size()];
        boolean[] undecided = new boolean[x.size()];
        for (int i = 0; i < values.length; i++) {
            Ball ball = x.at(i);
            values[i] = (int) ball.center();
            undecided[i] = ball.isUnknown() || (int) ball.low() != (int) ball.high();
        }
        return new Decisions(values, undecided);
    }

    /** Conversion of integers and truth values; what is in doubt becomes unknown. */
    static Enclosure cast(Op.Cast op, DType from, Decisions x) {
        Object values = CastKernels.cast(from, op.dtype()).apply(new Object[]{x.values()});
        if (!(values instanceof double[] numbers)) {
            return new Decisions(values, x.undecided());
        }
        Balls result = Balls.exact(numbers.clone());
        for (int i = 0; i < result.size(); i++) {
            if (!x.isDecided(i)) {
                // A truth value that is not known is still 0 or 1.
                result.set(i, from == DType.BOOL ? new Ball(numbers[i], 1) : Ball.UNKNOWN);
            }
        }
        return result;
    }
}
