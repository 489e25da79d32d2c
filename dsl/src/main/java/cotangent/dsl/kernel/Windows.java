package cotangent.dsl.kernel;

/** Checks that strided matrices lie inside their arrays, once at each public door. */
final class Windows {
    private Windows() {}

    static void require(
            String name, int length, int off, int count, int batch, int rows, int row, int columns, int column) {
        if ((count | rows | columns) < 0) {
            throw new IllegalArgumentException(name + ": sizes must not be negative, got " + rows + " x " + columns
                    + (count == 1 ? "" : ", " + count + " times"));
        }
        if ((off | batch | row | column) < 0) {
            throw new IllegalArgumentException(name + ": offset and strides must not be negative, got offset " + off
                    + ", row " + row + ", column " + column + ", batch " + batch);
        }
        if (count == 0 || rows == 0 || columns == 0) {
            return;
        }
        long last = off + (count - 1L) * batch + (rows - 1L) * row + (columns - 1L) * column;
        if (last >= length) {
            throw new IllegalArgumentException(name + ": a " + rows + " x " + columns + " matrix at offset " + off
                    + " with strides " + row + ", " + column + " ends at " + last + ", but its array has " + length
                    + " elements");
        }
    }

    static void requireDisjointRows(int rows, int columns, int row) {
        if (rows > 1 && row < columns) {
            throw new IllegalArgumentException(
                    "C: a row stride of " + row + " makes rows of " + columns + " columns overlap");
        }
    }

    static void requireVector(String name, int length, int off, int n) {
        if (n < 0 || off < 0 || (long) off + n > length) {
            throw new IllegalArgumentException(
                    name + ": " + n + " elements at offset " + off + " do not fit an array of " + length);
        }
    }
}
