package cotangent.dsl.simd;

import cotangent.dsl.InvalidDataException;

/** The functions that generated scalar code calls. */
final class ScalarFunctions {
    private ScalarFunctions() {}

    static double sin(double x) {
        return Math.sin(x);
    }

    static float sin(float x) {
        return (float) Math.sin(x);
    }

    static double cos(double x) {
        return Math.cos(x);
    }

    static float cos(float x) {
        return (float) Math.cos(x);
    }

    static double pow(double x, double y) {
        return Math.pow(x, y);
    }

    static float pow(float x, float y) {
        return (float) Math.pow(x, y);
    }

    /** Java's integer quotient. */
    static int divide(int x, int y) {
        if (y == 0) {
            throw new InvalidDataException("dividedBy: integer division of %d by zero".formatted(x));
        }
        return x / y;
    }
}
