package cotangent.dsl.reference;

/**
 * What is known of one floating-point number of a computation: every correct implementation's number lies within
 * {@code radius} of {@code center}.
 *
 * <p>A radius of zero means that all agree, and then the center may also be infinite or NaN. An infinite radius means
 * that nothing is known, not even whether the number is finite.
 *
 * @param center the oracle's own number
 * @param radius at least zero
 */
record Ball(double center, double radius) {
    /** Nothing is known. */
    static final Ball UNKNOWN = new Ball(0, Double.POSITIVE_INFINITY);

    static final Ball ZERO = new Ball(0, 0);

    static Ball exact(double value) {
        return new Ball(value, 0);
    }

    boolean isUnknown() {
        return radius == Double.POSITIVE_INFINITY;
    }

    boolean isExact() {
        return radius == 0;
    }

    boolean isZero() {
        return isExact() && center == 0;
    }

    /** Whether it is a finite number, known within bounds. */
    boolean isFinite() {
        return !isUnknown() && Double.isFinite(center);
    }

    boolean isNaN() {
        return !isUnknown() && Double.isNaN(center);
    }

    /** No implementation's number is smaller. */
    double low() {
        return radius == 0 ? center : Math.nextDown(center - radius);
    }

    /** No implementation's number is larger. */
    double high() {
        return radius == 0 ? center : Math.nextUp(center + radius);
    }

    /** No implementation's number is smaller in magnitude. */
    double smallestMagnitude() {
        return Math.max(0, Math.max(low(), -high()));
    }

    /** No implementation's number is larger in magnitude. */
    double largestMagnitude() {
        return Math.max(Math.abs(low()), Math.abs(high()));
    }

    /** The ball around both: what is known where it is not known which of the two is taken. */
    Ball hull(Ball other) {
        if (isExact() && other.isExact() && Double.compare(center, other.center) == 0) {
            return this;
        }
        if (!isFinite() || !other.isFinite()) {
            return UNKNOWN;
        }
        return new Ball(center, Math.max(radius, Math.nextUp(Math.nextUp(Math.abs(center - other.center))
                + other.radius)));
    }
}
