package cotangent.linalg;

import cotangent.dsl.Tensor;

/** Column norms of differences. */
final class Residuals {
    private Residuals() {}

    /** ‖y_j − λ_j x_j‖ for each of the k columns of two row-major [n, k] blocks, without overflow or underflow. */
    static Tensor of(int k, double[] images, double[] values, double[] vectors) {
        return Tensor.of(norms(k, images, values, vectors));
    }

    /** These norms. */
    static double[] norms(int k, double[] images, double[] values, double[] vectors) {
        double[] differences = new double[images.length];
        double[] largest = new double[k];
        for (int i = 0; i < images.length; i++) {
            differences[i] = images[i] - values[i % k] * vectors[i];
            largest[i % k] = Math.max(largest[i % k], Math.abs(differences[i]));
        }
        double[] norms = new double[k];
        for (int i = 0; i < images.length; i++) {
            if (largest[i % k] > 0) {
                double ratio = differences[i] / largest[i % k];
                norms[i % k] += ratio * ratio;
            }
        }
        for (int j = 0; j < k; j++) {
            norms[j] = largest[j] * Math.sqrt(norms[j]);
        }
        return norms;
    }
}
