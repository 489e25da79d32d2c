package cotangent.linalg.infinite;

import java.util.Arrays;

/**
 * What is known of one layer for each of a set of inputs.
 *
 * @param deviation    sqrt of the variance of a unit's values, one per input
 * @param coefficients of a Hermite series one row per degree, of a sum two rows (see {@link Affine}), each with a column per input
 * @param seriesError  the relative error that cutting the series leaves, 0 where there is none
 */
record Spread(double[] deviation, double[][] coefficients, double seriesError) {
    Spread(double[] deviation) {
        this(deviation, new double[0][], 0);
    }

    /** The same for inputs {@code from, ..., to - 1}. */
    Spread range(int from, int to) {
        double[][] some = new double[coefficients.length][];
        for (int n = 0; n < some.length; n++) {
            some[n] = Arrays.copyOfRange(coefficients[n], from, to);
        }
        return new Spread(Arrays.copyOfRange(deviation, from, to), some, seriesError);
    }

    int count() {
        return deviation.length;
    }
}
