package cotangent.examples.theory;

import cotangent.dsl.Tensor;

/**
 * What one unit of a two-layer ReLU network without biases adds to the tangent kernel at two unit inputs: the random number
 * T = a²·c·1(u>0)1(v>0) + relu(u)·relu(v), with c = cos θ the inputs' inner product, u and v standard normal of covariance c,
 * and a standard normal. The kernel of width m is the mean of m of these.
 *
 * <p>The moments E u^n v^n 1(u>0)1(v>0) = J_n/2π are the arc-cosine kernels of Y. Cho and L. K. Saul, Kernel Methods for Deep
 * Learning, NeurIPS 2009, section 2.1. With E a² = 1 and E a⁴ = 3 the mean is (c·J_0 + J_1)/2π, and the mean square
 * (3c²·J_0 + 2c·J_1 + J_2)/2π.
 */
final class ReluUnit {
    private ReluUnit() {}

    /** E T, the kernel's limit, at an angle in radians. */
    static double mean(double angle) {
        return (Math.cos(angle) * j0(angle) + j1(angle)) / (2 * Math.PI);
    }

    /** Var T: of the kernel of width m it is m times the variance. */
    static double variance(double angle) {
        double c = Math.cos(angle);
        double square = (3 * c * c * j0(angle) + 2 * c * j1(angle) + j2(angle)) / (2 * Math.PI);
        return Math.max(0, square - mean(angle) * mean(angle)); // at a straight angle 0, but for rounding
    }

    /** The sum of Var T over all pairs of some inputs of one norm. */
    static double variance(Tensor x) {
        Tensor products = x.matmul(x.transpose());
        double sum = 0;
        int n = x.shape().extent(0);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double cosine = products.get(i, j) / Math.sqrt(products.get(i, i) * products.get(j, j));
                sum += variance(i == j ? 0 : Math.acos(Math.clamp(cosine, -1, 1)));
            }
        }
        return sum;
    }

    private static double j0(double angle) {
        return Math.PI - angle;
    }

    private static double j1(double angle) {
        return Math.sin(angle) + (Math.PI - angle) * Math.cos(angle);
    }

    private static double j2(double angle) {
        double c = Math.cos(angle);
        return 3 * Math.sin(angle) * c + (Math.PI - angle) * (1 + 2 * c * c);
    }
}
