package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.dense.CholeskyFactorization;
import cotangent.linalg.dense.OneNormEstimate;
import cotangent.linalg.dense.PowerOfTwo;
import java.util.Arrays;

/**
 * Cholesky's factorization A = L Lᵀ of a symmetric positive definite matrix, L lower triangular with a positive diagonal.
 *
 * <p>Backward stable (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 2nd ed., chapter 10). Float32 input is
 * factored in float64; solutions and L are rounded when they are given out: more accurate than float32 arithmetic, at the
 * speed of float64. Cost: n³/3 flops.
 */
public final class Cholesky {

    private final int n;
    private final DType dtype;
    /** The factorization is of 4ᵉA = RᵀR, so that products of small entries do not underflow. */
    private final int exponent;
    /** R = 2ᵉLᵀ, row-major, in the upper triangle. */
    private final double[] r;
    /** ‖4ᵉA‖₁. */
    private final double norm;

    private Cholesky(int n, DType dtype, int exponent, double[] r, double norm) {
        this.n = n;
        this.dtype = dtype;
        this.exponent = exponent;
        this.r = r;
        this.norm = norm;
    }

    /**
     * Factors a matrix.
     *
     * @param a an F32 or F64 matrix [n, n], finite, symmetric to max|A − Aᵀ| ≤ 8·n·ε·max|A|, positive definite
     * @throws ShapeException               if {@code a} is no square floating-point matrix
     * @throws InvalidDataException         if an entry is NaN or infinite
     * @throws NotSymmetricException        if {@code a} is not symmetric
     * @throws NotPositiveDefiniteException if a pivot is not positive
     */
    public static Cholesky of(Tensor a) {
        MatrixArgument matrix = MatrixArgument.upperTriangle("cholesky", a);
        int n = matrix.rows();
        double[] r = matrix.entries();
        int exponent = PowerOfTwo.exponentFor(matrix.largest(), 500) / 2;
        PowerOfTwo.scale(r.length, r, 2 * exponent);
        double norm = norm(n, r);
        int failed = CholeskyFactorization.factor(n, r);
        if (failed >= 0) {
            throw new NotPositiveDefiniteException(failed, Math.scalb(r[failed * n + failed], -2 * exponent));
        }
        return new Cholesky(n, matrix.dtype(), exponent, r, norm);
    }

    /** ‖A‖₁ of a symmetric matrix given by its upper triangle. */
    private static double norm(int n, double[] upper) {
        double[] sums = new double[n];
        double[] sizes = new double[n];
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        for (int i = 0; i < n; i++) {
            addSizes(n - i, upper, i * n + i, sizes, sums, i);
            sums[i] += Dots.ddot(n - i - 1, sizes, 1, ones, 0);
        }
        return PowerOfTwo.largest(sums);
    }

    private static void addSizes(int n, double[] row, int off, double[] sizes, double[] sums, int first) {
        for (int j = 0; j < n; j++) {
            double size = Math.abs(row[off + j]);
            sizes[j] = size;
            sums[first + j] += size;
        }
    }

    /** L, [n, n], lower triangular with a positive diagonal. */
    public Tensor l() {
        double[] l = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                l[i * n + j] = r[j * n + i];
            }
        }
        PowerOfTwo.scale(l.length, l, -exponent);
        return MatrixArgument.result("cholesky", dtype, Shape.of(n, n), l);
    }

    /**
     * The solution X of A X = B, by two triangular solves; 2n² flops per column.
     *
     * @param b [n] or [n, k], of A's dtype
     * @throws ShapeException          if the shape or dtype does not fit
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public Tensor solve(Tensor b) {
        MatrixArgument right = MatrixArgument.rightHandSide("solve", b, n, dtype);
        double[] x = right.entries();
        int k = right.columns();
        int lift = PowerOfTwo.exponentFor(PowerOfTwo.largest(x), 0);
        PowerOfTwo.scale(x.length, x, lift);
        substitute(k, x);
        PowerOfTwo.scale(x.length, x, 2 * exponent - lift);
        return right.result(b.shape(), x);
    }

    /** Overwrites the n×k block {@code x} with (4ᵉA)⁻¹x. */
    private void substitute(int k, double[] x) {
        Trsm.dtrsm(Side.LEFT, Triangle.LOWER, Diagonal.GENERAL, n, k, 1, r, 0, 1, n, x, 0, k);
        Trsm.dtrsm(Side.LEFT, Triangle.UPPER, Diagonal.GENERAL, n, k, 1, r, 0, n, 1, x, 0, k);
    }

    /**
     * An estimate of the condition ‖A‖₁‖A⁻¹‖₁, within a factor of 3 nearly always and never too large but for rounding; 1
     * for an empty matrix. Higham and Tisseur, <i>A block algorithm for matrix 1-norm estimation</i>, SIAM J. Matrix Anal.
     * Appl. 21 (2000). Cost: about 32n² flops.
     */
    public double conditionEstimate() {
        return n == 0 ? 1 : norm * OneNormEstimate.of(n, this::substitute, this::substitute);
    }

    /** The logarithm of det A, 2 Σ log Lᵢᵢ; free of overflow. */
    public double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.log(r[i * n + i]);
        }
        return 2 * (sum - exponent * Math.log(2) * n);
    }

    @Override
    public String toString() {
        return "Cholesky factorization of %s[%d, %d]".formatted(dtype, n, n);
    }
}
