package cotangent.linalg.dense;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plain loops that measure a factorization, independent of the code under test.
 *
 * <p>Bounds are c·max(m, n)·ε·‖A‖ in the Frobenius norm on both sides, ε = 2⁻⁵², c = {@value #C}: the algorithms' proven
 * bounds have a modest multiple of n^(3/2)·ε in that norm, their usual error a modest multiple of √n·ε.
 */
final class Measure {

    static final double EPSILON = 0x1p-52;
    static final double C = 4;

    private Measure() {}

    /** The power of two that brings A to order 1, so that measuring neither overflows nor underflows. */
    static int shiftFor(double[] a) {
        double max = Vectors.maxAbs(a.length, a, 0);
        return max == 0 ? 0 : -PowerOfTwo.exponentOf(max);
    }

    static double[] shifted(double[] a, int shift) {
        double[] result = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = Math.scalb(a[i], shift);
        }
        return result;
    }

    static double[] multiply(int m, int n, int k, double[] a, double[] b) {
        double[] c = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += a[i * k + p] * b[p * n + j];
                }
            }
        }
        return c;
    }

    static double[] transpose(int m, int n, double[] a) {
        double[] t = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                t[j * m + i] = a[i * n + j];
            }
        }
        return t;
    }

    static double frobenius(double[] a) {
        double sum = 0;
        for (double x : a) {
            sum += x * x;
        }
        return Math.sqrt(sum);
    }

    static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    /** Columns of the m×k matrix q are orthonormal: ‖QᵀQ − I‖ ≤ c·m·ε·√k. */
    static void assertOrthonormalColumns(String what, int m, int k, double[] q) {
        double[] gram = multiply(k, k, m, transpose(m, k, q), q);
        for (int i = 0; i < k; i++) {
            gram[i * k + i] -= 1;
        }
        assertThat(frobenius(gram)).as(what + " departs from orthonormal columns")
                .isLessThanOrEqualTo(C * m * EPSILON * Math.sqrt(k));
    }

    /**
     * ‖A − B‖ ≤ c·size·ε·‖A‖, both matrices shifted by the given power of two; where the shift is large, B's own rounding
     * to subnormal numbers counts as well.
     */
    static void assertClose(String what, int size, int shift, double[] a, double[] b) {
        double subnormal = Math.scalb(Math.sqrt(a.length) * size, Math.max(shift - 1074, -2000));
        assertThat(distance(a, b)).as(what)
                .isLessThanOrEqualTo(C * size * EPSILON * frobenius(a) + subnormal);
    }
}
