package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;

/** Whether a matrix equals its transpose up to the rounding of the products it may have come from. */
final class Symmetry {
    private Symmetry() {}

    /** max|A − Aᵀ|; infinite where A is not square. */
    static double difference(Tensor matrix) {
        int n = matrix.shape().extent(0);
        if (n != matrix.shape().extent(1)) {
            return Double.POSITIVE_INFINITY;
        }
        double difference = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                difference = Math.max(difference, Math.abs(element(matrix, i * n + j) - element(matrix, j * n + i)));
            }
        }
        return difference;
    }

    /** Whether max|A − Aᵀ| ≤ 8 n ε max|A|, with ε twice the unit roundoff of the matrix's dtype. */
    static boolean allows(Tensor matrix, double difference) {
        if (difference == 0 || difference == Double.POSITIVE_INFINITY) {
            return difference == 0;
        }
        double largest = 0;
        for (int i = 0; i < matrix.shape().size(); i++) {
            largest = Math.max(largest, Math.abs(element(matrix, i)));
        }
        return difference <= 16.0 * matrix.shape().extent(0) * matrix.dtype().unitRoundoff() * largest;
    }

    private static double element(Tensor matrix, int offset) {
        return matrix.dtype() == DType.F64 ? Storage.doubles(matrix)[offset] : Storage.floats(matrix)[offset];
    }
}
