package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;

/**
 * Reduction of a square matrix to upper bidiagonal form, A = Q B Pᵀ, by blocked Householder reflectors from both sides.
 *
 * <p>Each step needs one product of the trailing matrix, and one of its transpose, with a vector; the trailing update
 * A − VYᵀ − XUᵀ is done once per block by matrix products. Dongarra, Hammarling and Sorensen, <i>Block reduction of
 * matrices to condensed forms for eigenvalue computations</i>, J. Comput. Appl. Math. 27 (1989). Cost: 8/3·n³ flops.
 */
final class BidiagonalReduction {

    private static final int BLOCK = 32;

    private final int n;
    /** Row i holds the right reflector i from column i + 1 on. */
    private final double[] a;
    /** Row i holds the left reflector i from column i on. */
    private final double[] left;
    private final double[] leftTau;
    private final double[] rightTau;
    final double[] diagonal;
    /** Entry i stands at (i, i + 1); the last entry is unused. */
    final double[] superDiagonal;

    /** Y, X: what a block's reflectors owe the trailing matrix, each vector a row of n entries. */
    private final double[] y;
    private final double[] x;
    private final double[] overlaps;

    private BidiagonalReduction(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.left = new double[n * n];
        this.leftTau = new double[n];
        this.rightTau = new double[n];
        this.diagonal = new double[n];
        this.superDiagonal = new double[n];
        this.y = new double[BLOCK * n];
        this.x = new double[BLOCK * n];
        this.overlaps = new double[BLOCK];
    }

    /** Reduces the n×n matrix {@code a}, which is overwritten and owned by the result. */
    static BidiagonalReduction reduce(int n, double[] a) {
        BidiagonalReduction reduction = new BidiagonalReduction(n, a);
        for (int j = 0; j < n; j += BLOCK) {
            int width = Math.min(BLOCK, n - j);
            for (int i = 0; i < width; i++) {
                reduction.eliminateColumn(j, j + i);
                reduction.eliminateRow(j, j + i);
            }
            reduction.updateTrailing(j, width);
        }
        return reduction;
    }

    /** Replaces the n×k matrix {@code z} by QZ. */
    void applyLeft(int k, double[] z) {
        BlockReflector.applyToColumns(BlockReflector.ofRows(n, 0, n, left, leftTau), k, z, n);
    }

    /** Replaces the n×k matrix {@code z} by PZ. */
    void applyRight(int k, double[] z) {
        BlockReflector.applyToColumns(BlockReflector.ofRows(n - 1, 1, n, a, rightTau), k, z, n);
    }

    /** Left reflector i, of a block that began at {@code start}: column i brought up to date, v, and y = τ·A′ᵀv. */
    private void eliminateColumn(int start, int i) {
        int v = i * n;
        for (int r = i; r < n; r++) {
            left[v + r] = a[r * n + i];
        }
        int done = i - start;
        int height = n - i;
        Gemm.dgemm(1, height, done, -1, y, i, n, n, left, start * n + i, n, 1, 1, left, v + i, n);
        Gemm.dgemm(1, height, done, -1, a, start * n + i, n, n, x, i, n, 1, 1, left, v + i, n);
        double tau = Reflector.generate(height, left, v + i, diagonal, i);
        leftTau[i] = tau;
        int first = i + 1;
        int length = n - first;
        int own = done * n + first;
        Gemm.dgemm(1, length, height, 1, left, v + i, n, 1, a, i * n + first, n, 1, 0, y, own, n);
        Gemm.dgemm(done, 1, height, 1, left, start * n + i, n, 1, left, v + i, 1, 1, 0, overlaps, 0, 1);
        Gemm.dgemm(1, length, done, -1, overlaps, 0, n, 1, y, first, n, 1, 1, y, own, n);
        Gemm.dgemm(done, 1, height, 1, x, i, n, 1, left, v + i, 1, 1, 0, overlaps, 0, 1);
        Gemm.dgemm(1, length, done, -1, overlaps, 0, n, 1, a, start * n + first, n, 1, 1, y, own, n);
        Vectors.scale(length, tau, y, own);
    }

    /** Right reflector i: row i brought up to date, u, and x = τ·A′u. */
    private void eliminateRow(int start, int i) {
        int first = i + 1;
        int length = n - first;
        if (length == 0) {
            return;
        }
        int u = i * n + first;
        int done = i - start;
        Gemm.dgemm(1, length, done + 1, -1, left, start * n + i, n, n, y, first, n, 1, 1, a, u, n);
        Gemm.dgemm(1, length, done, -1, x, i, n, n, a, start * n + first, n, 1, 1, a, u, n);
        double tau = Reflector.generate(length, a, u, superDiagonal, i);
        rightTau[i] = tau;
        int own = done * n + first;
        Gemm.dgemm(length, 1, length, 1, a, first * n + first, n, 1, a, u, 1, 1, 0, x, own, 1);
        Gemm.dgemm(done + 1, 1, length, 1, y, first, n, 1, a, u, 1, 1, 0, overlaps, 0, 1);
        Gemm.dgemm(1, length, done + 1, -1, overlaps, 0, n, 1, left, start * n + first, n, 1, 1, x, own, n);
        Gemm.dgemm(done, 1, length, 1, a, start * n + first, n, 1, a, u, 1, 1, 0, overlaps, 0, 1);
        Gemm.dgemm(1, length, done, -1, overlaps, 0, n, 1, x, first, n, 1, 1, x, own, n);
        Vectors.scale(length, tau, x, own);
    }

    private void updateTrailing(int j, int width) {
        int first = j + width;
        int rest = n - first;
        if (rest == 0) {
            return;
        }
        int corner = first * n + first;
        Gemm.dgemm(rest, rest, width, -1, left, j * n + first, 1, n, y, first, n, 1, 1, a, corner, n);
        Gemm.dgemm(rest, rest, width, -1, x, first, 1, n, a, j * n + first, n, 1, 1, a, corner, n);
    }
}
