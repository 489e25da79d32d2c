package cotangent.linalg.infinite;

/**
 * Dense layers, multiples and sums of layers, for a run of pairs.
 *
 * <p>Of two layers that are not correlated, covariances add, and so do s − k and s + k, but for what the new s exceeds the sum of the
 * two by, {@code (r₁ q₂ − q₁ r₂)²/(s + s_r + s_q)} for deviations r and q: a positive term. A bias is a layer whose values are the same
 * for all inputs.
 */
final class Affine {
    private Affine() {}

    /**
     * A dense layer: k' = w k + b, and the tangent kernel w Θ + gain·k + bias.
     *
     * @param gain what the tangent kernel with respect to the weights is, as a multiple of k
     * @param bias the tangent kernel with respect to the biases
     */
    static void dense(Strip in, Strip out, Operation.Dense dense, Pairs x, Pairs y, double gain, double bias,
            boolean gap) {
        int n = in.count();
        double w = dense.weightVariance();
        double b = dense.biasVariance();
        linear(n, w, b, x.covariance, y.covariance);
        tangents(n, w, gain, bias, x.tangent, x.covariance, y.tangent);
        if (gap && b == 0) {
            linear(n, w, 0, x.apart, y.apart);
            linear(n, w, 0, x.together, y.together);
        } else if (gap) {
            excesses(in, out, w, b, y.apart);
            added(n, w, x.together, 2 * b, y.apart, y.together);
            added(n, w, x.apart, 0, y.apart, y.apart);
        }
    }

    private static void linear(int n, double factor, double addend, double[] x, double[] y) {
        for (int i = 0; i < n; i++) {
            y[i] = factor * x[i] + addend;
        }
    }

    private static void tangents(int n, double factor, double gain, double bias, double[] tangent, double[] covariance,
            double[] result) {
        for (int i = 0; i < n; i++) {
            result[i] = factor * tangent[i] + (gain * covariance[i] + bias);
        }
    }

    /** w b (r₁ − r₂)²/(s' + w s + b). */
    private static void excesses(Strip in, Strip out, double w, double b, double[] excess) {
        double r1 = in.deviation();
        double[] r2 = in.deviations();
        double s1 = out.deviation();
        double[] s2 = out.deviations();
        for (int i = 0; i < in.count(); i++) {
            double difference = r1 - r2[i];
            excess[i] = w * b * difference * difference / (s1 * s2[i] + w * r1 * r2[i] + b);
        }
    }

    private static void added(int n, double factor, double[] x, double addend, double[] excess, double[] result) {
        for (int i = 0; i < n; i++) {
            result[i] = factor * x[i] + (excess[i] + addend);
        }
    }

    /** A multiple; the factor is that of k. */
    static void scale(int n, double factor, Pairs x, Pairs y) {
        linear(n, factor, 0, x.covariance, y.covariance);
        linear(n, factor, 0, x.tangent, y.tangent);
        linear(n, factor, 0, x.apart, y.apart);
        linear(n, factor, 0, x.together, y.together);
    }

    /** A sum of two layers. */
    static void sum(Strip left, Strip right, Strip out, Pairs x, Pairs z, Pairs y, boolean gap) {
        int n = out.count();
        total(n, x.covariance, z.covariance, y.covariance);
        total(n, x.tangent, z.tangent, y.tangent);
        if (gap) {
            total(n, x.apart, z.apart, y.apart);
            total(n, x.together, z.together, y.together);
            double[] l2 = left.deviations();
            double[] r2 = right.deviations();
            double[] s2 = out.deviations();
            double l1 = left.deviation();
            double r1 = right.deviation();
            double s1 = out.deviation();
            for (int i = 0; i < n; i++) {
                
                double cross = l1 * r2[i] - r1 * l2[i];
                double sum = s1 * s2[i] + l1 * l2[i] + r1 * r2[i];
                double excess = cross * cross / Math.max(sum, Double.MIN_NORMAL);
                y.apart[i] += excess;
                y.together[i] += excess;
            }
        }
    }

    private static void total(int n, double[] x, double[] z, double[] y) {
        for (int i = 0; i < n; i++) {
            y[i] = x[i] + z[i];
        }
    }
}
