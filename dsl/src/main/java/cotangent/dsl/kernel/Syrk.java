package cotangent.dsl.kernel;

import java.util.Arrays;

/**
 * Symmetric products C := alpha A A' + beta C, lower triangle, at about half the cost of the general product.
 *
 * <p>The triangle is halved until a block on its diagonal is small; what lies between is a general product. With alpha a
 * power of two, each element has the bits that {@link Gemm} gives it.
 */
public final class Syrk {
    private static final int BLOCK = 64;

    private Syrk() {}

    /**
     * The lower triangle of C := alpha A A' + beta C, float64; the part above the diagonal is neither read nor written.
     *
     * @param n rows of A, rows and columns of C
     * @param k columns of A
     * @param alpha the product's factor; with 0, A is not read
     * @param a holds A[i, p] at {@code aOff + i * aRow + p * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param beta what C is multiplied by first; with 0, C is overwritten and not read
     * @param c holds C[i, j] at {@code cOff + i * cRow + j}; must not overlap A
     * @param cOff where C begins
     * @param cRow from a row of C to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void dsyrk(
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        Windows.require("A", a.length, aOff, 1, 0, n, aRow, k, aCol);
        Windows.require("C", c.length, cOff, 1, 0, n, cRow, n, 1);
        Windows.requireDisjointRows(n, n, cRow);
        lower(n, k, alpha, a, aOff, aRow, aCol, beta, c, cOff, cRow);
    }

    private static void lower(
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        if (n <= BLOCK) {
            diagonal(n, k, alpha, a, aOff, aRow, aCol, beta, c, cOff, cRow);
            return;
        }
        int top = n / 2;
        int a2 = aOff + top * aRow;
        int c2 = cOff + top * cRow;
        lower(top, k, alpha, a, aOff, aRow, aCol, beta, c, cOff, cRow);
        Gemm.dgemm(n - top, top, k, alpha, a, a2, aRow, aCol, a, aOff, aCol, aRow, beta, c, c2, cRow);
        lower(n - top, k, alpha, a, a2, aRow, aCol, beta, c, c2 + top, cRow);
    }

    /** A block on the diagonal is computed whole, beside C, and its lower half copied. */
    private static void diagonal(
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        double[] whole = DoubleWorkspace.current().block(BLOCK * BLOCK);
        if (beta != 0) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(c, cOff + i * cRow, whole, i * BLOCK, i + 1);
                Arrays.fill(whole, i * BLOCK + i + 1, i * BLOCK + n, 0);
            }
        }
        Gemm.dgemm(n, n, k, alpha, a, aOff, aRow, aCol, a, aOff, aCol, aRow, beta, whole, 0, BLOCK);
        for (int i = 0; i < n; i++) {
            System.arraycopy(whole, i * BLOCK, c, cOff + i * cRow, i + 1);
        }
    }

    /**
     * The lower triangle of C := alpha A A' + beta C, float32; the part above the diagonal is neither read nor written.
     *
     * @param n rows of A, rows and columns of C
     * @param k columns of A
     * @param alpha the product's factor; with 0, A is not read
     * @param a holds A[i, p] at {@code aOff + i * aRow + p * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param beta what C is multiplied by first; with 0, C is overwritten and not read
     * @param c holds C[i, j] at {@code cOff + i * cRow + j}; must not overlap A
     * @param cOff where C begins
     * @param cRow from a row of C to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void ssyrk(
            int n,
            int k,
            float alpha,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float beta,
            float[] c,
            int cOff,
            int cRow) {
        Windows.require("A", a.length, aOff, 1, 0, n, aRow, k, aCol);
        Windows.require("C", c.length, cOff, 1, 0, n, cRow, n, 1);
        Windows.requireDisjointRows(n, n, cRow);
        lower(n, k, alpha, a, aOff, aRow, aCol, beta, c, cOff, cRow);
    }

    private static void lower(
            int n,
            int k,
            float alpha,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float beta,
            float[] c,
            int cOff,
            int cRow) {
        if (n <= BLOCK) {
            diagonal(n, k, alpha, a, aOff, aRow, aCol, beta, c, cOff, cRow);
            return;
        }
        int top = n / 2;
        int a2 = aOff + top * aRow;
        int c2 = cOff + top * cRow;
        lower(top, k, alpha, a, aOff, aRow, aCol, beta, c, cOff, cRow);
        Gemm.sgemm(n - top, top, k, alpha, a, a2, aRow, aCol, a, aOff, aCol, aRow, beta, c, c2, cRow);
        lower(n - top, k, alpha, a, a2, aRow, aCol, beta, c, c2 + top, cRow);
    }

    /** A block on the diagonal is computed whole, beside C, and its lower half copied. */
    private static void diagonal(
            int n,
            int k,
            float alpha,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float beta,
            float[] c,
            int cOff,
            int cRow) {
        float[] whole = FloatWorkspace.current().block(BLOCK * BLOCK);
        if (beta != 0) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(c, cOff + i * cRow, whole, i * BLOCK, i + 1);
                Arrays.fill(whole, i * BLOCK + i + 1, i * BLOCK + n, 0);
            }
        }
        Gemm.sgemm(n, n, k, alpha, a, aOff, aRow, aCol, a, aOff, aCol, aRow, beta, whole, 0, BLOCK);
        for (int i = 0; i < n; i++) {
            System.arraycopy(whole, i * BLOCK, c, cOff + i * cRow, i + 1);
        }
    }
}
