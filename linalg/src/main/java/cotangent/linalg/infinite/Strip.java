package cotangent.linalg.infinite;

/**
 * A run of pairs: one input of the first set with adjacent inputs of the second, seen from one layer.
 *
 * @param rows    the layer's spread over the first set
 * @param columns the layer's spread over the second set
 * @param row     the input of the first set
 * @param from    the first input of the second set
 * @param count   how many, up to {@link Pairs#LENGTH}
 */
record Strip(Spread rows, Spread columns, int row, int from, int count) {
    /** The same run seen from another layer. */
    Strip at(Spread otherRows, Spread otherColumns) {
        return new Strip(otherRows, otherColumns, row, from, count);
    }

    /** Deviation of the input of the first set. */
    double deviation() {
        return rows.deviation()[row];
    }

    /** Deviations of the second set, of which the run's begin at {@link #from}. */
    double[] deviations() {
        return columns.deviation();
    }
}
