package cotangent.linalg.dense;

/**
 * Exact scaling of a matrix by a power of two, so that no product inside a factorization overflows and no small entry
 * that matters underflows.
 *
 * <p>A factorization of 2ᵉA is that of A with its scale carried by one factor; multiplying by a power of two rounds only
 * where the result leaves the normal range.
 */
public final class PowerOfTwo {

    private PowerOfTwo() {
    }

    /**
     * Returns the exponent e that brings the largest entry of 2ᵉA into [1, 2), or 0 where {@code max} already lies in
     * [2⁻ˡⁱᵐⁱᵗ, 2ˡⁱᵐⁱᵗ] or is zero.
     */
    public static int exponentFor(double max, int limit) {
        if (max == 0 || max >= Math.scalb(1.0, -limit) && max <= Math.scalb(1.0, limit)) {
            return 0;
        }
        return -exponentOf(max);
    }

    /** Multiplies the first {@code n} entries by 2ᵉ. */
    public static void scale(int n, double[] a, int exponent) {
        if (exponent == 0) {
            return;
        }
        int first = Math.min(exponent, 1023); // 2¹⁰⁷⁴ is no double; 2⁻¹⁰⁷⁴ is one
        int second = exponent - first;
        Vectors.scale(n, Math.scalb(1.0, first), a, 0);
        if (second != 0) {
            Vectors.scale(n, Math.scalb(1.0, second), a, 0);
        }
    }

    /** Returns floor(log₂ |x|), for subnormal numbers too. */
    static int exponentOf(double x) {
        int exponent = Math.getExponent(x);
        return exponent >= Double.MIN_EXPONENT ? exponent : Math.getExponent(x * 0x1p+100) - 100;
    }
}
