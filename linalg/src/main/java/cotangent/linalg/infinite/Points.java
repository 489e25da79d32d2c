package cotangent.linalg.infinite;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Storage;

/**
 * A set of inputs: points [n, features], of either dtype.
 *
 * @param points  the tensor
 * @param lengths Euclidean norms, float64
 */
record Points(Tensor points, double[] lengths) {
    /** Beyond it the square of a norm overflows. */
    private static final double LONGEST = 1e150;

    /**
     * Checks a set of inputs and measures its points.
     *
     * @throws ShapeException       if it is no matrix of F32 or F64 with at least one column
     * @throws InvalidDataException if an element is NaN or infinite, or a point too long for its square
     */
    static Points of(Tensor points) {
        if (points.rank() != 2 || !points.dtype().isFloating() || points.shape().extent(1) == 0) {
            throw new ShapeException(
                    "infinite network: expected inputs [n, features] of f32 or f64, got " + points.type());
        }
        int n = points.shape().extent(0);
        int features = points.shape().extent(1);
        double[] lengths = new double[n];
        double[] point = new double[features];
        for (int i = 0; i < n; i++) {
            read(points, i, point);
            double squares = 0;
            for (int p = 0; p < features; p++) {
                squares = Math.fma(point[p], point[p], squares);
            }
            lengths[i] = Math.sqrt(squares);
            if (!(lengths[i] < LONGEST)) {
                throw new InvalidDataException(
                        "infinite network: expected finite inputs of norms below %g, input %d of %s has %s".formatted(
                                LONGEST, i, points.type(), lengths[i]));
            }
        }
        return new Points(points, lengths);
    }

    static void requireAlike(Points left, Points right) {
        if (left.features() != right.features() || left.points.dtype() != right.points.dtype()) {
            throw new ShapeException(
                    "infinite network: expected two sets of as many features and one dtype, got %s and %s".formatted(
                            left.points.type(), right.points.type()));
        }
    }

    int count() {
        return lengths.length;
    }

    int features() {
        return points.shape().extent(1);
    }

    boolean isSingle() {
        return points.dtype() == DType.F32;
    }

    /** |x| / sqrt(features), of points from {@code from} to below {@code to}. */
    double[] deviations(int from, int to) {
        double[] deviations = new double[to - from];
        for (int i = from; i < to; i++) {
            deviations[i - from] = lengths[i] / Math.sqrt(features());
        }
        return deviations;
    }

    /** 1/|x|, and 0 for x = 0. */
    double inverse(int row) {
        return lengths[row] == 0 ? 0 : 1 / lengths[row];
    }

    private static void read(Tensor points, int row, double[] point) {
        int offset = row * point.length;
        if (points.dtype() == DType.F64) {
            System.arraycopy(Storage.doubles(points), offset, point, 0, point.length);
        } else {
            float[] elements = Storage.floats(points);
            for (int p = 0; p < point.length; p++) {
                point[p] = elements[offset + p];
            }
        }
    }

    /** Inner products of a range of rows with a range of another set's, row-major, by one packed product in the dtype. */
    double[] products(int row, int rows, Points other, int column, int columns) {
        int features = features();
        double[] products = new double[rows * columns];
        if (!isSingle()) {
            Gemm.dgemm(rows, columns, features, 1, Storage.doubles(points), row * features, features, 1,
                    Storage.doubles(
                            other.points),
                    column * features, 1, features, 0, products, 0, columns);
            return products;
        }
        float[] narrow = new float[products.length];
        Gemm.sgemm(rows, columns, features, 1, Storage.floats(points), row * features, features, 1, Storage.floats(
                other.points), column * features, 1, features, 0, narrow, 0, columns);
        for (int i = 0; i < narrow.length; i++) {
            products[i] = narrow[i];
        }
        return products;
    }

    /**
     * Half the squared distance of x/|x| and ±x'/|x'|: 1 − cos θ or 1 + cos θ, as accurate as the points allow, and exactly 0 for points
     * that are the same.
     *
     * @param sign 1 for the distance, −1 for the distance from the opposite point
     */
    double halfSquare(int row, Points other, int column, double sign, double[] left, double[] right) {
        read(points, row, left);
        read(other.points, column, right);
        double a = 1 / lengths[row];
        double b = sign / other.lengths[column];
        double even = 0;
        double odd = 0;
        int features = left.length;
        for (int p = 0; p + 1 < features; p += 2) {
            double first = left[p] * a - right[p] * b;
            double second = left[p + 1] * a - right[p + 1] * b;
            even = Math.fma(first, first, even);
            odd = Math.fma(second, second, odd);
        }
        if (features % 2 == 1) {
            double last = left[features - 1] * a - right[features - 1] * b;
            even = Math.fma(last, last, even);
        }
        return 0.5 * (even + odd);
    }
}
