package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.MatrixExponential;

/**
 * The matrix exponential exp(A) = I + A + A²/2! + … of a square matrix.
 *
 * <p>By scaling and squaring with Padé approximants of degree up to 13: A. H. Al-Mohy and N. J. Higham, <i>A new scaling and
 * squaring algorithm for the matrix exponential</i>, SIAM J. Matrix Anal. Appl. 31 (2009). The relative error is of order n·ε
 * times the exponential's condition, which is at least ‖A‖ and equals it for normal matrices. For a symmetric matrix
 * {@link SymmetricFunction#exp} is more accurate. Float32 input is treated in float64 and the result rounded: more
 * accurate than float32 arithmetic, at the speed of float64.
 */
public final class Expm {

    private Expm() {}

    /**
     * The exponential, [n, n]. Cost: 4n³ to 12n³ flops for products, 8/3·n³ for a linear system, and 2n³ for each of about
     * log₂(‖A‖/4.25) squarings.
     *
     * @param a an F32 or F64 matrix [n, n], finite
     * @throws ShapeException          if {@code a} is no square floating-point matrix
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if an entry of the exponential exceeds the range of the dtype
     */
    public static Tensor of(Tensor a) {
        MatrixArgument matrix = MatrixArgument.square("expm", a);
        return matrix.result(a.shape(), MatrixExponential.of(matrix.rows(), matrix.entries()));
    }
}
