package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.dense.OneNormEstimate;
import cotangent.linalg.dense.PowerOfTwo;

/**
 * Systems with a triangular matrix, T X = B or Tᵀ X = B, by substitution.
 *
 * <p>Each column of the result solves a system whose matrix differs from T by at most (n + 1)·ε·|T|, entry by entry (Higham,
 * <i>Accuracy and Stability of Numerical Algorithms</i>, 2nd ed., theorem 8.5). Float32 input is solved in float64 and the
 * result rounded: more accurate than float32 arithmetic, at the speed of float64. Cost: n² flops per right-hand side.
 */
public final class TriangularSolve {

    private final int n;
    private final DType dtype;
    private final Triangle triangle;
    /** 2ᵉT, with zeros in the other triangle, largest entry of order 1. */
    private final double[] entries;

    private final int exponent;
    private final boolean transposed;

    private TriangularSolve(int n, DType dtype, Triangle triangle, double[] entries, int exponent, boolean transposed) {
        this.n = n;
        this.dtype = dtype;
        this.triangle = triangle;
        this.entries = entries;
        this.exponent = exponent;
        this.transposed = transposed;
    }

    /**
     * Systems with the lower triangle of a matrix, diagonal included; the rest is taken for zero.
     *
     * @param a an F32 or F64 matrix [n, n], finite
     * @throws ShapeException       if {@code a} is no square floating-point matrix
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public static TriangularSolve lower(Tensor a) {
        return of(a, Triangle.LOWER, false);
    }

    /**
     * Systems with the upper triangle of a matrix, diagonal included; the rest is taken for zero.
     *
     * @param a an F32 or F64 matrix [n, n], finite
     * @throws ShapeException       if {@code a} is no square floating-point matrix
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public static TriangularSolve upper(Tensor a) {
        return of(a, Triangle.UPPER, false);
    }

    /**
     * As {@link #lower}, the diagonal taken for ones.
     *
     * @param a an F32 or F64 matrix [n, n], finite
     * @throws ShapeException       if {@code a} is no square floating-point matrix
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public static TriangularSolve unitLower(Tensor a) {
        return of(a, Triangle.LOWER, true);
    }

    /**
     * As {@link #upper}, the diagonal taken for ones.
     *
     * @param a an F32 or F64 matrix [n, n], finite
     * @throws ShapeException       if {@code a} is no square floating-point matrix
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public static TriangularSolve unitUpper(Tensor a) {
        return of(a, Triangle.UPPER, true);
    }

    private static TriangularSolve of(Tensor a, Triangle triangle, boolean unit) {
        MatrixArgument matrix = MatrixArgument.square("triangular solve", a);
        int n = matrix.rows();
        double[] entries = matrix.entries();
        for (int i = 0; i < n; i++) {
            if (unit) {
                entries[i * n + i] = 1;
            }
            int from = triangle == Triangle.LOWER ? i + 1 : 0;
            int to = triangle == Triangle.LOWER ? n : i;
            java.util.Arrays.fill(entries, i * n + from, i * n + to, 0);
        }
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(entries), 0);
        PowerOfTwo.scale(entries.length, entries, exponent);
        return new TriangularSolve(n, matrix.dtype(), triangle, entries, exponent, false);
    }

    /** Systems with the transpose; nothing is copied. */
    public TriangularSolve transposed() {
        return new TriangularSolve(n, dtype, triangle, entries, exponent, !transposed);
    }

    /**
     * The solution X.
     *
     * @param b [n] or [n, k], of the matrix's dtype
     * @return of b's shape
     * @throws ShapeException          if the shape or dtype does not fit
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws SingularMatrixException if a diagonal entry is zero
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public Tensor solve(Tensor b) {
        MatrixArgument right = MatrixArgument.rightHandSide("triangular solve", b, n, dtype);
        int zero = firstZero();
        if (zero >= 0) {
            throw new SingularMatrixException(
                    "triangular solve: the matrix is singular, diagonal entry %d is zero; use LeastSquares for a "
                            .formatted(zero) + "least-squares solution",
                    zero);
        }
        double[] x = right.entries();
        int lift = PowerOfTwo.exponentFor(PowerOfTwo.largest(x), 0);
        PowerOfTwo.scale(x.length, x, lift);
        substitute(transposed, right.columns(), x);
        PowerOfTwo.scale(x.length, x, exponent - lift);
        return right.result(b.shape(), x);
    }

    /**
     * The inverse, [n, n], triangular; prefer {@link #solve} where it is only applied. Cost: n³ flops.
     *
     * @throws SingularMatrixException if a diagonal entry is zero
     * @throws ResultOverflowException if an entry exceeds the range of the dtype
     */
    public Tensor inverse() {
        return solve(Tensor.eye(n, dtype));
    }

    /**
     * An estimate of the condition ‖T‖₁‖T⁻¹‖₁, within a factor of 3 nearly always and never too large but for rounding; infinite
     * where a diagonal entry is zero, 1 for an empty matrix. Higham and Tisseur, SIAM J. Matrix Anal. Appl. 21 (2000). Cost:
     * about 16n² flops.
     */
    public double conditionEstimate() {
        if (n == 0) {
            return 1;
        }
        if (firstZero() >= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double inverse = OneNormEstimate.of(n, (k, x) -> substitute(transposed, k, x), (k, x) -> substitute(
                !transposed, k, x));
        return inverse * (transposed ? Norms.maxRowSum(n, n, entries) : Norms.maxColumnSum(n, n, entries));
    }

    private int firstZero() {
        for (int i = 0; i < n; i++) {
            if (entries[i * n + i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private void substitute(boolean turned, int k, double[] x) {
        boolean lower = triangle == Triangle.LOWER != turned;
        Trsm.dtrsm(Side.LEFT, lower ? Triangle.LOWER : Triangle.UPPER, Diagonal.GENERAL, n, k, 1, entries, 0, turned
                ? 1
                : n, turned ? n : 1, x, 0, k);
    }

    @Override
    public String toString() {
        return "triangular solve with %s %s%s".formatted(triangle == Triangle.LOWER ? "lower" : "upper",
                dtype, Shape.of(n, n)) + (transposed ? ", transposed" : "");
    }
}
