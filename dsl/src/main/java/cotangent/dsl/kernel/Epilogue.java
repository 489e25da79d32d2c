package cotangent.dsl.kernel;

/**
 * What is done to a product's result while it is still in the cache.
 *
 * <p>A product with an epilogue hands over every rectangle of C as soon as it is final, on the thread that made it and
 * exactly once; rectangles may come in any order and on several threads at a time. They span whole rows unless C has
 * more columns than a block of B.
 */
@FunctionalInterface
public interface Epilogue {
    /** Nothing more is done. */
    Epilogue NONE = (row, rows, column, columns) -> {};

    /**
     * Takes over a rectangle of C.
     *
     * @param row the first row
     * @param rows the number of rows
     * @param column the first column
     * @param columns the number of columns
     */
    void apply(int row, int rows, int column, int columns);
}
