package cotangent.linalg.kernel;

import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;
import java.util.Arrays;
import java.util.List;

/**
 * The squared distances s = |a − b|² of all pairs of two sets of points, in units of a lengthscale per feature, in float64.
 *
 * <p>One matrix product of [−2A, |a|², 1] with [B, 1, |b|²]ᵀ gives them all. Its d + 2 terms add up to at most 2(|a|² + |b|²) in
 * magnitude, so that with u the unit roundoff and the norms' own rounding |δs| ≤ 3(d + 3)·u·(|a|² + |b|²): for near points far from the
 * origin that is all of s. So points are centred first, and a pair with s under 2⁻¹⁰(|a|² + |b|²) is computed again from its
 * differences, within (d + 2)·u·s. What is left has a relative error of at most 3(d + 3)·2¹⁰·u, 8e-12 for 20 features; and s = 0
 * exactly where points are equal.
 */
final class SquaredDistances {
    private static final double NEAR = 0x1p-10;

    private final Points left;
    private final Points right;
    private final int n1;
    private final int n2;
    private final int d;
    private final double[] a;
    private final double[] b;
    private final double[] squares;
    private int[] near = new int[0];
    private int nearCount;

    /**
     * The distances of two sets of points with one centre and scale.
     *
     * @param squares room for [n1, n2], which is written to
     */
    SquaredDistances(Points left, Points right, double[] squares) {
        this.left = left;
        this.right = right;
        this.n1 = left.n();
        this.n2 = right.n();
        this.d = left.d();
        this.a = left.coordinates();
        this.b = right.coordinates();
        this.squares = squares;
        int width = d + 2;
        Gemm.dgemm(n1, n2, width, 1, left.rows(), 0, width, 1, right.columns(), 0, n2, 1, 0, squares, 0, n2);
        correct();
    }

    /**
     * The distances of two sets of points.
     *
     * @param scales what features are multiplied by: one number for all, or one each
     * @throws cotangent.dsl.InvalidDataException if a coordinate is NaN or infinite, or its square is
     */
    static SquaredDistances of(String kernel, Tensor x1, Tensor x2, double[] scales) {
        double[] centre = Points.mean(List.of(x1, x2));
        Points left = Points.of(kernel, x1, centre, scales);
        Points right = x1 == x2 ? left : Points.of(kernel, x2, centre, scales);
        return new SquaredDistances(left, right, new double[Shape.of(left.n(), right.n()).size()]);
    }

    /** Looks through a row only where its least entry might be that of a near pair. */
    private void correct() {
        if (n1 == 0 || n2 == 0) {
            return;
        }
        double[] leftNorms = left.norms();
        double[] rightNorms = right.norms();
        double largest = right.largestNorm();
        double[] least = Storage.doubles(Tensor.wrap(Shape.of(n1, n2), squares).min(1));
        for (int i = 0; i < n1; i++) {
            if (least[i] <= NEAR * (leftNorms[i] + largest)) {
                for (int j = 0; j < n2; j++) {
                    if (squares[i * n2 + j] <= NEAR * (leftNorms[i] + rightNorms[j])) {
                        squares[i * n2 + j] = difference(i, j);
                        note(i * n2 + j);
                    }
                }
            }
        }
    }

    private double difference(int i, int j) {
        double square = 0;
        for (int k = 0; k < d; k++) {
            double along = a[i * d + k] - b[j * d + k];
            square += along * along;
        }
        return square;
    }

    private void note(int index) {
        if (nearCount == near.length) {
            near = Arrays.copyOf(near, Math.max(64, 2 * nearCount));
        }
        near[nearCount++] = index;
    }

    /** s, F64 [n1, n2]. */
    Tensor squares() {
        return Tensor.wrap(Shape.of(n1, n2), squares);
    }

    /** Σ gᵢⱼ sᵢⱼ. */
    double weighted(double[] g) {
        return Dots.ddot(g.length, g, 0, squares, 0);
    }

    /**
     * Σ gᵢⱼ (aᵢₖ − bⱼₖ)² for each feature k: by one product G·[1, B, B²], near pairs from their differences.
     *
     * @param g [n1, n2] row-major; overwritten
     */
    double[] weightedByFeature(double[] g) {
        double[] sums = new double[d];
        for (int at = 0; at < nearCount; at++) {
            int i = near[at] / n2;
            int j = near[at] % n2;
            double weight = g[near[at]];
            g[near[at]] = 0;
            for (int k = 0; k < d; k++) {
                double along = a[i * d + k] - b[j * d + k];
                sums[k] += weight * along * along;
            }
        }
        int width = 2 * d + 1;
        double[] powers = new double[n2 * width];
        for (int j = 0; j < n2; j++) {
            powers[j * width] = 1;
            for (int k = 0; k < d; k++) {
                double coordinate = b[j * d + k];
                powers[j * width + 1 + k] = coordinate;
                powers[j * width + 1 + d + k] = coordinate * coordinate;
            }
        }
        double[] images = new double[n1 * width];
        Gemm.dgemm(n1, width, n2, 1, g, 0, n2, 1, powers, 0, width, 1, 0, images, 0, width);
        for (int i = 0; i < n1; i++) {
            for (int k = 0; k < d; k++) {
                double coordinate = a[i * d + k];
                sums[k] += coordinate * (coordinate * images[i * width] - 2 * images[i * width + 1 + k])
                        + images[i * width + 1 + d + k];
            }
        }
        return sums;
    }
}
