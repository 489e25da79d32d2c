package cotangent.linalg.kernel;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import java.util.List;

/**
 * A set of points [n, d], moved to a centre and in units of a lengthscale per feature, float64, as factors of the product that gives
 * squared distances: rows [−2a, |a|², 1] and columns [b, 1, |b|²].
 */
final class Points {
    private final int n;
    private final int d;
    private final double[] coordinates;
    private final double[] norms;
    private final double largestNorm;
    private final double[] rows;
    private final double[] columns;

    private Points(int n, int d, double[] coordinates, double[] norms) {
        this.n = n;
        this.d = d;
        this.coordinates = coordinates;
        this.norms = norms;
        int width = d + 2;
        this.rows = new double[n * width];
        this.columns = new double[width * n];
        double largest = 0;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < d; k++) {
                rows[i * width + k] = -2 * coordinates[i * d + k];
                columns[k * n + i] = coordinates[i * d + k];
            }
            rows[i * width + d] = norms[i];
            rows[i * width + d + 1] = 1;
            columns[d * n + i] = 1;
            columns[(d + 1) * n + i] = norms[i];
            largest = Math.max(largest, norms[i]);
        }
        this.largestNorm = largest;
    }

    /**
     * Points of a set.
     *
     * @param scales what features are multiplied by: one number for all, or one each
     * @throws InvalidDataException if a coordinate is NaN or infinite, or its square is
     */
    static Points of(String kernel, Tensor x, double[] centre, double[] scales) {
        int n = x.shape().extent(0);
        int d = x.shape().extent(1);
        double[] coordinates = x.toDoubles();
        double[] norms = new double[n];
        for (int i = 0; i < n; i++) {
            double square = 0;
            for (int k = 0; k < d; k++) {
                double scaled = (coordinates[i * d + k] - centre[k]) * scales[scales.length == 1 ? 0 : k];
                coordinates[i * d + k] = scaled;
                square += scaled * scaled;
            }
            if (!(square < Double.POSITIVE_INFINITY)) {
                throw new InvalidDataException("%s: a coordinate of input %d is NaN, infinite or too large to square"
                        .formatted(kernel, i));
            }
            norms[i] = square;
        }
        return new Points(n, d, coordinates, norms);
    }

    /** The mean of the points of several sets. */
    static double[] mean(List<Tensor> sets) {
        int d = sets.getFirst().shape().extent(1);
        double[] mean = new double[d];
        long count = 0;
        for (Tensor set : sets) {
            double[] coordinates = set.toDoubles();
            for (int i = 0; i < coordinates.length; i += d) {
                for (int k = 0; k < d; k++) {
                    mean[k] += coordinates[i + k];
                }
            }
            count += set.shape().extent(0);
        }
        for (int k = 0; k < d; k++) {
            mean[k] /= Math.max(1, count);
        }
        return mean;
    }

    int n() {
        return n;
    }

    int d() {
        return d;
    }

    /** [n, d] row-major. */
    double[] coordinates() {
        return coordinates;
    }

    /** |a|². */
    double[] norms() {
        return norms;
    }

    double largestNorm() {
        return largestNorm;
    }

    /** [−2a, |a|², 1], [n, d + 2] row-major. */
    double[] rows() {
        return rows;
    }

    /** [b, 1, |b|²] as columns, [d + 2, n] row-major. */
    double[] columns() {
        return columns;
    }
}
