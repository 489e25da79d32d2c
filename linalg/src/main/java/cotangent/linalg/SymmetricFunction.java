package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Gemm;
import cotangent.linalg.dense.SymmetricEigen;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/**
 * Functions of a real symmetric matrix, f(A) = V f(Λ) Vᵀ, by the eigendecomposition {@link Eigh}.
 *
 * <p>The result is f(A + E) to within n·ε·max|f(λ)|, with ‖E‖ of order n·ε·‖A‖: accurate where f does not change by much
 * over n·ε·‖A‖ (Higham, <i>Functions of Matrices</i>, 2008, section 4.5). Eigenvalues within c·n·ε·‖A‖ of zero, c = 4 and ε that
 * of the dtype, cannot be told from zero; {@link #sqrt} takes negative ones among them for zero, {@link #log} and
 * {@link #inverseSqrt} refuse them all. Results are exactly symmetric. Float32 input is treated in float64 and the result
 * rounded: more accurate than float32 arithmetic, at the speed of float64. Cost: {@link Eigh#of} and 2n³ flops.
 */
public final class SymmetricFunction {

    private static final double NEAR_ZERO = 4;

    private SymmetricFunction() {}

    /**
     * f(A), [n, n], for any f that is finite at the eigenvalues.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @param f called once for each eigenvalue, in ascending order
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws FunctionDomainException if f is NaN or infinite at an eigenvalue
     * @throws ResultOverflowException if an entry of the result exceeds the range of the dtype
     */
    public static Tensor of(Tensor a, DoubleUnaryOperator f) {
        return apply(MatrixArgument.symmetric("symmetric function", a), (value, slack) -> f.applyAsDouble(value));
    }

    /**
     * The principal square root, positive semidefinite, of a positive semidefinite matrix.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws FunctionDomainException if an eigenvalue is negative beyond rounding
     */
    public static Tensor sqrt(Tensor a) {
        return apply(MatrixArgument.symmetric("sqrt", a), (value, slack) -> value < -slack
                ? Double.NaN
                : Math.sqrt(Math.max(value, 0)));
    }

    /**
     * The inverse of the principal square root of a positive definite matrix, which whitens data of covariance A.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws FunctionDomainException if an eigenvalue is not positive beyond rounding
     * @throws ResultOverflowException if an entry of the result exceeds the range of the dtype
     */
    public static Tensor inverseSqrt(Tensor a) {
        return apply(MatrixArgument.symmetric("inverse sqrt", a), (value, slack) -> value <= slack
                ? Double.NaN
                : 1 / Math.sqrt(value));
    }

    /**
     * The logarithm of a positive definite matrix.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws FunctionDomainException if an eigenvalue is not positive beyond rounding
     */
    public static Tensor log(Tensor a) {
        return apply(MatrixArgument.symmetric("log", a), (value, slack) -> value <= slack
                ? Double.NaN
                : Math.log(value));
    }

    /**
     * The exponential; {@link Expm} takes matrices that are not symmetric.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws NotSymmetricException   if {@code a} is not symmetric
     * @throws ResultOverflowException if the largest eigenvalue's exponential exceeds the range of the dtype
     */
    public static Tensor exp(Tensor a) {
        return apply(MatrixArgument.symmetric("exp", a), (value, slack) -> {
            double image = Math.exp(value);
            if (Double.isInfinite(image)) {
                throw new ResultOverflowException("exp: the exponential of eigenvalue %.6g exceeds the range of f64"
                        .formatted(value));
            }
            return image;
        });
    }

    /** A function's value at an eigenvalue, NaN outside its domain; up to the slack, it may be zero. */
    private interface Spectral {
        double at(double value, double slack);
    }

    private static Tensor apply(MatrixArgument a, Spectral f) {
        int n = a.rows();
        SymmetricEigen eigen = SymmetricEigen.decompose(n, a.entries());
        if (eigen == null) {
            throw a.notConverged();
        }
        double[] values = eigen.values();
        double size = n == 0 ? 0 : Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
        double slack = NEAR_ZERO * n * 2 * a.dtype().unitRoundoff() * size;
        double[] images = new double[n];
        for (int i = 0; i < n; i++) {
            images[i] = f.at(values[i], slack);
            if (!Double.isFinite(images[i])) {
                throw new FunctionDomainException(
                        "%s: expected a finite value at every eigenvalue, got eigenvalue %.6g (spectrum %.3g to %.3g); add a multiple of the identity"
                                .formatted(a.operation(), values[i], values[0], values[n - 1]),
                        values[i]);
            }
        }
        return a.result(Shape.of(n, n), assemble(n, Objects.requireNonNull(eigen.vectors()), images));
    }

    /** V diag(f) Vᵀ, the lower triangle copied to the upper. */
    private static double[] assemble(int n, double[] vectors, double[] images) {
        double[] weighted = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                weighted[i * n + j] = vectors[i * n + j] * images[j];
            }
        }
        double[] result = new double[n * n];
        Gemm.dgemm(n, n, n, 1, weighted, 0, n, 1, vectors, 0, 1, n, 0, result, 0, n);
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                result[i * n + j] = result[j * n + i];
            }
        }
        return result;
    }
}
