package cotangent.dsl.simd;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.kernel.ErrorFunction;

/** The functions that generated scalar code calls. */
final class ScalarFunctions {
    private ScalarFunctions() {}

    static double exp(double x) {
        return Math.exp(x);
    }

    static float exp(float x) {
        return (float) Math.exp(x);
    }

    static double expm1(double x) {
        return Math.expm1(x);
    }

    static float expm1(float x) {
        return (float) Math.expm1(x);
    }

    static double log(double x) {
        return Math.log(x);
    }

    static float log(float x) {
        return (float) Math.log(x);
    }

    static double log1p(double x) {
        return Math.log1p(x);
    }

    static float log1p(float x) {
        return (float) Math.log1p(x);
    }

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

    static double tanh(double x) {
        return Math.tanh(x);
    }

    static float tanh(float x) {
        return (float) Math.tanh(x);
    }

    static double sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    static float sigmoid(float x) {
        return (float) sigmoid((double) x);
    }

    static double erf(double x) {
        return ErrorFunction.erf(x);
    }

    static float erf(float x) {
        return (float) erf((double) x);
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
