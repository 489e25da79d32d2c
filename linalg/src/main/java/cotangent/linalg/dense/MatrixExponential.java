package cotangent.linalg.dense;

import cotangent.dsl.kernel.Gemm;
import java.util.Arrays;

/**
 * The exponential of a square matrix by scaling and squaring with a Padé approximant.
 *
 * <p>Al-Mohy and Higham, <i>A new scaling and squaring algorithm for the matrix exponential</i>, SIAM J. Matrix Anal. Appl. 31
 * (2009), algorithm 5.1: the degree 3, 5, 7, 9 or 13 and the scaling follow from ‖Aᵏ‖^(1/k), estimated, rather than from ‖A‖,
 * which keeps a matrix that is far from normal from being scaled too far. Matrices whose powers would overflow are balanced
 * first by a diagonal similarity. In exact arithmetic the result is exp(A + E) with ‖E‖ ≤
 * 2⁻⁵³‖A‖; rounding adds a small multiple of n·ε for each squaring, magnified by the exponential's own condition.
 *
 * <p>Cost: 2n³ flops for each product, of which there are 2, 3, 4, 5 or 6, then one for each squaring, and 8/3·n³ for a
 * linear system.
 */
public final class MatrixExponential {

    /** Bounds on ‖Aᵏ‖^(1/k) within which degree 3, 5, 7, 9, 13 is accurate to 2⁻⁵³: table 3.1 and section 5 of the paper. */
    private static final double THETA_3 = 1.495585217958292e-2;

    private static final double THETA_5 = 2.539398330063230e-1;
    private static final double THETA_7 = 9.504178996162932e-1;
    private static final double THETA_9 = 2.097847961257068;
    private static final double THETA_13 = 4.25;
    private static final double UNIT_ROUNDOFF = 0x1p-53;
    /** A norm of 2⁷⁰ to the power 13, the highest formed, is within the range of doubles. */
    private static final int SAFE_EXPONENT = 70;

    private final int n;
    private final double[] a;
    private final double[] a2;
    private double[] a4 = {};
    private double[] a6 = {};

    private MatrixExponential(int n, double[] a) {
        this.n = n;
        this.a = a;
        this.a2 = multiply(a, a);
    }

    /** Returns exp(A), row-major n×n; infinite or NaN where it overflows. {@code a} is overwritten. */
    public static double[] of(int n, double[] a) {
        if (excess(n, a) == 0) {
            return ofSafe(n, a);
        }
        int[] exponents = Balancing.balance(n, a);
        double[] result = ofSafe(n, a);
        Balancing.undo(n, exponents, result);
        return result;
    }

    /** How often A must be halved before its powers can be formed. */
    private static int excess(int n, double[] a) {
        double norm = Math.min(norm(n, a), Double.MAX_VALUE);
        return norm == 0 ? 0 : Math.max(0, PowerOfTwo.exponentOf(norm) + 1 - SAFE_EXPONENT);
    }

    private static double[] ofSafe(int n, double[] a) {
        if (norm(n, a) == 0) {
            return identity(n);
        }
        int squarings = excess(n, a);
        PowerOfTwo.scale(n * n, a, -squarings);
        MatrixExponential exponential = new MatrixExponential(n, a);
        int more = 0;
        int degree = exponential.smallDegree();
        if (degree == 0) {
            degree = 13;
            more = exponential.scaling();
            exponential.scale(more);
        }
        double[] result = exponential.pade(degree);
        for (int i = 0; i < squarings + more; i++) {
            result = exponential.multiply(result, result);
        }
        return result;
    }

    /** The least of the degrees 3, 5, 7, 9 that needs no scaling, or 0. */
    private int smallDegree() {
        double d4 = Math.pow(powerNorm(a2, a2), 1.0 / 4);
        double d6 = Math.pow(powerNorm(a2, a2, a2), 1.0 / 6);
        if (Math.max(d4, d6) <= THETA_3 && extraScaling(3, 0) == 0) {
            return 3;
        }
        a4 = multiply(a2, a2);
        d4 = Math.pow(norm(n, a4), 1.0 / 4);
        if (Math.max(d4, d6) <= THETA_5 && extraScaling(5, 0) == 0) {
            return 5;
        }
        a6 = multiply(a2, a4);
        d6 = Math.pow(norm(n, a6), 1.0 / 6);
        double eta = Math.max(d6, eighth());
        if (eta <= THETA_7 && extraScaling(7, 0) == 0) {
            return 7;
        }
        return eta <= THETA_9 && extraScaling(9, 0) == 0 ? 9 : 0;
    }

    private double eighth() {
        return Math.pow(powerNorm(a4, a4), 1.0 / 8);
    }

    /** How often to halve A before degree 13 is accurate. */
    private int scaling() {
        double d6 = Math.pow(norm(n, a6), 1.0 / 6);
        double d8 = eighth();
        double d10 = Math.pow(powerNorm(a4, a6), 1.0 / 10);
        double eta = Math.min(Math.max(d6, d8), Math.max(d8, d10));
        int halvings = eta <= THETA_13 ? 0 : (int) Math.ceil(log2(eta / THETA_13));
        return halvings + extraScaling(13, halvings);
    }

    private void scale(int halvings) {
        PowerOfTwo.scale(n * n, a, -halvings);
        PowerOfTwo.scale(n * n, a2, -2 * halvings);
        PowerOfTwo.scale(n * n, a4, -4 * halvings);
        PowerOfTwo.scale(n * n, a6, -6 * halvings);
    }

    /**
     * Further halvings that rounding in the approximant calls for: ℓ of section 5, from the first coefficient of the backward
     * error's series with |A| in place of A.
     */
    private int extraScaling(int degree, int halvings) {
        int power = 2 * degree + 1;
        double coefficient = 1; // (m!)² / ((2m)! (2m + 1)!)
        for (int i = 1; i <= degree; i++) {
            coefficient *= (double) i / (degree + i);
        }
        for (int i = 2; i <= power; i++) {
            coefficient /= i;
        }
        double growth = log2AbsolutePowerNorm(power) - log2(norm(n, a)) - 2.0 * degree * halvings;
        return (int) Math.ceil(Math.max(0, (growth + log2(coefficient / UNIT_ROUNDOFF)) / (2 * degree)));
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    /** log₂ ‖|A|ᵖ‖₁: a matrix without negative entries has its largest column sum in (|A|ᵀ)ᵖ1. −∞ for 0. */
    private double log2AbsolutePowerNorm(int power) {
        double[] absolute = new double[n * n];
        for (int i = 0; i < absolute.length; i++) {
            absolute[i] = Math.abs(a[i]);
        }
        double[] sums = new double[n];
        Arrays.fill(sums, 1);
        long exponent = 0;
        for (int i = 0; i < power; i++) {
            double[] next = new double[n];
            Gemm.dgemm(1, n, n, 1, sums, 0, n, 1, absolute, 0, n, 1, 0, next, 0, n);
            int shift = PowerOfTwo.exponentFor(Vectors.maxAbs(n, next, 0), 0);
            PowerOfTwo.scale(n, next, shift);
            exponent -= shift;
            sums = next;
        }
        return log2(Vectors.maxAbs(n, sums, 0)) + exponent;
    }

    /** An estimate of the 1-norm of a product of matrices that commute. */
    private double powerNorm(double[]... factors) {
        return OneNormEstimate.of(n, (k, x) -> apply(factors, n, 1, k, x), (k, x) -> apply(factors, 1, n, k, x));
    }

    private void apply(double[][] factors, int row, int column, int k, double[] x) {
        double[] product = new double[n * k];
        for (double[] factor : factors) {
            Gemm.dgemm(n, k, n, 1, factor, 0, row, column, x, 0, k, 1, 0, product, 0, k);
            System.arraycopy(product, 0, x, 0, n * k);
        }
    }

    /** The diagonal approximant (V − U)⁻¹(V + U), with U odd and V even in A. */
    private double[] pade(int degree) {
        double[] b = coefficients(degree);
        double[] odd;
        double[] v;
        if (degree == 13) {
            odd = multiply(a6, sum(0, b[9], b[11], b[13]));
            v = multiply(a6, sum(0, b[8], b[10], b[12]));
            add(odd, sum(b[1], b[3], b[5], b[7]));
            add(v, sum(b[0], b[2], b[4], b[6]));
        } else {
            odd = sum(b[1], b[3], degree > 3 ? b[5] : 0, degree > 5 ? b[7] : 0);
            v = sum(b[0], b[2], degree > 3 ? b[4] : 0, degree > 5 ? b[6] : 0);
            if (degree == 9) {
                double[] a8 = multiply(a4, a4);
                addMultiple(b[9], a8, odd);
                addMultiple(b[8], a8, v);
            }
        }
        double[] u = multiply(a, odd);
        double[] denominator = v.clone();
        addMultiple(-1, u, denominator);
        add(v, u);
        LuFactorization.factor(n, denominator).solve(n, v);
        return v;
    }

    /** (2m − j)! m! / (m! j! (m − j)!), integers below 2⁵⁶ that are even enough to be exact. */
    private static double[] coefficients(int degree) {
        double[] b = new double[degree + 1];
        long value = 1;
        for (int j = degree; j >= 0; j--) {
            b[j] = value;
            value = value * j * (2L * degree - j + 1) / (degree - j + 1);
        }
        return b;
    }

    /** c₀I + c₂A² + c₄A⁴ + c₆A⁶. */
    private double[] sum(double c0, double c2, double c4, double c6) {
        double[] result = new double[n * n];
        for (int i = 0; i < n; i++) {
            result[i * n + i] = c0;
        }
        addMultiple(c2, a2, result);
        addMultiple(c4, a4, result);
        addMultiple(c6, a6, result);
        return result;
    }

    private void addMultiple(double factor, double[] x, double[] to) {
        if (factor != 0) {
            Vectors.axpy(n * n, factor, x, 0, to, 0);
        }
    }

    private void add(double[] to, double[] x) {
        addMultiple(1, x, to);
    }

    private double[] multiply(double[] x, double[] y) {
        double[] result = new double[n * n];
        Gemm.dgemm(n, n, n, 1, x, 0, n, 1, y, 0, n, 1, 0, result, 0, n);
        return result;
    }

    private static double norm(int n, double[] x) {
        double[] sums = new double[n];
        for (int i = 0; i < n * n; i++) {
            sums[i % n] += Math.abs(x[i]);
        }
        return Vectors.maxAbs(n, sums, 0);
    }

    private static double[] identity(int n) {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return identity;
    }
}
