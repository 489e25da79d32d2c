package cotangent.linalg.dynamics;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;

/** Eigenvalues of a positive semidefinite kernel, which rounding may have moved. */
final class Positive {
    /** Multiples of n·ε·λmax by which the products of a kernel known to be symmetric may be off. */
    private static final double SLACK = 8;

    private Positive() {}

    /** n·ε relative to the largest eigenvalue, or what was asked for. */
    static double threshold(int n, DType dtype, double asked, double largest) {
        return (asked >= 0 ? asked : rounding(n, dtype)) * Math.max(0, largest);
    }

    private static double rounding(int n, DType dtype) {
        return n * 2 * dtype.unitRoundoff();
    }

    /**
     * The values in ascending order, those up to the threshold as 0.
     *
     * @throws InvalidDataException if one is negative beyond rounding
     */
    static double[] of(int n, DType dtype, double threshold, double... values) {
        double largest = Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
        double slack = Math.max(threshold, SLACK * rounding(n, dtype) * largest);
        double[] positive = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            if (values[i] < -slack) {
                throw new InvalidDataException(
                        "dynamics: expected a positive semidefinite kernel, but it has an eigenvalue near %.3g beside one of %.3g; training under it would not end"
                                .formatted(values[i], largest));
            }
            positive[i] = values[i] <= threshold ? 0 : values[i];
        }
        return positive;
    }
}
