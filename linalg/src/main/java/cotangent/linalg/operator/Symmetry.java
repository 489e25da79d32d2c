package cotangent.linalg.operator;

import cotangent.dsl.DType;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Storage;

/** Whether a matrix equals its transpose up to the rounding of the products it may have come from. */
final class Symmetry {
    private Symmetry() {}

    /** max|A − Aᵀ| ≤ 8 n ε max|A|, with ε twice the unit roundoff of the matrix's dtype. */
    static boolean holds(Tensor matrix) {
        int n = matrix.shape().extent(0);
        if (n != matrix.shape().extent(1)) {
            return false;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double lower = element(matrix, i * n + j);
                double upper = element(matrix, j * n + i);
                largest = Math.max(largest, Math.max(Math.abs(lower), Math.abs(upper)));
                difference = Math.max(difference, Math.abs(lower - upper));
            }
        }
        return difference <= 16.0 * n * matrix.dtype().unitRoundoff() * largest;
    }

    private static double element(Tensor matrix, int offset) {
        return matrix.dtype() == DType.F64 ? Storage.doubles(matrix)[offset] : Storage.floats(matrix)[offset];
    }
}
