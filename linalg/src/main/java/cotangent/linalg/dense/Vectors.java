package cotangent.linalg.dense;

import cotangent.dsl.kernel.Dots;

/** Operations on contiguous stretches of a {@code double[]}, the innermost loops of the factorizations. */
final class Vectors {

    /** Above the square root of the smallest normal number divided by epsilon: squares keep full precision. */
    private static final double SMALL_SQUARE = 0x1p-960;
    private static final double LARGE_SQUARE = 0x1p+1000;

    private Vectors() {}

    /** Returns xᵀy over {@code n} entries. */
    static double dot(int n, double[] x, int xOff, double[] y, int yOff) {
        return Dots.ddot(n, x, xOff, y, yOff);
    }

    /** Adds {@code alpha·x} to {@code y}. */
    static void axpy(int n, double alpha, double[] x, int xOff, double[] y, int yOff) {
        for (int i = 0; i < n; i++) {
            y[yOff + i] += alpha * x[xOff + i];
        }
    }

    /** Multiplies {@code x} by {@code alpha}. */
    static void scale(int n, double alpha, double[] x, int xOff) {
        for (int i = 0; i < n; i++) {
            x[xOff + i] *= alpha;
        }
    }

    /** Replaces (x, y) by (c·x + s·y, c·y − s·x), a plane rotation of two vectors. */
    static void rotate(int n, double[] x, int xOff, double[] y, int yOff, double c, double s) {
        for (int i = 0; i < n; i++) {
            double p = x[xOff + i];
            double q = y[yOff + i];
            x[xOff + i] = c * p + s * q;
            y[yOff + i] = c * q - s * p;
        }
    }

    /** Exchanges x and y. */
    static void swap(int n, double[] x, int xOff, double[] y, int yOff) {
        for (int i = 0; i < n; i++) {
            double held = x[xOff + i];
            x[xOff + i] = y[yOff + i];
            y[yOff + i] = held;
        }
    }

    /** Returns the Euclidean norm, free of avoidable overflow and underflow. */
    static double norm(int n, double[] x, int xOff) {
        double square = dot(n, x, xOff, x, xOff);
        if (square >= SMALL_SQUARE && square <= LARGE_SQUARE) {
            return Math.sqrt(square);
        }
        double max = maxAbs(n, x, xOff);
        if (max == 0) {
            return 0;
        }
        int shift = -Math.getExponent(max); // subnormal entries answer -1023: still within reach of one factor
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double scaled = Math.scalb(x[xOff + i], shift);
            sum += scaled * scaled;
        }
        return Math.scalb(Math.sqrt(sum), -shift);
    }

    /** Returns the largest absolute value, 0 for no entries. */
    static double maxAbs(int n, double[] x, int xOff) {
        double max = 0;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, Math.abs(x[xOff + i]));
        }
        return max;
    }

    /** Returns the first entry of largest absolute value; n is at least 1. */
    static double ofLargestMagnitude(int n, double[] x, int xOff) {
        double best = x[xOff];
        for (int i = 1; i < n; i++) {
            if (Math.abs(x[xOff + i]) > Math.abs(best)) {
                best = x[xOff + i];
            }
        }
        return best;
    }

    /** Returns the hypotenuse of a right triangle, free of avoidable overflow and underflow. */
    static double hypotenuse(double x, double y) {
        double square = x * x + y * y;
        if (square >= SMALL_SQUARE && square <= LARGE_SQUARE) {
            return Math.sqrt(square);
        }
        double large = Math.max(Math.abs(x), Math.abs(y));
        if (large == 0) {
            return 0;
        }
        int shift = -Math.getExponent(large);
        double p = Math.scalb(x, shift);
        double q = Math.scalb(y, shift);
        return Math.scalb(Math.sqrt(p * p + q * q), -shift);
    }
}
