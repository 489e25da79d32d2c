package cotangent.dsl.kernel;

/**
 * Sizes and strides of a product that a generated class has as constants; B and C have unit column stride.
 *
 * @param m rows of A and C
 * @param n columns of B and C
 * @param k columns of A and rows of B
 * @param aRow from a row of A to the next
 * @param aCol from a column of A to the next
 * @param bRow from a row of B to the next
 * @param cRow from a row of C to the next
 * @param accumulate whether the product is added to C
 */
record LiteralShape(int m, int n, int k, int aRow, int aCol, int bRow, int cRow, boolean accumulate) {
    /** Elements of an operand above which rehearsing would take more memory than it is worth. */
    private static final long LARGEST = 1 << 19;

    private static final int CACHE_LINE = 64;
    /** Sets of a first-level cache of 48 kB, and the lines of each that a strip of B may take. */
    private static final int SETS = 64;

    private static final int WAYS = 8;

    /**
     * Whether such a product gains by a class of its own: vectors must fit the windows of B and C, so that none reads or
     * writes past an array's end, and a strip of B, read where it lies, the first-level cache.
     */
    boolean suits(int lanes, int bytes) {
        return aSize() <= LARGEST && bSize() <= LARGEST && cSize() <= LARGEST && bSize() >= lanes && cSize() >= lanes
                && stripFitsCache(bytes);
    }

    private boolean stripFitsCache(int bytes) {
        if ((long) k * bRow * bytes <= CACHE_LINE * SETS * WAYS) {
            return true;
        }
        int lines = Math.max(1, bRow * bytes / CACHE_LINE);
        int starts = SETS / Math.min(SETS, Integer.lowestOneBit(lines));
        // A strip takes up to five lines of each row; rows that start at one set share it with their neighbours' ends.
        int span = Math.min(SETS, starts * Math.min(5, SETS / starts));
        return 5L * k <= (long) span * (WAYS + 2);
    }

    long aSize() {
        return (m - 1L) * aRow + (k - 1L) * aCol + 1;
    }

    long bSize() {
        return (k - 1L) * bRow + n;
    }

    long cSize() {
        return (m - 1L) * cRow + n;
    }

    long work() {
        return (long) m * n * k;
    }
}
