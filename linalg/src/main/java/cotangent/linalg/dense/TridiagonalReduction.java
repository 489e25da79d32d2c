package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Symv;
import cotangent.dsl.kernel.Transposition;
import java.util.Arrays;

/**
 * Reduction of a symmetric matrix to tridiagonal form, A = Q T Qᵀ, by blocked Householder reflectors.
 *
 * <p>Rows are taken in blocks. Inside a block each reflector needs one product of the trailing matrix with a vector,
 * which is memory-bound and half of all work; the other half is the trailing update A − VWᵀ − WVᵀ, done once per block
 * by matrix products on strips of its upper triangle. Dongarra, Hammarling and Sorensen, <i>Block reduction of matrices to
 * condensed forms for eigenvalue computations</i>, J. Comput. Appl. Math. 27 (1989).
 *
 * <p>Cost: 4/3·n³ flops.
 */
final class TridiagonalReduction {

    private static final int BLOCK = 32;
    /** Order of a diagonal block of the trailing update, a multiple of {@link Symv#BLOCK}; the work below the diagonal grows with it. */
    private static final int STRIP = 64;

    private final int n;
    private final double[] a;
    private final double[] tau;
    final double[] diagonal;
    /** Entry i couples i and i + 1; the last entry is unused. */
    final double[] offDiagonal;

    /** The vectors v and w of a block's reflectors, in turn, each a row of n entries; and the same with w before v. */
    private final double[] vw;

    private final double[] wv;
    private final double[] weights = new double[2 * BLOCK];

    private TridiagonalReduction(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.tau = new double[n];
        this.diagonal = new double[n];
        this.offDiagonal = new double[n];
        this.vw = new double[2 * BLOCK * n];
        this.wv = new double[2 * BLOCK * n];
    }

    /**
     * Reduces the symmetric n×n matrix {@code a}, given by its upper triangle and the blocks on the diagonal that {@link Symv}
     * reads whole; it is overwritten and owned by the result.
     */
    static TridiagonalReduction reduce(int n, double[] a) {
        TridiagonalReduction reduction = new TridiagonalReduction(n, a);
        for (int j = 0; j < n; j += BLOCK) {
            int width = Math.min(BLOCK, n - j);
            reduction.reduceBlock(j, width);
            reduction.updateTrailing(j, width);
        }
        return reduction;
    }

    /** Replaces the rows zᵢ of the k×n matrix {@code z} by Qzᵢ. */
    void applyToRows(int k, double[] z) {
        double[] columns = new double[n * k];
        Transposition.dcopy(n, k, z, 0, 1, n, columns, 0, k);
        applyToColumns(k, columns);
        Transposition.dcopy(k, n, columns, 0, 1, k, z, 0, n);
    }

    /** Replaces the n×k matrix {@code z} by QZ: eigenvectors of T become eigenvectors of A. */
    void applyToColumns(int k, double[] z) {
        BlockReflector.applyToColumns(BlockReflector.ofRows(n - 1, 1, n, a, tau), k, z, n);
    }

    /**
     * Makes the reflectors of rows [j, j + width). Row i of the block is updated by the earlier reflectors of the block
     * only when its turn comes.
     */
    private void reduceBlock(int j, int width) {
        for (int i = 0; i < width; i++) {
            int row = j + i;
            int at = row * n;
            for (int p = 0; p < 2 * i; p++) {
                weights[p] = vw[(p ^ 1) * n + row];
            }
            Gemm.dgemm(1, n - row, 2 * i, -1, weights, 0, 2 * BLOCK, 1, vw, row, n, 1, 1, a, at + row, n);
            diagonal[row] = a[at + row];
            int length = n - row - 1;
            if (length > 0) {
                tau[row] = Reflector.generate(length, a, at + row + 1, offDiagonal, row);
                System.arraycopy(a, at + row + 1, vw, 2 * i * n + row + 1, length);
                formW(j, row);
            }
        }
    }

    /** w = τ(Av − V(Wᵀv) − W(Vᵀv)), then w − ½τ(wᵀv)v, with A the trailing matrix as it was when the block began. */
    private void formW(int j, int row) {
        int first = row + 1;
        int length = n - first;
        int earlier = 2 * (row - j);
        int v = earlier * n + first;
        int w = v + n;
        Arrays.fill(vw, w, w + length, 0);
        if (tau[row] == 0) {
            return;
        }
        Symv.dsymv(length, first % Symv.BLOCK, a, first * n + first, n, vw, v, vw, w);
        double[] overlaps = new double[earlier];
        Gemm.dgemm(earlier, 1, length, 1, vw, first, n, 1, vw, v, 1, 1, 0, overlaps, 0, 1);
        for (int p = 0; p < earlier; p++) {
            weights[p] = overlaps[p ^ 1];
        }
        Gemm.dgemm(1, length, earlier, -1, weights, 0, 2 * BLOCK, 1, vw, first, n, 1, 1, vw, w, n);
        Vectors.scale(length, tau[row], vw, w);
        double half = -0.5 * tau[row] * Vectors.dot(length, vw, w, vw, v);
        Vectors.axpy(length, half, vw, v, vw, w);
    }

    /** A − VWᵀ − WVᵀ on and above the diagonal, and in the blocks on it that {@link Symv} reads whole. */
    private void updateTrailing(int j, int width) {
        int start = j + width;
        if (start == n) {
            return;
        }
        for (int p = 0; p < 2 * width; p++) {
            System.arraycopy(vw, (p ^ 1) * n + start, wv, p * n + start, n - start);
        }
        updateTriangle(start, n, 2 * width);
    }

    /** Halves [from, to) until it is small; diagonal blocks end at multiples of STRIP, so that one once whole stays whole. */
    private void updateTriangle(int from, int to, int vectors) {
        int first = from / STRIP;
        int strips = (to - 1) / STRIP - first + 1;
        if (strips == 1) {
            update(from, to, from, to, vectors);
            return;
        }
        int middle = (first + (strips + 1) / 2) * STRIP;
        updateTriangle(from, middle, vectors);
        update(from, middle, middle, to, vectors);
        updateTriangle(middle, to, vectors);
    }

    private void update(int top, int bottom, int left, int right, int vectors) {
        Gemm.dgemm(bottom - top, right - left, vectors, -1, vw, top, 1, n, wv, left, n, 1, 1, a, top * n + left, n);
    }
}
