package cotangent.dsl.simd;

/**
 * What generated vector code calls where some lanes need a scalar function: arguments stand first in an array, results
 * behind them, and the results whose bits are set are replaced.
 */
final class Patches {
    /** Lanes of the widest vector. */
    private static final int MOST = 16;
    private static final ScalarFunction[] FUNCTIONS = ScalarFunction.values();
    private static final ThreadLocal<double[]> DOUBLES = ThreadLocal.withInitial(() -> new double[2 * MOST]);
    private static final ThreadLocal<float[]> FLOATS = ThreadLocal.withInitial(() -> new float[2 * MOST]);

    private Patches() {}

    /** An array of this thread for twice as many numbers as there are lanes. */
    static double[] doubles() {
        return DOUBLES.get();
    }

    /** An array of this thread for twice as many numbers as there are lanes. */
    static float[] floats() {
        return FLOATS.get();
    }

    static void apply(long chosen, double[] numbers, int lanes, int function) {
        for (long left = chosen; left != 0; left &= left - 1) {
            int lane = Long.numberOfTrailingZeros(left);
            double x = numbers[lane];
            numbers[lanes + lane] = switch (FUNCTIONS[function]) {
                case SIN -> ScalarFunctions.sin(x);
                case COS -> ScalarFunctions.cos(x);
                default -> throw new AssertionError(FUNCTIONS[function]);
            };
        }
    }

    static void apply(long chosen, float[] numbers, int lanes, int function) {
        for (long left = chosen; left != 0; left &= left - 1) {
            int lane = Long.numberOfTrailingZeros(left);
            float x = numbers[lane];
            numbers[lanes + lane] = switch (FUNCTIONS[function]) {
                case SIN -> ScalarFunctions.sin(x);
                case COS -> ScalarFunctions.cos(x);
                default -> throw new AssertionError(FUNCTIONS[function]);
            };
        }
    }
}
