package uk.ac.manchester.tornado.api.math;

/** A stand-in for tests: a device whose functions are right, but for its double tanh, which is a float's. */
public final class TornadoMath {
    private TornadoMath() {}

    public static float abs(float x) {
        return Math.abs(x);
    }

    public static double abs(double x) {
        return Math.abs(x);
    }

    public static int abs(int x) {
        return Math.abs(x);
    }

    public static float sqrt(float x) {
        return (float) Math.sqrt(x);
    }

    public static double sqrt(double x) {
        return Math.sqrt(x);
    }

    public static float exp(float x) {
        return (float) StrictMath.exp(x);
    }

    public static double exp(double x) {
        return StrictMath.exp(x);
    }

    public static float log(float x) {
        return (float) StrictMath.log(x);
    }

    public static double log(double x) {
        return StrictMath.log(x);
    }

    public static float sin(float x) {
        return (float) StrictMath.sin(x);
    }

    public static double sin(double x) {
        return StrictMath.sin(x);
    }

    public static float cos(float x) {
        return (float) StrictMath.cos(x);
    }

    public static double cos(double x) {
        return StrictMath.cos(x);
    }

    public static float tanh(float x) {
        return (float) StrictMath.tanh(x);
    }

    public static double tanh(double x) {
        return (float) StrictMath.tanh(x);
    }

    public static float pow(float x, float y) {
        return (float) StrictMath.pow(x, y);
    }

    public static double pow(double x, double y) {
        return StrictMath.pow(x, y);
    }
}
