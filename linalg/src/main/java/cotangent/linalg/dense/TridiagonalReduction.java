package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;

/**
 * Reduction of a symmetric matrix to tridiagonal form, A = Q T Qᵀ, by blocked Householder reflectors.
 *
 * <p>Rows are taken in blocks. Inside a block each reflector needs one product of the trailing matrix with a vector,
 * which is memory-bound and half of all work; the other half is the trailing update A − VWᵀ − WVᵀ, done once per block
 * by matrix products on its upper triangle. Dongarra, Hammarling and Sorensen, <i>Block reduction of matrices to
 * condensed forms for eigenvalue computations</i>, J. Comput. Appl. Math. 27 (1989).
 *
 * <p>Reads and overwrites the upper triangle only. Cost: 4/3·n³ flops.
 */
final class TridiagonalReduction {

    private static final int BLOCK = 32;
    /** Rows of one strip of the trailing update; the work below the diagonal that a strip wastes grows with it. */
    private static final int STRIP = 64;

    private final int n;
    private final double[] a;
    private final double[] tau;
    final double[] diagonal;
    /** Entry i couples i and i + 1; the last entry is unused. */
    final double[] offDiagonal;

    private TridiagonalReduction(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.tau = new double[n];
        this.diagonal = new double[n];
        this.offDiagonal = new double[n];
    }

    /** Reduces the symmetric n×n matrix {@code a}, whose upper triangle is overwritten and owned by the result. */
    static TridiagonalReduction reduce(int n, double[] a) {
        TridiagonalReduction reduction = new TridiagonalReduction(n, a);
        double[] v = new double[2 * BLOCK * n];
        for (int j = 0; j < n; j += BLOCK) {
            int width = Math.min(BLOCK, n - j);
            reduction.reduceBlock(j, width, v);
            reduction.updateTrailing(j, width, v);
        }
        return reduction;
    }

    /** Replaces the rows of the k×n matrix {@code z} by (Q zᵢ): eigenvectors of T become eigenvectors of A. */
    void applyToRows(int k, double[] z) {
        int reflectors = n - 1;
        double[] t = new double[BLOCK * BLOCK];
        for (int j = (reflectors - 1) / BLOCK * BLOCK; j >= 0 && reflectors > 0; j -= BLOCK) {
            int width = Math.min(BLOCK, reflectors - j);
            java.util.Arrays.fill(t, 0);
            clearBelow(j, width);
            BlockReflector block = new BlockReflector(n - j - 1, width, a, j * n + j + 1, 1, n, t, 0, BLOCK);
            block.formTriangle(tau, j);
            block.applyRight(true, k, z, j + 1, n);
        }
    }

    /** Reflector j + i starts at column j + i + 1; what stands before it in its row becomes the zeros of V. */
    private void clearBelow(int j, int width) {
        for (int i = 1; i < width; i++) {
            java.util.Arrays.fill(a, (j + i) * n + j + 1, (j + i) * n + j + i + 1, 0);
        }
    }

    /**
     * Makes the reflectors of rows [j, j + width). Row i of the block is updated by the earlier reflectors of the block
     * only when its turn comes; {@code vw} receives the vectors V in its first BLOCK rows and W in the next.
     */
    private void reduceBlock(int j, int width, double[] vw) {
        for (int i = 0; i < width; i++) {
            int row = j + i;
            int at = row * n;
            for (int p = 0; p < i; p++) {
                int v = p * n;
                int w = (BLOCK + p) * n;
                Vectors.axpy(n - row, -vw[w + row], vw, v + row, a, at + row);
                Vectors.axpy(n - row, -vw[v + row], vw, w + row, a, at + row);
            }
            diagonal[row] = a[at + row];
            int length = n - row - 1;
            if (length > 0) {
                tau[row] = Reflector.generate(length, a, at + row + 1, offDiagonal, row);
                System.arraycopy(a, at + row + 1, vw, i * n + row + 1, length);
                formW(row, i, vw);
            }
        }
    }

    /** w = τ(Av − V(Wᵀv) − W(Vᵀv)), then w − ½τ(wᵀv)v, with A the trailing matrix as it was when the block began. */
    private void formW(int row, int i, double[] vw) {
        int first = row + 1;
        int length = n - first;
        int v = i * n + first;
        int w = (BLOCK + i) * n + first;
        java.util.Arrays.fill(vw, w, w + length, 0);
        if (tau[row] == 0) {
            return;
        }
        SymmetricProduct.accumulate(length, a, first * n + first, n, vw, v, vw, w);
        for (int p = 0; p < i; p++) {
            int vp = p * n + first;
            int wp = (BLOCK + p) * n + first;
            double wDot = Vectors.dot(length, vw, wp, vw, v);
            double vDot = Vectors.dot(length, vw, vp, vw, v);
            Vectors.axpy(length, -wDot, vw, vp, vw, w);
            Vectors.axpy(length, -vDot, vw, wp, vw, w);
        }
        Vectors.scale(length, tau[row], vw, w);
        double half = -0.5 * tau[row] * Vectors.dot(length, vw, w, vw, v);
        Vectors.axpy(length, half, vw, v, vw, w);
    }

    private void updateTrailing(int j, int width, double[] vw) {
        for (int top = j + width; top < n; top += STRIP) {
            int rows = Math.min(STRIP, n - top);
            Gemm.dgemm(rows, n - top, width, -1, vw, top, 1, n, vw, BLOCK * n + top, n, 1, 1, a, top * n + top, n);
            Gemm.dgemm(rows, n - top, width, -1, vw, BLOCK * n + top, 1, n, vw, top, n, 1, 1, a, top * n + top, n);
        }
    }
}
