package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import java.util.ArrayList;
import java.util.List;

/**
 * The quotient X = A R⁻¹ of many rows by one upper triangular matrix, by products with inverted diagonal blocks as large as
 * backward stability allows.
 *
 * <p>Substitution runs at the speed of short vectors, a product with R⁻¹ at the speed of matrix products, but the latter
 * leaves a residual A − XR of up to nε·|X|·|R||R⁻¹|·|R|. So a block is inverted whole where the row sums of |R||R⁻¹| are at
 * most 2n; else it is halved, and blocks of {@value #SMALL} that are still worse are substituted. The residual of column j is
 * then of order n·ε·‖X‖·‖Reⱼ‖ whatever the condition of R and however its columns are scaled. Du Croz and Higham, <i>Stability
 * of methods for matrix inversion</i>, IMA J. Numer. Anal. 12 (1992): the inverse is made from the right, since it must
 * make R⁻¹R, not RR⁻¹, close to I.
 *
 * <p>Cost: between 2mn² and mn² flops.
 */
final class RightDivision {

    private static final int SMALL = 8;

    /** A block of columns that is divided at once, by its inverse or by substitution. */
    private record Block(int start, int width, double[] inverse) {}

    private static final double[] SUBSTITUTED = new double[0];

    private final int n;
    private final double[] r;
    private final List<Block> blocks = new ArrayList<>();

    /** A division by the row-major n×n upper triangle {@code r}, whose diagonal has no zero. */
    RightDivision(int n, double[] r) {
        this.n = n;
        this.r = r;
        plan(0, n);
    }

    private void plan(int start, int width) {
        double[] inverse = new double[width * width];
        for (int i = 0; i < width; i++) {
            inverse[i * width + i] = 1;
        }
        Trsm.dtrsm(Side.RIGHT, Triangle.UPPER, Diagonal.GENERAL, width, width, 1, r, start * n + start, n, 1, inverse,
                0, width);
        if (largestRowSum(start, width, inverse) <= 2 * n) {
            blocks.add(new Block(start, width, inverse));
        } else if (width <= SMALL) {
            blocks.add(new Block(start, width, SUBSTITUTED));
        } else {
            plan(start, width / 2);
            plan(start + width / 2, width - width / 2);
        }
    }

    /** ‖|R||R⁻¹|‖ in the maximum norm; NaN where the inverse overflowed. */
    private double largestRowSum(int start, int width, double[] inverse) {
        double[] sums = new double[width];
        double largest = 0;
        for (int i = width - 1; i >= 0; i--) {
            for (int j = i; j < width; j++) {
                sums[i] += Math.abs(inverse[i * width + j]);
            }
        }
        for (int i = 0; i < width; i++) {
            double sum = 0;
            for (int k = i; k < width; k++) {
                sum += Math.abs(r[(start + i) * n + start + k]) * sums[k];
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    /** Entries of scratch that dividing so many rows takes. */
    int scratch(int rows) {
        return invertedWhole() ? 0 : rows * n;
    }

    private boolean invertedWhole() {
        return blocks.size() == 1 && blocks.getFirst().inverse != SUBSTITUTED;
    }

    /** Writes the quotient of the rows of {@code a} from {@code aOff} to {@code x}, another array, from {@code xOff}. */
    void divide(int rows, double[] a, int aOff, double[] x, int xOff, double[] scratch) {
        if (invertedWhole()) {
            Gemm.dgemm(rows, n, n, 1, a, aOff, n, 1, blocks.getFirst().inverse, 0, n, 1, 0, x, xOff, n);
            return;
        }
        System.arraycopy(a, aOff, scratch, 0, rows * n);
        for (Block block : blocks) {
            int start = block.start;
            int width = block.width;
            Gemm.dgemm(rows, width, start, -1, x, xOff, n, 1, r, start, n, 1, 1, scratch, start, n);
            if (block.inverse != SUBSTITUTED) {
                Gemm.dgemm(rows, width, width, 1, scratch, start, n, 1, block.inverse, 0, width, 1, 0, x, xOff + start,
                        n);
            } else {
                for (int i = 0; i < rows; i++) {
                    System.arraycopy(scratch, i * n + start, x, xOff + i * n + start, width);
                }
                Trsm.dtrsm(Side.RIGHT, Triangle.UPPER, Diagonal.GENERAL, rows, width, 1, r, start * n + start, n, 1, x,
                        xOff + start, n);
            }
        }
    }
}
