package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.PowerOfTwo;

/**
 * Norms of a matrix [m, n], in float64 whatever the dtype; 0 for an empty one.
 *
 * <p>Entries are scaled by a power of two before they are added or squared, so nothing overflows or underflows on the way;
 * a norm that is itself beyond the range of float64 is refused. Sums of p terms are exact to p·ε relatively. Estimates for
 * operators: {@link cotangent.linalg.trace.FrobeniusNorm}, {@link StableRank}, {@link RandomizedSvd}.
 */
public final class Norms {

    private Norms() {}

    /**
     * The 1-norm, the largest sum of absolute values of a column. Cost: mn flops.
     *
     * @param a an F32 or F64 matrix, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the norm exceeds the range of float64
     */
    public static double one(Tensor a) {
        Scaled scaled = Scaled.of("1-norm", a);
        return scaled.back(maxColumnSum(scaled.matrix.rows(), scaled.matrix.columns(), scaled.matrix.entries()));
    }

    /**
     * The ∞-norm, the largest sum of absolute values of a row. Cost: mn flops.
     *
     * @param a an F32 or F64 matrix, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the norm exceeds the range of float64
     */
    public static double infinity(Tensor a) {
        Scaled scaled = Scaled.of("infinity norm", a);
        return scaled.back(maxRowSum(scaled.matrix.rows(), scaled.matrix.columns(), scaled.matrix.entries()));
    }

    /**
     * The Frobenius norm, the root of the sum of squares of all entries. Cost: 2mn flops.
     *
     * @param a an F32 or F64 matrix, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the norm exceeds the range of float64
     */
    public static double frobenius(Tensor a) {
        Scaled scaled = Scaled.of("Frobenius norm", a);
        double sum = 0;
        for (double entry : scaled.matrix.entries()) {
            sum += entry * entry;
        }
        return scaled.back(Math.sqrt(sum));
    }

    /**
     * The spectral norm, the largest singular value, by {@link Svd#values}. Cost: 4mnk − 4/3·k³ flops, k = min(m, n).
     *
     * @param a an F32 or F64 matrix, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the norm exceeds the range of float64
     */
    public static double spectral(Tensor a) {
        double[] values = SingularValues.of("spectral norm", a);
        return values.length == 0 ? 0 : values[0];
    }

    /**
     * The nuclear norm, the sum of the singular values, by {@link Svd#values}. Cost: 4mnk − 4/3·k³ flops, k = min(m, n).
     *
     * @param a an F32 or F64 matrix, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the norm exceeds the range of float64
     */
    public static double nuclear(Tensor a) {
        double sum = 0;
        for (double value : SingularValues.of("nuclear norm", a)) {
            sum += value;
        }
        return finite("nuclear norm", sum);
    }

    /** The largest sum of absolute values of a row of the row-major m×n matrix {@code a}, unscaled. */
    static double maxRowSum(int m, int n, double[] a) {
        double largest = 0;
        for (int i = 0; i < m; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += Math.abs(a[i * n + j]);
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    /** The largest sum of absolute values of a column of the row-major m×n matrix {@code a}, unscaled. */
    static double maxColumnSum(int m, int n, double[] a) {
        double[] sums = new double[n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                sums[j] += Math.abs(a[i * n + j]);
            }
        }
        return PowerOfTwo.largest(sums);
    }

    static double finite(String name, double norm) {
        if (!(norm <= Double.MAX_VALUE)) {
            throw new ResultOverflowException("%s: the norm exceeds the range of f64; scale the input down".formatted(
                    name));
        }
        return norm;
    }

    /** 2ᵉA, its largest entry in [1, 2). */
    private record Scaled(MatrixArgument matrix, int exponent) {

        static Scaled of(String name, Tensor a) {
            MatrixArgument matrix = MatrixArgument.of(name, a);
            double[] entries = matrix.entries();
            int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(entries), 0);
            PowerOfTwo.scale(entries.length, entries, exponent);
            return new Scaled(matrix, exponent);
        }

        double back(double norm) {
            return finite(matrix.operation(), Math.scalb(norm, -exponent));
        }
    }
}
