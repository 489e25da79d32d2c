package cotangent.dsl.reference;

import cotangent.dsl.ir.UnaryFunction;
import java.util.function.DoubleUnaryOperator;

/**
 * The functions of one argument on balls: the value at the center, and how far it may move, which is the radius times the
 * largest slope in the ball or, for the exponentials, the exact increment.
 */
final class BallFunctions {
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

    private final UnaryFunction function;
    private final ErrorModel model;
    private final DoubleUnaryOperator operator;
    private final double ulps;

    BallFunctions(UnaryFunction function, ErrorModel model) {
        this.function = function;
        this.model = model;
        this.operator = new StrictFunctions().unary(function);
        this.ulps = ErrorModel.ulps(function);
    }

    Ball apply(Ball x) {
        if (x.isUnknown()) {
            return Ball.UNKNOWN;
        }
        double value = operator.applyAsDouble(x.center());
        if (!Double.isFinite(x.center())) {
            return Double.isFinite(value) ? model.rounded(value, 0, ulps) : Ball.exact(value);
        }
        return switch (function) {
            case NEG -> new Ball(value, x.radius());
            case ABS -> new Ball(value, x.radius());
            case SIGN -> sign(x, value);
            case SQRT -> x.low() < 0
                    ? outside(x, 0)
                    : rounded(value, x.isExact() ? 0 : x.radius() / (value + Math.sqrt(x.low())));
            case LOG -> logarithm(x, value, 0);
            case LOG1P -> logarithm(x, value, -1);
            case EXP -> rounded(value, value * Math.expm1(x.radius()));
            case EXPM1 -> rounded(value, StrictMath.exp(x.center()) * Math.expm1(x.radius()));
            case SIN, COS -> rounded(value, Math.min(2, x.radius()));
            case TANH -> rounded(value, x.radius() / squaredCosh(x.smallestMagnitude()));
            case SIGMOID -> rounded(value, x.radius() / (4 * squaredCosh(x.smallestMagnitude() / 2)));
            case ERF -> rounded(value, x.radius() * TWO_OVER_SQRT_PI * gaussian(x.smallestMagnitude()));
            case NOT -> throw new AssertionError(function);
        };
    }

    private Ball rounded(double value, double propagated) {
        return model.rounded(value, propagated, ulps);
    }

    /** Known only if the ball keeps to one side of zero; else within 2 of either sign. */
    private static Ball sign(Ball x, double value) {
        boolean known = x.isExact() || x.low() > 0 || x.high() < 0;
        return known ? Ball.exact(value) : new Ball(value, value == 0 ? 1 : 2);
    }

    /** Of a function that is NaN below {@code edge}: NaN if the ball lies below it, else unknown. */
    private static Ball outside(Ball x, double edge) {
        return x.high() < edge ? Ball.exact(Double.NaN) : Ball.UNKNOWN;
    }

    /** The logarithm of the distance from {@code pole}: its slope is largest at the ball's lower end. */
    private Ball logarithm(Ball x, double value, double pole) {
        if (x.isExact() && x.center() == pole) {
            return Ball.exact(Double.NEGATIVE_INFINITY);
        }
        double distance = x.isExact() ? x.center() - pole : Math.nextDown(x.low() - pole);
        return distance <= 0 ? outside(x, pole) : rounded(value, x.radius() / distance);
    }

    private static double squaredCosh(double x) {
        double cosh = StrictMath.cosh(x);
        return cosh * cosh;
    }

    /** {@code exp(-x^2)}, an upper bound: the square's rounding moves the exponential by less than 2^-43 of itself. */
    private static double gaussian(double x) {
        return StrictMath.exp(-x * x) * (1 + 0x1p-43);
    }
}
