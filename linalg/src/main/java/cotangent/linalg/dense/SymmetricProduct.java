package cotangent.linalg.dense;

/** The product of a symmetric matrix, given by its upper triangle, with a vector: each entry is read once. */
final class SymmetricProduct {

    private SymmetricProduct() {}

    /** Adds A·x to y; {@code x} and {@code y} may lie in one array but must not overlap. */
    static void accumulate(int n, double[] a, int aOff, int aRow, double[] x, int xOff, double[] y, int yOff) {
        for (int i = 0; i < n; i++) {
            int row = aOff + i * aRow + i;
            int rest = n - i - 1;
            double head = x[xOff + i];
            y[yOff + i] += a[row] * head + Vectors.dot(rest, a, row + 1, x, xOff + i + 1);
            Vectors.axpy(rest, head, a, row + 1, y, yOff + i + 1);
        }
    }
}
