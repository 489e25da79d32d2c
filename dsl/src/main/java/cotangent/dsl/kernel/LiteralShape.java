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
    /** What a call costs beside its multiply-adds, in multiply-adds. */
    private static final int PER_CALL = 4096;
    /** The same for each row. */
    private static final int PER_ROW = 10;

    /** Elements of an operand above which rehearsing would take more memory than it is worth. */
    private static final long LARGEST = 1 << 19;

    /**
     * Half of a common second-level cache. Rows of B that lie far apart need no packing: a tall tile does so much with each
     * vector of B that it waits for none, whether the vector comes from the first level or the second.
     */
    private static final long CACHE_BYTES = 1L << 20;

    /**
     * Whether such a product gains by a class of its own: vectors must fit the windows of B and C, so that none reads or
     * writes past an array's end, and B, read where it lies, a cache.
     */
    boolean suits(int lanes, int bytes) {
        return aSize() <= LARGEST && bSize() <= LARGEST && cSize() <= LARGEST && bSize() >= lanes && cSize() >= lanes
                && bSize() * bytes <= CACHE_BYTES;
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

    /** What the general kernels take for it, in multiply-adds of a large product: rows in whole vectors, and what is done once a row. */
    long effort() {
        return m * ((n + 7L) / 8 * 8) * (k + PER_ROW) + PER_CALL;
    }
}
