package cotangent.dsl.reference;

/** {@code x^y} on finite balls. */
final class BallPower {
    private final ErrorModel model;

    BallPower(ErrorModel model) {
        this.model = model;
    }

    Ball apply(Ball x, Ball y) {
        double value = StrictMath.pow(x.center(), y.center());
        if (!y.isExact()) {
            return x.low() <= 0 ? Ball.UNKNOWN : rounded(value, value * Math.expm1(exponentReach(x, y)));
        }
        return y.center() == Math.rint(y.center()) ? wholePower(x, y.center(), value) : realPower(x, y.center(), value);
    }

    private Ball rounded(double value, double propagated) {
        return model.rounded(value, propagated, ErrorModel.powUlps());
    }

    /** How far {@code y ln x} moves while both stay within their balls, x being positive. */
    private static double exponentReach(Ball x, Ball y) {
        double logarithm = Math.max(Math.abs(Math.log(x.low())), Math.abs(Math.log(x.high())));
        double slack = 1 + 0x1p-40;
        return (y.largestMagnitude() * x.radius() / x.low() + y.radius() * logarithm * slack) * slack;
    }

    /** The slope {@code y x^(y-1)} is largest in magnitude where x is: at its largest for y > 1, else at its smallest. */
    private Ball wholePower(Ball x, double y, double value) {
        if (x.isExact() || y == 0) {
            return rounded(value, 0);
        }
        double steepest = y >= 1 ? x.largestMagnitude() : x.smallestMagnitude();
        return rounded(value, Math.abs(y) * StrictMath.pow(steepest, y - 1) * x.radius());
    }

    private Ball realPower(Ball x, double y, double value) {
        if (x.low() < 0) {
            return x.high() < 0 ? Ball.exact(Double.NaN) : Ball.UNKNOWN;
        }
        if (x.isExact()) {
            return rounded(value, 0);
        }
        if (x.low() == 0 && 0 < y && y < 1) {
            // The slope is unbounded at zero, but |a^y - b^y| <= |a - b|^y.
            return rounded(value, StrictMath.pow(x.radius(), y));
        }
        double steepest = y >= 1 ? x.high() : x.low();
        return rounded(value, Math.abs(y) * StrictMath.pow(steepest, y - 1) * x.radius());
    }
}
