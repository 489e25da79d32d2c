package cotangent.linalg.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.kernel.Dots;
import cotangent.dsl.kernel.Gemm;
import cotangent.dsl.kernel.Trsm;
import cotangent.dsl.kernel.Trsm.Diagonal;
import cotangent.dsl.kernel.Trsm.Side;
import cotangent.dsl.kernel.Trsm.Triangle;
import cotangent.linalg.dense.CholeskyFactorization;
import cotangent.linalg.dense.PowerOfTwo;
import java.util.Arrays;

/**
 * A factor F of the Nystrom approximation F Fᵀ = Y (ΩᵀY)⁻¹ Yᵀ of a positive semidefinite A + νI, Y = (A + νI)Ω.
 *
 * <p>J. A. Tropp, A. Yurtsever, M. Udell and V. Cevher, Fixed-rank approximation of a positive-semidefinite matrix from
 * streaming data, NIPS 2017, algorithm 3: the shift ν = 2·u·‖Y‖_F, for columns of Ω of length 1, lifts the core ΩᵀY = RᵀR above
 * the rounding of the products, and F = Y R⁻¹. A core with a pivot under ν/4 all the same has its shift raised by tens, as
 * rounding would be divided by it. The shift is part of what is approximated: it costs up to n·ν of accuracy.
 *
 * @param n        rows of F
 * @param l        columns of F
 * @param factor   2ᵉ·F, row-major [n, l]
 * @param core     2ᵉ·R, row-major [l, l], zero below the diagonal; zero where A·Ω is
 * @param shift    4ᵉ·ν; 0 where A·Ω is zero
 * @param exponent e: powers of two keep squares in range
 */
public record NystromFactor(int n, int l, double[] factor, double[] core, double shift, int exponent) {
    private static final int ATTEMPTS = 6;

    /**
     * The factor of a sketch.
     *
     * @param method       for the error
     * @param other        a method that takes operators that are not positive semidefinite, for the error
     * @param omega        row-major [n, l], independent columns of about one length
     * @param sketch       A·Ω, row-major [n, l]; not written to
     * @param unitRoundoff of the products
     * @throws InvalidDataException if the core says that A is not positive semidefinite
     */
    public static NystromFactor of(String method, String other, int n, int l, double[] omega, double[] sketch,
            double unitRoundoff) {
        double[] y = sketch.clone();
        double largest = PowerOfTwo.largest(y);
        if (largest == 0) {
            return new NystromFactor(n, l, y, new double[l * l], 0, 0);
        }
        int exponent = PowerOfTwo.exponentFor(largest, 300) / 2;
        PowerOfTwo.scale(y.length, y, 2 * exponent);
        double[] core = symmetricProduct(n, l, omega, y);
        double[] gram = symmetricProduct(n, l, omega, omega);
        double squaredLength = Dots.ddot(n * l, omega, 0, omega, 0) / l;
        double shift = 0;
        double raised = 2 * unitRoundoff * Dots.dnrm2(n * l, y, 0) / Math.sqrt(squaredLength);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            add(raised - shift, omega, y);
            add(raised - shift, gram, core);
            shift = raised;
            double[] r = core.clone();
            if (CholeskyFactorization.factor(l, r) < 0 && smallestPivot(l, r) >= 0.25 * shift * squaredLength) {
                clearBelow(l, r);
                Trsm.dtrsm(Side.RIGHT, Triangle.UPPER, Diagonal.GENERAL, n, l, 1, r, 0, l, 1, y, 0, l);
                return new NystromFactor(n, l, y, r, shift, exponent);
            }
            raised = 10 * shift;
        }
        throw new InvalidDataException(
                "%s: expected a positive semidefinite operator, got one with a direction v of vᵀAv/vᵀv under %.1e; use %s"
                        .formatted(method, -Math.scalb(shift, -2 * exponent), other));
    }

    /** The symmetric part of ΩᵀY. */
    private static double[] symmetricProduct(int n, int l, double[] omega, double[] y) {
        double[] product = new double[Shape.of(l, l).size()];
        Gemm.dgemm(l, l, n, 1, omega, 0, 1, l, y, 0, l, 1, 0, product, 0, l);
        double[] core = new double[product.length];
        for (int i = 0; i < l; i++) {
            for (int j = 0; j < l; j++) {
                core[i * l + j] = 0.5 * (product[i * l + j] + product[j * l + i]);
            }
        }
        return core;
    }

    private static double smallestPivot(int l, double[] r) {
        double smallest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < l; i++) {
            smallest = Math.min(smallest, r[i * l + i] * r[i * l + i]);
        }
        return smallest;
    }

    private static void add(double factor, double[] x, double[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] += factor * x[i];
        }
    }

    private static void clearBelow(int l, double[] r) {
        for (int i = 1; i < l; i++) {
            Arrays.fill(r, i * l, i * l + i, 0);
        }
    }
}
