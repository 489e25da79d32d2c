package cotangent.linalg.infinite;

import java.util.Arrays;

/**
 * Dense layers, multiples and sums of layers, for a run of pairs.
 *
 * <p>Of two layers that are not correlated, covariances add, and so do s − k and s + k, but for what the new s exceeds the sum of the
 * two by. With deviations l and r of the two and σ² = l² + r², that is {@code σ₁σ₂ − l₁l₂ − r₁r₂ = 2 σ₁σ₂ sin²((β₁ − β₂)/2)} for the angles
 * β of (l, r): the square of {@code p₁q₂ − q₁p₂} with p and q the parts sqrt(σ)·2^(1/4)·(sin, cos)(β/2), which belong to inputs. A bias is
 * a layer whose values are the same for all inputs.
 */
final class Affine {
    /** Rows of a sum's {@link Spread#coefficients}. */
    private static final int SINE = 0;
    private static final int COSINE = 1;

    private Affine() {}

    /** The spread of a multiple w of the variance. */
    static Spread scaled(Spread in, double w) {
        double[] result = new double[in.count()];
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.sqrt(w) * in.deviation()[i];
        }
        return new Spread(result);
    }

    /** The spread after weights of variance w and biases of variance b. */
    static Spread dense(Spread in, double w, double b) {
        double[] bias = new double[in.count()];
        Arrays.fill(bias, Math.sqrt(b));
        return b == 0 ? scaled(in, w) : sum(scaled(in, w), new Spread(bias));
    }

    /** The spread of a sum; sqrt(σ) sin(β/2) = sqrt((σ − l)/2), where σ − l = r²/(σ + l). */
    static Spread sum(Spread left, Spread right) {
        int n = left.count();
        double[] result = new double[n];
        double[][] halves = new double[2][n];
        double scale = Math.sqrt(Math.sqrt(0.5));
        for (int i = 0; i < n; i++) {
            double l = left.deviation()[i];
            double r = right.deviation()[i];
            result[i] = Math.sqrt(l * l + r * r);
            double root = Math.sqrt(result[i] + l);
            halves[SINE][i] = root == 0 ? 0 : scale * r / root;
            halves[COSINE][i] = scale * root;
        }
        return new Spread(result, halves, 0);
    }

    /**
     * A dense layer: k' = w k + b, and the tangent kernel w Θ + gain·k + bias.
     *
     * @param gain what the tangent kernel with respect to the weights is, as a multiple of k
     * @param bias the tangent kernel with respect to the biases
     */
    static void dense(Strip out, Operation.Dense dense, Pairs x, Pairs y, double gain, double bias, boolean gap) {
        int n = out.count();
        double w = dense.weightVariance();
        double b = dense.biasVariance();
        linear(n, w, b, x.covariance, y.covariance);
        tangents(n, w, gain, bias, x.tangent, x.covariance, y.tangent);
        if (gap && b == 0) {
            linear(n, w, 0, x.apart, y.apart);
            linear(n, w, 0, x.together, y.together);
        } else if (gap) {
            excess(out, w, x.apart, 0, y.apart);
            excess(out, w, x.together, 2 * b, y.together);
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

    /** A multiple, and what a new s exceeds two old ones by. */
    private static void excess(Strip out, double factor, double[] x, double addend, double[] result) {
        double sine = out.rows().coefficients()[SINE][out.row()];
        double cosine = out.rows().coefficients()[COSINE][out.row()];
        double[] sines = out.columns().coefficients()[SINE];
        double[] cosines = out.columns().coefficients()[COSINE];
        for (int i = 0; i < out.count(); i++) {
            double root = sine * cosines[i] - cosine * sines[i];
            result[i] = factor * x[i] + (root * root + addend);
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
    static void sum(Strip out, Pairs x, Pairs z, Pairs y, boolean gap) {
        int n = out.count();
        total(n, x.covariance, z.covariance, y.covariance);
        total(n, x.tangent, z.tangent, y.tangent);
        if (gap) {
            total(n, x.apart, z.apart, y.apart);
            total(n, x.together, z.together, y.together);
            excess(out, 1, y.apart, 0, y.apart);
            excess(out, 1, y.together, 0, y.together);
        }
    }

    private static void total(int n, double[] x, double[] z, double[] y) {
        for (int i = 0; i < n; i++) {
            y[i] = x[i] + z[i];
        }
    }
}
