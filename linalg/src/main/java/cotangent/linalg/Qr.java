package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.HouseholderQr;
import cotangent.linalg.dense.PowerOfTwo;

/**
 * The factorization A = Q R of an [m, n] matrix, Q with orthonormal columns, R upper triangular.
 *
 * <p>R's diagonal is non-negative, which makes the factors of a matrix with independent columns unique. By blocked
 * Householder reflectors (Golub and Van Loan, <i>Matrix Computations</i>, 4th ed., section 5.2): backward stable whatever
 * the rank. Float32 input is factored in float64 and the factors are rounded. Cost: 2mn² − 2n³/3 flops for R and as many
 * again for a thin Q.
 *
 * @param q [m, k] with k = min(m, n), or [m, m] from {@link #full}
 * @param r [k, n], or [m, n] from {@link #full}
 */
public record Qr(Tensor q, Tensor r) {

    /** Above this the sum of squares of a column could overflow; as far below it, squares could underflow. */
    private static final int SAFE_EXPONENT = 450;

    /**
     * The thin factorization: Q is [m, k] and R is [k, n], with k = min(m, n).
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a column's norm exceeds the range of the dtype
     */
    public static Qr of(Tensor a) {
        return factor(MatrixArgument.of("qr", a), false);
    }

    /**
     * The full factorization: Q is [m, m] orthogonal and R is [m, n], zero below row n.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a column's norm exceeds the range of the dtype
     */
    public static Qr full(Tensor a) {
        return factor(MatrixArgument.of("qr", a), true);
    }

    private static Qr factor(MatrixArgument a, boolean full) {
        int m = a.rows();
        int n = a.columns();
        int height = full ? m : Math.min(m, n);
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(a.entries()), SAFE_EXPONENT);
        PowerOfTwo.scale(m * n, a.entries(), exponent);
        HouseholderQr qr = HouseholderQr.factor(m, n, a.entries());
        double[] r = java.util.Arrays.copyOf(qr.r(), height * n);
        PowerOfTwo.scale(r.length, r, -exponent);
        return new Qr(a.result(Shape.of(m, height), qr.q(height)), a.result(Shape.of(height, n), r));
    }

    @Override
    public String toString() {
        return "QR: q = " + Summary.of(q) + ", r = " + Summary.of(r);
    }
}
