package cotangent.linalg;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.dense.LuFactorization;
import cotangent.linalg.dense.OneNormEstimate;
import cotangent.linalg.dense.PowerOfTwo;

/**
 * Gaussian elimination with partial pivoting, P A = L U, and what follows from it: solutions, inverse, determinant.
 *
 * <p>A singular matrix has a factorization too; only {@link #solve} and {@link #inverse} refuse it. Backward stable in
 * practice (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 2nd ed., chapter 9). Float32 input is factored
 * in float64 and results are rounded: more accurate than float32 arithmetic, at the speed of float64. Cost: 2n³/3 flops.
 */
public final class Lu {

    /** The sign of a determinant (−1, 0 or 1) and the natural logarithm of its absolute value, −∞ where it is 0. */
    public record SignedLog(double sign, double logAbs) {}

    /** Multipliers are at most 1, so entries grow by at most 2ⁿ and in practice hardly at all: 2¹²⁰ is room enough. */
    private static final int SAFE_EXPONENT = 900;

    private final int n;
    private final DType dtype;
    /** The factorization is of 2ᵉA, so that elimination cannot overflow. */
    private final int exponent;
    private final LuFactorization factors;
    /** ‖2ᵉA‖₁. */
    private final double norm;

    private Lu(int n, DType dtype, int exponent, LuFactorization factors, double norm) {
        this.n = n;
        this.dtype = dtype;
        this.exponent = exponent;
        this.factors = factors;
        this.norm = norm;
    }

    /**
     * Factors a matrix.
     *
     * @param a an F32 or F64 matrix [n, n], finite
     * @throws ShapeException       if {@code a} is no square floating-point matrix
     * @throws InvalidDataException if an entry is NaN or infinite
     */
    public static Lu of(Tensor a) {
        MatrixArgument matrix = MatrixArgument.square("lu", a);
        int n = matrix.rows();
        int exponent = PowerOfTwo.exponentFor(PowerOfTwo.largest(matrix.entries()), SAFE_EXPONENT);
        PowerOfTwo.scale(n * n, matrix.entries(), exponent);
        double norm = Norms.maxColumnSum(n, n, matrix.entries());
        return new Lu(n, matrix.dtype(), exponent, LuFactorization.factor(n, matrix.entries()), norm);
    }

    /** L, [n, n], lower triangular with a unit diagonal, no entry above 1 in absolute value. */
    public Tensor l() {
        double[] l = new double[n * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(factors.packed(), i * n, l, i * n, i);
            l[i * n + i] = 1;
        }
        return MatrixArgument.result("lu", dtype, Shape.of(n, n), l);
    }

    /**
     * U, [n, n], upper triangular.
     *
     * @throws ResultOverflowException if an entry exceeds the range of the dtype
     */
    public Tensor u() {
        double[] u = new double[n * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(factors.packed(), i * n + i, u, i * n + i, n - i);
        }
        PowerOfTwo.scale(u.length, u, -exponent);
        return MatrixArgument.result("lu", dtype, Shape.of(n, n), u);
    }

    /** The row order, [n] of I32: row i of PA = LU is row {@code permutation[i]} of A. */
    public Tensor permutation() {
        return Tensor.wrap(Shape.of(n), factors.permutation());
    }

    /**
     * The solution X of A X = B; 2n² flops per column.
     *
     * @param b [n] or [n, k], of A's dtype
     * @throws ShapeException          if the shape or dtype does not fit
     * @throws InvalidDataException    if an entry is NaN or infinite
     * @throws SingularMatrixException if a pivot is zero
     * @throws ResultOverflowException if the solution exceeds the range of the dtype
     */
    public Tensor solve(Tensor b) {
        MatrixArgument right = MatrixArgument.rightHandSide("solve", b, n, dtype);
        return solve("solve", b.shape(), right.columns(), right.entries());
    }

    /**
     * A⁻¹, [n, n]; prefer {@link #solve} where the inverse is only applied. Cost: 2n³ flops.
     *
     * @throws SingularMatrixException if a pivot is zero
     * @throws ResultOverflowException if an entry exceeds the range of the dtype
     */
    public Tensor inverse() {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return solve("inverse", Shape.of(n, n), n, identity);
    }

    /**
     * The determinant; 1 for an empty matrix.
     *
     * @throws ResultOverflowException if it exceeds the range of float64; use {@link #slogdet}
     */
    public double det() {
        double mantissa = factors.oddPermutation() ? -1 : 1;
        long power = -(long) exponent * n;
        for (int i = 0; i < n; i++) {
            if (factors.pivot(i) == 0) {
                return 0;
            }
            mantissa *= factors.pivot(i); // in [1, 2) before: neither overflow nor underflow
            int size = PowerOfTwo.exponentOf(mantissa);
            mantissa = Math.scalb(mantissa, -size);
            power += size;
        }
        double result = Math.scalb(mantissa, Math.clamp(power, -3000, 3000));
        if (Double.isInfinite(result)) {
            throw new ResultOverflowException("det: the determinant exceeds the range of f64; use slogdet");
        }
        return result;
    }

    /**
     * An estimate of the condition ‖A‖₁‖A⁻¹‖₁, within a factor of 3 nearly always and never too large but for rounding;
     * infinite where a pivot is zero, 1 for an empty matrix. Higham and Tisseur, <i>A block algorithm for matrix 1-norm
     * estimation</i>, SIAM J. Matrix Anal. Appl. 21 (2000). Cost: about 32n² flops.
     */
    public double conditionEstimate() {
        if (n == 0) {
            return 1;
        }
        return factors.firstZeroPivot() >= 0
                ? Double.POSITIVE_INFINITY
                : norm * OneNormEstimate.of(n, factors::solve, factors::solveTransposed);
    }

    /** The determinant's sign and the logarithm of its absolute value, free of overflow. */
    public SignedLog slogdet() {
        double sign = factors.oddPermutation() ? -1 : 1;
        double sum = 0;
        for (int i = 0; i < n; i++) {
            double pivot = factors.pivot(i);
            if (pivot == 0) {
                return new SignedLog(0, Double.NEGATIVE_INFINITY);
            }
            sign *= Math.signum(pivot);
            sum += Math.log(Math.abs(pivot));
        }
        return new SignedLog(sign, sum - exponent * Math.log(2) * n);
    }

    /** Solves for the n×k right-hand sides {@code x}, which are overwritten. */
    private Tensor solve(String operation, Shape shape, int k, double[] x) {
        int zero = factors.firstZeroPivot();
        if (zero >= 0) {
            throw new SingularMatrixException(
                    "%s: the matrix is singular, pivot %d is zero; use LeastSquares for a least-squares solution"
                            .formatted(operation, zero),
                    zero);
        }
        int lift = PowerOfTwo.exponentFor(PowerOfTwo.largest(x), 0);
        PowerOfTwo.scale(x.length, x, lift);
        factors.solve(k, x);
        PowerOfTwo.scale(x.length, x, exponent - lift);
        return MatrixArgument.result(operation, dtype, shape, x);
    }

    @Override
    public String toString() {
        return "LU factorization of %s[%d, %d]".formatted(dtype, n, n);
    }
}
