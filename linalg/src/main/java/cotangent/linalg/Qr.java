package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.HouseholderQr;
import cotangent.linalg.dense.PowerOfTwo;
import cotangent.linalg.dense.TallQr;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The factorization A = Q R of an [m, n] matrix, Q with orthonormal columns, R upper triangular.
 *
 * <p>R's diagonal is non-negative, which makes the factors of a matrix with independent columns unique. By blocked
 * Householder reflectors (Golub and Van Loan, <i>Matrix Computations</i>, 4th ed., section 5.2): backward stable whatever
 * the rank. A matrix with at least 32 times as many rows as columns (at most 256 of these) goes through a random sketch and
 * Cholesky's factorization of a Gram matrix instead (Balabanov, <i>Randomized Cholesky QR factorizations</i>, 2022), several
 * times faster and as stable; where its columns prove dependent to working precision, Householder's method takes over. The
 * sketch is a fixed one, so results repeat. {@link PivotedQr} reveals the rank.
 *
 * <p>‖A − QR‖ ≤ c·max(m, n)·ε·‖A‖ and ‖QᵀQ − I‖ ≤ c·m·ε with c a small constant; each column of A is reproduced to its
 * own scale. Float32 input is factored in float64 and the factors are rounded: more accurate than float32 arithmetic, at the
 * speed of float64. Cost: 2mn² − 2n³/3 flops for R and as many again for a thin Q; 2mn² and 4mn² by the sketch.
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
        Input input = Input.of(a);
        MatrixArgument matrix = input.matrix;
        int m = matrix.rows();
        int n = matrix.columns();
        TallQr tall = TallQr.suits(m, n) ? TallQr.factor(m, n, matrix.entries()) : null;
        if (tall != null) {
            return new Qr(matrix.result(Shape.of(m, n), tall.q()), input.triangle(n, tall.r()));
        }
        int k = Math.min(m, n);
        HouseholderQr qr = input.factor();
        return new Qr(matrix.result(Shape.of(m, k), qr.q(k)), input.triangle(k, qr.r()));
    }

    /**
     * The full factorization: Q is [m, m] orthogonal and R is [m, n], zero below row n. Always by Householder reflectors.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a column's norm exceeds the range of the dtype
     */
    public static Qr full(Tensor a) {
        Input input = Input.of(a);
        int m = input.matrix.rows();
        HouseholderQr qr = input.factor();
        double[] r = Arrays.copyOf(qr.r(), m * input.matrix.columns());
        return new Qr(input.matrix.result(Shape.of(m, m), qr.q(m)), input.triangle(m, r));
    }

    /**
     * R alone, [k, n] with k = min(m, n), for half the cost: the same factor that {@link #of} gives, to rounding.
     *
     * @param a an F32 or F64 matrix of any shape, finite
     * @throws ShapeException          if {@code a} is no floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if a column's norm exceeds the range of the dtype
     */
    public static Tensor r(Tensor a) {
        Input input = Input.of(a);
        MatrixArgument matrix = input.matrix;
        int m = matrix.rows();
        int n = matrix.columns();
        TallQr tall = TallQr.suits(m, n) ? TallQr.triangle(m, n, matrix.entries()) : null;
        return input.triangle(Math.min(m, n), tall != null ? tall.r() : input.factor().r());
    }

    /**
     * The matrix to factor, times 2ᵉ; its entries must not be written to where they are still the caller's.
     */
    private record Input(MatrixArgument matrix, int exponent, @Nullable Tensor own) {

        static Input of(Tensor a) {
            MatrixArgument shared = MatrixArgument.shared("qr", a);
            int exponent = PowerOfTwo.exponentFor(shared.largest(), SAFE_EXPONENT);
            if (exponent == 0) {
                return new Input(shared, 0, a);
            }
            MatrixArgument scaled = MatrixArgument.of("qr", a);
            PowerOfTwo.scale(scaled.entries().length, scaled.entries(), exponent);
            return new Input(scaled, exponent, null);
        }

        HouseholderQr factor() {
            double[] entries = matrix.entries();
            return HouseholderQr.factor(matrix.rows(), matrix.columns(), own == null ? entries : entries.clone());
        }

        Tensor triangle(int rows, double[] r) {
            PowerOfTwo.scale(r.length, r, -exponent);
            return matrix.result(Shape.of(rows, matrix.columns()), r);
        }
    }

    @Override
    public String toString() {
        return "QR: q = " + Summary.of(q) + ", r = " + Summary.of(r);
    }
}
