package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;

/**
 * Eigenvector or singular vector rows of a block whose first part fills columns [0, n1) and whose second the rest, until a
 * merge mixes them; products with them skip the halves that are zero.
 *
 * @param rows   the storage, entry (i, j) at {@code off + i·row + j}
 * @param n1     the columns of the first part
 * @param n2     the columns of the second part
 */
record SplitRows(double[] rows, int off, int row, int n1, int n2) {

    /** Where a row has entries that are not zero. */
    static final int TOP = 0;

    static final int BOTH = 1;
    static final int BOTTOM = 2;

    /** Returns entry j of row i. */
    double at(int i, int j) {
        return rows[off + i * row + j];
    }

    /** Rotates rows i and j: (c·i + s·j, c·j − s·i). */
    void rotate(int i, int j, double c, double s) {
        Vectors.rotate(n1 + n2, rows, off + i * row, rows, off + j * row, c, s);
    }

    /** Copies row i to {@code to}. */
    void save(int i, double[] to, int toOff) {
        System.arraycopy(rows, off + i * row, to, toOff, n1 + n2);
    }

    /** Overwrites row i. */
    void restore(int i, double[] from, int fromOff) {
        System.arraycopy(from, fromOff, rows, off + i * row, n1 + n2);
    }

    /**
     * Overwrites the first k rows by S times the rows {@code members}, which stand in the order top, both, bottom.
     *
     * @param count  how many members there are of each kind
     * @param s      k×k, row-major, columns in the order of the members
     * @param packed scratch, at least k·(n1 + n2)
     */
    void combine(int k, int[] members, int[] count, double[] s, double[] packed) {
        int top = count[TOP] + count[BOTH];
        int bottom = count[BOTH] + count[BOTTOM];
        for (int i = 0; i < top; i++) {
            System.arraycopy(rows, off + members[i] * row, packed, i * n1, n1);
        }
        int second = top * n1;
        for (int i = 0; i < bottom; i++) {
            System.arraycopy(rows, off + members[count[TOP] + i] * row + n1, packed, second + i * n2, n2);
        }
        Gemm.dgemm(k, n1, top, 1, s, 0, k, 1, packed, 0, n1, 1, 0, rows, off, row);
        Gemm.dgemm(k, n2, bottom, 1, s, count[TOP], k, 1, packed, second, n2, 1, 0, rows, off + n1, row);
    }

    /** Returns the positions 0 … k − 1 of {@code active} ordered by kind, and fills {@code count}. */
    static int[] groupByKind(int k, int[] active, int[] kind, int[] count) {
        int[] order = new int[k];
        int at = 0;
        for (int wanted = TOP; wanted <= BOTTOM; wanted++) {
            for (int i = 0; i < k; i++) {
                if (kind[active[i]] == wanted) {
                    order[at++] = i;
                    count[wanted]++;
                }
            }
        }
        return order;
    }
}
