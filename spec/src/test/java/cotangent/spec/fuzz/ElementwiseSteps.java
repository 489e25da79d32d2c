package cotangent.spec.fuzz;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.TensorType;
import cotangent.dsl.ir.BinaryFunction;
import cotangent.dsl.ir.Comparison;
import cotangent.dsl.ir.Op;
import cotangent.dsl.ir.UnaryFunction;
import java.util.List;

/** Steps by elementwise primitives. */
final class ElementwiseSteps {
    private static final UnaryFunction[] UNARY = UnaryFunction.values();
    private static final BinaryFunction[] BINARY = BinaryFunction.values();
    private static final Comparison[] COMPARISONS = Comparison.values();

    private ElementwiseSteps() {}

    static Expr unary(Growth growth) {
        UnaryFunction function = UNARY[growth.random.nextInt(UNARY.length)];
        return switch (function) {
            case NOT -> apply(function, growth.pick(DType.BOOL));
            case NEG, ABS, SIGN -> apply(function, growth.pickNumeric());
            // Mostly within the function's domain, where there is something to judge.
            case LOG, SQRT -> {
                Expr x = growth.pickFloating();
                yield apply(function, growth.chance(80) ? x.square().plus(0.01) : x);
            }
            case LOG1P -> {
                Expr x = growth.pickFloating();
                yield apply(function, growth.chance(80) ? x.tanh().times(0.99) : x);
            }
            case EXP, EXPM1, SIN, COS, TANH, SIGMOID, ERF -> apply(function, growth.pickFloating());
        };
    }

    private static Expr apply(UnaryFunction function, Expr x) {
        return x.operation(new Op.Unary(function));
    }

    static Expr binary(Growth growth) {
        BinaryFunction function = BINARY[growth.random.nextInt(BINARY.length)];
        return switch (function) {
            case AND, OR -> apply(function, growth, growth.pick(DType.BOOL));
            case ADD, SUB, MUL, MAX, MIN -> apply(function, growth, growth.pickNumeric());
            case DIV -> {
                Expr x = growth.pickNumeric();
                Expr divisor = growth.like(x.type());
                // An integer divisor must not be zero.
                yield x.dividedBy(x.dtype() == DType.I32 || growth.chance(70) ? divisor.abs().plus(1) : divisor);
            }
            case POW -> {
                Expr x = growth.pickFloating();
                yield growth.chance(50)
                        ? x.pow(growth.random.nextInt(-2, 4))
                        : x.abs().plus(0.1).pow(growth.like(x.type()).clamp(-3, 3));
            }
        };
    }

    private static Expr apply(BinaryFunction function, Growth growth, Expr x) {
        Expr other = growth.like(x.type());
        return x.operation(new Op.Binary(function),
                growth.random.nextBoolean() ? List.of(x, other) : List.of(other, x));
    }

    static Expr compare(Growth growth) {
        Expr x = growth.pickNumeric();
        Comparison comparison = COMPARISONS[growth.random.nextInt(COMPARISONS.length)];
        return x.operation(new Op.Compare(comparison), List.of(x, growth.like(x.type())));
    }

    static Expr select(Growth growth) {
        Expr x = growth.pickAny();
        return growth.like(x.type().with(DType.BOOL)).where(x, growth.like(x.type()));
    }

    static Expr cast(Growth growth) {
        Expr x = growth.pickAny();
        DType target = DType.values()[growth.random.nextInt(DType.values().length)];
        // Back to the graph's own type more often than not, so that it does not end in truth values.
        return x.operation(new Op.Cast(growth.chance(50) ? growth.floating : target));
    }

    /** Keeps values from growing without bound. */
    static Expr squash(Growth growth) {
        Expr x = growth.pickFloating();
        return growth.chance(50) ? x.tanh() : x.sin();
    }

    static Expr composition(Growth growth) {
        Expr x = growth.pickFloating();
        return switch (growth.random.nextInt(7)) {
            case 0 -> x.relu();
            case 1 -> x.softplus();
            case 2 -> x.gelu();
            case 3 -> x.silu();
            case 4 -> x.stopGradient();
            case 5 -> x.plus(growth.input(TensorType.of(x.dtype())));
            default -> x.times(2).minus(1);
        };
    }
}
