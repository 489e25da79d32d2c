package cotangent.linalg;

import cotangent.dsl.Tensor;

/** Column norms of differences. */
final class Residuals {
    private Residuals() {}

    /** ‖y_j − λ_j x_j‖ for each of the k columns of two row-major [n, k] blocks. */
    static Tensor of(int k, double[] images, double[] values, double[] vectors) {
        double[] squares = squares(k, images, values, vectors);
        for (int j = 0; j < k; j++) {
            squares[j] = Math.sqrt(squares[j]);
        }
        return Tensor.of(squares);
    }

    /** The squares of these norms. */
    static double[] squares(int k, double[] images, double[] values, double[] vectors) {
        double[] squares = new double[k];
        for (int i = 0; i < images.length; i++) {
            double difference = images[i] - values[i % k] * vectors[i];
            squares[i % k] += difference * difference;
        }
        return squares;
    }
}
