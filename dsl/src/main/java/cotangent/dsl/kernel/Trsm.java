package cotangent.dsl.kernel;

/**
 * Triangular systems with many right-hand sides, solved in place by substitution.
 *
 * <p>The triangle is halved until it is small, so that nearly all the work is general products (Elmroth and others,
 * "Recursive blocked algorithms and hybrid data structures", SIAM Review 46, 2004). Each column (or row) of the result
 * solves a system whose matrix differs from A by at most (order + 2) eps |A|, elementwise (Higham, "Accuracy and
 * Stability of Numerical Algorithms", theorem 8.5; one eps is for rows being multiplied by the inverse of their diagonal
 * element, unless that is out of the normal range). A zero on the diagonal gives infinities or NaN, as division does.
 * Cost: m^2 n multiply-adds / 2 from the left, m n^2 / 2 from the right.
 */
public final class Trsm {
    private Trsm() {}

    /** On which side of the unknown the triangular matrix stands. */
    public enum Side {
        /** A X = B. */
        LEFT,
        /** X A = B. */
        RIGHT
    }

    /** Which triangle of a matrix is meant. */
    public enum Triangle {
        /** On and below the diagonal. */
        LOWER,
        /** On and above the diagonal. */
        UPPER
    }

    /** What stands on the diagonal. */
    public enum Diagonal {
        /** Ones, whatever the array holds. */
        UNIT,
        /** What the array holds. */
        GENERAL
    }

    /**
     * Overwrites B with the solution X of A X = alpha B or X A = alpha B, float64.
     *
     * @param side on which side of X the triangular A stands
     * @param triangle which triangle of A, as its strides show it, is read; the other is taken for zero
     * @param diagonal whether A's diagonal is read or taken for ones
     * @param m rows of B, and the order of a left A
     * @param n columns of B, and the order of a right A
     * @param alpha what B is multiplied by first
     * @param a holds A[i, j] at {@code aOff + i * aRow + j * aCol}; exchanged strides make it A'
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[i, j] at {@code bOff + i * bRow + j}; must not overlap A
     * @param bOff where B begins
     * @param bRow from a row of B to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void dtrsm(
            Side side,
            Triangle triangle,
            Diagonal diagonal,
            int m,
            int n,
            double alpha,
            double[] a,
            int aOff,
            int aRow,
            int aCol,
            double[] b,
            int bOff,
            int bRow) {
        int order = side == Side.LEFT ? m : n;
        Windows.require("A", a.length, aOff, 1, 0, order, aRow, order, aCol);
        Windows.require("B", b.length, bOff, 1, 0, m, bRow, n, 1);
        Windows.requireDisjointRows(m, n, bRow);
        if (alpha != 1) {
            for (int i = 0; i < m; i++) {
                Dots.dscal(n, alpha, b, bOff + i * bRow);
            }
        }
        DoubleTriangular solver = new DoubleTriangular(triangle == Triangle.LOWER, diagonal == Diagonal.UNIT, a, aRow,
                aCol);
        if (side == Side.LEFT) {
            solver.left(m, n, aOff, b, bOff, bRow);
        } else {
            solver.right(m, n, aOff, b, bOff, bRow);
        }
    }

    /**
     * Overwrites B with the solution X of A X = alpha B or X A = alpha B, float32.
     *
     * @param side on which side of X the triangular A stands
     * @param triangle which triangle of A, as its strides show it, is read; the other is taken for zero
     * @param diagonal whether A's diagonal is read or taken for ones
     * @param m rows of B, and the order of a left A
     * @param n columns of B, and the order of a right A
     * @param alpha what B is multiplied by first
     * @param a holds A[i, j] at {@code aOff + i * aRow + j * aCol}; exchanged strides make it A'
     * @param aOff where A begins
     * @param aRow from a row of A to the next
     * @param aCol from a column of A to the next
     * @param b holds B[i, j] at {@code bOff + i * bRow + j}; must not overlap A
     * @param bOff where B begins
     * @param bRow from a row of B to the next, at least {@code n}
     * @throws IllegalArgumentException if a size or stride is negative or a matrix does not lie inside its array
     */
    public static void strsm(
            Side side,
            Triangle triangle,
            Diagonal diagonal,
            int m,
            int n,
            float alpha,
            float[] a,
            int aOff,
            int aRow,
            int aCol,
            float[] b,
            int bOff,
            int bRow) {
        int order = side == Side.LEFT ? m : n;
        Windows.require("A", a.length, aOff, 1, 0, order, aRow, order, aCol);
        Windows.require("B", b.length, bOff, 1, 0, m, bRow, n, 1);
        Windows.requireDisjointRows(m, n, bRow);
        if (alpha != 1) {
            for (int i = 0; i < m; i++) {
                Dots.sscal(n, alpha, b, bOff + i * bRow);
            }
        }
        FloatTriangular solver = new FloatTriangular(triangle == Triangle.LOWER, diagonal == Diagonal.UNIT, a, aRow,
                aCol);
        if (side == Side.LEFT) {
            solver.left(m, n, aOff, b, bOff, bRow);
        } else {
            solver.right(m, n, aOff, b, bOff, bRow);
        }
    }
}
