package cotangent.dsl.reference;

import cotangent.dsl.ir.BinaryFunction;

/** The functions of two arguments on balls. */
final class BallArithmetic {
    private final BinaryFunction function;
    private final ErrorModel model;

    BallArithmetic(BinaryFunction function, ErrorModel model) {
        this.function = function;
        this.model = model;
    }

    Ball apply(Ball a, Ball b) {
        if (a.isUnknown() || b.isUnknown()) {
            return Ball.UNKNOWN;
        }
        if (!a.isFinite() || !b.isFinite()) {
            return special(a, b);
        }
        return switch (function) {
            case ADD -> sum(a, b.center(), b.radius());
            case SUB -> sum(a, -b.center(), b.radius());
            case MUL -> product(a, b);
            case DIV -> quotient(a, b);
            case POW -> new BallPower(model).apply(a, b);
            case MAX -> between(Math.max(a.center(), b.center()), Math.max(a.low(), b.low()), Math.max(a.high(), b
                    .high()));
            case MIN -> between(Math.min(a.center(), b.center()), Math.min(a.low(), b.low()), Math.min(a.high(), b
                    .high()));
            case AND, OR -> throw new AssertionError(function);
        };
    }

    /** With infinity or NaN: known if the result is the same at both ends and in the middle of a finite operand. */
    private Ball special(Ball a, Ball b) {
        if (function == BinaryFunction.POW) {
            // Java's pow and the C library's differ here; no backend is held to either.
            return Ball.UNKNOWN;
        }
        if (!a.isNaN() && !b.isNaN() && (function == BinaryFunction.MAX || function == BinaryFunction.MIN)) {
            boolean takesA = (function == BinaryFunction.MAX) == a.center() > b.center();
            return takesA ? a : b;
        }
        if (function == BinaryFunction.DIV && b.smallestMagnitude() == 0) {
            // The sign of a zero is not tracked, and so neither is the sign of what is divided by it.
            return Ball.UNKNOWN;
        }
        double value = evaluate(a.center(), b.center());
        boolean same = same(value, evaluate(a.low(), b.low())) && same(value, evaluate(a.high(), b.high()));
        return same ? Ball.exact(value) : Ball.UNKNOWN;
    }

    private static boolean same(double a, double b) {
        return a == b || Double.isNaN(a) && Double.isNaN(b);
    }

    private double evaluate(double a, double b) {
        return switch (function) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case POW, AND, OR -> throw new AssertionError(function);
        };
    }

    private Ball sum(Ball a, double b, double radius) {
        if (b == 0 && radius == 0) {
            return a;
        }
        if (a.isZero()) {
            return new Ball(b, radius);
        }
        double value = a.center() + b;
        if (a.isExact() && radius == 0 && isExactSum(a.center(), b, value) && model.represents(value)) {
            return Ball.exact(value);
        }
        return model.rounded(value, a.radius() + radius, 0.5);
    }

    private static boolean isExactSum(double a, double b, double sum) {
        double shadow = sum - a;
        return (a - (sum - shadow)) + (b - shadow) == 0;
    }

    private Ball product(Ball a, Ball b) {
        if (a.isZero() || b.isZero()) {
            return Ball.ZERO;
        }
        double value = a.center() * b.center();
        if (a.isExact() && b.isExact() && Math.abs(value) > 0x1p-900 && model.represents(value)
                && Math.fma(a.center(), b.center(), -value) == 0) {
            return Ball.exact(value);
        }
        return model.rounded(value, productRadius(a, b), 0.5);
    }

    /** How far a product moves while its factors stay within their balls. */
    static double productRadius(Ball a, Ball b) {
        return Math.abs(a.center()) * b.radius() + Math.abs(b.center()) * a.radius() + a.radius() * b.radius();
    }

    private Ball quotient(Ball a, Ball b) {
        double divisor = b.smallestMagnitude();
        if (divisor == 0) {
            return Ball.UNKNOWN;
        }
        double value = a.center() / b.center();
        return model.rounded(value, (a.radius() + Math.abs(value) * b.radius()) / divisor, 0.5);
    }

    /** The ball around a center that reaches from {@code low} to {@code high}. */
    static Ball between(double center, double low, double high) {
        double reach = Math.max(high - center, center - low);
        return new Ball(center, reach == 0 ? 0 : Math.nextUp(reach));
    }
}
