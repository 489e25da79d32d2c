package cotangent.linalg.infinite;

/**
 * What is known of one layer for each of a set of inputs.
 *
 * @param deviation    sqrt of the variance of a unit's values, one per input
 * @param coefficients of the Hermite series, one row per degree and one column per input; none where there is no series
 * @param seriesError  the relative error that cutting the series leaves, 0 where there is none
 */
record Spread(double[] deviation, double[][] coefficients, double seriesError) {
    Spread(double[] deviation) {
        this(deviation, new double[0][], 0);
    }

    int count() {
        return deviation.length;
    }
}
