package cotangent.linalg.dense;

import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Workers;
import java.util.Arrays;

/**
 * The inverse A⁻¹ = R⁻¹R⁻ᵀ of a positive definite matrix from its Cholesky factor R, upper triangular.
 *
 * <p>R⁻¹ by halving, (R⁻¹)₁₂ = −(R₁₁)⁻¹ R₁₂ (R₂₂)⁻¹, two products of which use that their triangular factors are; then the product
 * with its transpose, strip by strip, over the columns that are not zero. Cost: 2n³/3 flops beside the factorization; all but the
 * leaves in matrix products.
 */
public final class PositiveDefiniteInverse {
    private static final int LEAF = 32;
    private static final int STRIP = 128;

    private PositiveDefiniteInverse() {}

    /** Overwrites the upper triangle of the row-major n×n matrix {@code r} with R⁻¹, and what is below with zeros. */
    public static void invertUpper(int n, double[] r) {
        for (int i = 0; i < n; i++) {
            Arrays.fill(r, i * n, i * n + i, 0);
        }
        invert(n, r, 0, n);
    }

    private static void invert(int n, double[] r, int off, int row) {
        if (n <= LEAF) {
            leaf(n, r, off, row);
            return;
        }
        int half = n / 2;
        int rest = n - half;
        int beside = off + half;
        int trailing = off + half * row + half;
        invert(half, r, off, row);
        invert(rest, r, trailing, row);
        double[] image = new double[half * rest];
        for (int top = 0; top < half; top += STRIP) { // R₁₁⁻¹ R₁₂, without the zeros left of the diagonal
            int rows = Math.min(STRIP, half - top);
            Gemm.dgemm(rows, rest, half - top, -1, r, off + top * row + top, row, 1, r, beside + top * row, row, 1, 0,
                    image, top * rest, rest);
        }
        for (int left = 0; left < rest; left += STRIP) { // ... R₂₂⁻¹, without the zeros below the diagonal
            int columns = Math.min(STRIP, rest - left);
            Gemm.dgemm(half, columns, left + columns, 1, image, 0, rest, 1, r, trailing + left, row, 1, 0, r,
                    beside + left, row);
        }
    }

    /** By rows from the last: row i of R⁻¹ is (eᵢ − Σ_{k>i} rᵢₖ row k)/rᵢᵢ. */
    private static void leaf(int n, double[] r, int off, int row) {
        for (int i = n - 1; i >= 0; i--) {
            int diagonal = off + i * row + i;
            double pivot = 1 / r[diagonal];
            double[] sums = new double[n - i];
            for (int k = i + 1; k < n; k++) {
                Dots.daxpy(n - k, r[diagonal + k - i], r, off + k * row + k, sums, k - i);
            }
            r[diagonal] = pivot;
            for (int k = 1; k < n - i; k++) {
                r[diagonal + k] = -pivot * sums[k];
            }
        }
    }

    /** X·Xᵀ, whole, for the upper triangular X = R⁻¹ with zeros below, row-major n×n. */
    public static double[] product(int n, double[] x) {
        double[] inverse = new double[x.length];
        int strips = (n + STRIP - 1) / STRIP;
        Workers.run(strips, strip -> {
            int top = strip * STRIP;
            int rows = Math.min(STRIP, n - top);
            // rows of this strip with those up to it: columns before the strip hold zeros in its rows
            Gemm.dgemm(rows, top + rows, n - top, 1, x, top * n + top, n, 1, x, top, 1, n, 0, inverse, top * n, n);
        });
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                inverse[j * n + i] = inverse[i * n + j];
            }
        }
        return inverse;
    }

    /** The diagonal of X·Xᵀ. */
    public static double[] diagonal(int n, double[] x) {
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++) {
            diagonal[i] = Dots.ddot(n - i, x, i * n + i, x, i * n + i);
        }
        return diagonal;
    }
}
