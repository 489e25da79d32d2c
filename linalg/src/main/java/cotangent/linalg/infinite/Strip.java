package cotangent.linalg.infinite;

/**
 * A run of pairs: one input of the first set with the first ones of a tile of the second, seen from one layer.
 *
 * @param rows    the layer's spread over the first set
 * @param columns the layer's spread over the tile
 * @param row     the input of the first set
 * @param count   how many of the second, up to {@link Pairs#LENGTH}
 */
record Strip(Spread rows, Spread columns, int row, int count) {
    /** The same run seen from another layer. */
    Strip at(Spread otherRows, Spread otherColumns) {
        return new Strip(otherRows, otherColumns, row, count);
    }

    /** Deviation of the input of the first set. */
    double deviation() {
        return rows.deviation()[row];
    }

    /** Deviations of those of the second set. */
    double[] deviations() {
        return columns.deviation();
    }
}
