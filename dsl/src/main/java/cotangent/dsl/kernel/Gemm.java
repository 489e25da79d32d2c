package cotangent.dsl.kernel;

/**
 * General matrix products C := alpha A B + beta C on strided arrays, float32 and float64.
 *
 * <p>A and B have general row and column strides, so a transposed operand is the same array with its strides exchanged;
 * C has unit column stride. Nothing of C outside its m x n window is touched, and with beta = 0 it is not read.
 *
 * <p>Every element of C is one chain of fused multiply-adds over p = 0, 1, ..., k - 1 that begins at beta c_ij (or at 0),
 * or, where a product has few rows or columns and a long contiguous k, a sum in a lane order that depends on the
 * species only. So the result has the same bits for any number of threads and any state of warm-up, with the Vector API
 * or without it. Cost: 2 m n k flops; the error is at most (k + 2) eps (|alpha| |A| |B| + |beta| |C|), elementwise.
 */
public final class Gemm {
    /** Multiply-adds from which a second thread pays where each operand is read once, or without vectors. */
    static final long PARALLEL_WORK = 1 << 18;

    /**
     * Multiply-adds from which a second thread pays for tiles, some 20 us of them: measured, two threads took 1.18 times one
     * thread's time at 2^18, 1.1 at 2^20, .95 at 2^21.5 and .7 to .85 at 2^23.
     */
    static final long PARALLEL_TILES = 1 << 21;

    private Gemm() {}

    /** Bits of the vectors that products are computed with; 64 where the Vector API is missing. */
    public static int vectorBits() {
        return Simd.AVAILABLE ? Simd.BITS : Long.SIZE;
    }

    /**
     * C := alpha A B + beta C, float64.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A and rows of B
     * @param alpha the product's factor; with 0, A and B are not read
     * @param a holds A[i, p] at {@code aOff + i * aRow + p * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[p, j] at {@code bOff + p * bRow + j * bCol}
     * @param bOff where B begins
     * @param bRow from a row of B to the next
     * @param bCol from a column of B to the next
     * @param beta what C is multiplied by first; with 0, C is overwritten and not read
     * @param c holds C[i, j] at {@code cOff + i * cRow + j}; must not overlap A or B
     * @param cOff where C begins
     * @param cRow from a row of C to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void dgemm(
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cRow) {
        if (!DoubleBatch.byLiteral(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow)) {
            DoubleBatch.require(1, m, n, k, a, aOff, 0, aRow, aCol, b, bOff, 0, bRow, bCol, c, cOff, 0, cRow);
            DoubleBatch.general(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
        }
    }

    /**
     * C := A B and then an epilogue on C, float64.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A and rows of B
     * @param a holds A[i, p] at {@code aOff + i * aRow + p * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[p, j] at {@code bOff + p * bRow + j * bCol}
     * @param bOff where B begins
     * @param bRow from a row of B to the next
     * @param bCol from a column of B to the next
     * @param c holds C[i, j] at {@code cOff + i * cRow + j}; must not overlap A or B
     * @param cOff where C begins
     * @param cRow from a row of C to the next, at least {@code n}
     * @param epilogue is given every rectangle of C as soon as it is final; it must write neither A nor B
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void dgemm(
            int m,
            int n,
            int k,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow,
            int bCol,
            double[] c,
            int cOff,
            int cRow,
            Epilogue epilogue) {
        if (DoubleBatch.byLiteral(m, n, k, 1, a, aOff, aRow, aCol, b, bOff, bRow, bCol, 0, c, cOff, cRow)) {
            epilogue.apply(0, m, 0, n);
        } else {
            DoubleBatch.require(1, m, n, k, a, aOff, 0, aRow, aCol, b, bOff, 0, bRow, bCol, c, cOff, 0, cRow);
            DoubleBatch.general(m, n, k, 1, a, aOff, aRow, aCol, b, bOff, bRow, bCol, 0, c, cOff, cRow, epilogue);
        }
    }

    /**
     * C_t := alpha A_t B_t + beta C_t for t = 0, ..., count - 1, float64; operands may be shared by a batch stride of 0.
     *
     * @param count the number of products
     * @param m rows of each A and C
     * @param n columns of each B and C
     * @param k columns of each A and rows of each B
     * @param alpha the products' factor; with 0, A and B are not read
     * @param a holds A_t[i, p] at {@code aOff + t * aBatch + i * aRow + p * aCol}
     * @param aOff where A_0 begins
     * @param aBatch from one A to the next
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B_t[p, j] at {@code bOff + t * bBatch + p * bRow + j * bCol}
     * @param bOff where B_0 begins
     * @param bBatch from one B to the next
     * @param bRow from a row of B to the next
     * @param bCol from a column of B to the next
     * @param beta what C is multiplied by first; with 0, C is overwritten and not read
     * @param c holds C_t[i, j] at {@code cOff + t * cBatch + i * cRow + j}; must overlap neither A, B nor another C
     * @param cOff where C_0 begins
     * @param cBatch from one C to the next
     * @param cRow from a row of C to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void dgemmBatch(
            int count,
            int m,
            int n,
            int k,
            double alpha,
            double[] a,
            int aOff,
            int aBatch,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bBatch,
            int bRow,
            int bCol,
            double beta,
            double[] c,
            int cOff,
            int cBatch,
            int cRow) {
        DoubleBatch.require(
                count, m, n, k, a, aOff, aBatch, aRow, aCol, b, bOff, bBatch, bRow, bCol, c, cOff, cBatch, cRow);
        DoubleBatch.run(
                count, m, n, k, alpha, a, aOff, aBatch, aRow, aCol, b, bOff, bBatch, bRow, bCol, beta, c, cOff, cBatch,
                cRow);
    }

    /**
     * C := alpha A B + beta C, float32.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A and rows of B
     * @param alpha the product's factor; with 0, A and B are not read
     * @param a holds A[i, p] at {@code aOff + i * aRow + p * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[p, j] at {@code bOff + p * bRow + j * bCol}
     * @param bOff where B begins
     * @param bRow from a row of B to the next
     * @param bCol from a column of B to the next
     * @param beta what C is multiplied by first; with 0, C is overwritten and not read
     * @param c holds C[i, j] at {@code cOff + i * cRow + j}; must not overlap A or B
     * @param cOff where C begins
     * @param cRow from a row of C to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void sgemm(
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float[] b,
            int bOff,
            int bRow,
            int bCol,
            float beta,
            float[] c,
            int cOff,
            int cRow) {
        if (!FloatBatch.byLiteral(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow)) {
            FloatBatch.require(1, m, n, k, a, aOff, 0, aRow, aCol, b, bOff, 0, bRow, bCol, c, cOff, 0, cRow);
            FloatBatch.general(m, n, k, alpha, a, aOff, aRow, aCol, b, bOff, bRow, bCol, beta, c, cOff, cRow);
        }
    }

    /**
     * C := A B and then an epilogue on C, float32.
     *
     * @param m rows of A and C
     * @param n columns of B and C
     * @param k columns of A and rows of B
     * @param a holds A[i, p] at {@code aOff + i * aRow + p * aCol}
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[p, j] at {@code bOff + p * bRow + j * bCol}
     * @param bOff where B begins
     * @param bRow from a row of B to the next
     * @param bCol from a column of B to the next
     * @param c holds C[i, j] at {@code cOff + i * cRow + j}; must not overlap A or B
     * @param cOff where C begins
     * @param cRow from a row of C to the next, at least {@code n}
     * @param epilogue is given every rectangle of C as soon as it is final; it must write neither A nor B
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void sgemm(
            int m,
            int n,
            int k,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float[] b,
            int bOff,
            int bRow,
            int bCol,
            float[] c,
            int cOff,
            int cRow,
            Epilogue epilogue) {
        if (FloatBatch.byLiteral(m, n, k, 1, a, aOff, aRow, aCol, b, bOff, bRow, bCol, 0, c, cOff, cRow)) {
            epilogue.apply(0, m, 0, n);
        } else {
            FloatBatch.require(1, m, n, k, a, aOff, 0, aRow, aCol, b, bOff, 0, bRow, bCol, c, cOff, 0, cRow);
            FloatBatch.general(m, n, k, 1, a, aOff, aRow, aCol, b, bOff, bRow, bCol, 0, c, cOff, cRow, epilogue);
        }
    }

    /**
     * C_t := alpha A_t B_t + beta C_t for t = 0, ..., count - 1, float32; operands may be shared by a batch stride of 0.
     *
     * @param count the number of products
     * @param m rows of each A and C
     * @param n columns of each B and C
     * @param k columns of each A and rows of each B
     * @param alpha the products' factor; with 0, A and B are not read
     * @param a holds A_t[i, p] at {@code aOff + t * aBatch + i * aRow + p * aCol}
     * @param aOff where A_0 begins
     * @param aBatch from one A to the next
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B_t[p, j] at {@code bOff + t * bBatch + p * bRow + j * bCol}
     * @param bOff where B_0 begins
     * @param bBatch from one B to the next
     * @param bRow from a row of B to the next
     * @param bCol from a column of B to the next
     * @param beta what C is multiplied by first; with 0, C is overwritten and not read
     * @param c holds C_t[i, j] at {@code cOff + t * cBatch + i * cRow + j}; must overlap neither A, B nor another C
     * @param cOff where C_0 begins
     * @param cBatch from one C to the next
     * @param cRow from a row of C to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void sgemmBatch(
            int count,
            int m,
            int n,
            int k,
            float alpha,
            float[] a,
            int aOff,
            int aBatch,
            int aRow,
            int aCol,
            float[] b,
            int bOff,
            int bBatch,
            int bRow,
            int bCol,
            float beta,
            float[] c,
            int cOff,
            int cBatch,
            int cRow) {
        FloatBatch.require(
                count, m, n, k, a, aOff, aBatch, aRow, aCol, b, bOff, bBatch, bRow, bCol, c, cOff, cBatch, cRow);
        FloatBatch.run(
                count, m, n, k, alpha, a, aOff, aBatch, aRow, aCol, b, bOff, bBatch, bRow, bCol, beta, c, cOff, cBatch,
                cRow);
    }
}
