package cotangent.linalg.dense;

/**
 * Exact scaling of a matrix by a power of two, so that no product inside a factorization overflows and no small entry
 * that matters underflows.
 *
 * <p>A factorization of 2ᵉA is that of A with its scale carried by one factor; multiplying by a power of two rounds only
 * where the result leaves the normal range.
 */
public final class PowerOfTwo {

    private PowerOfTwo() {}

    /**
     * Returns the exponent e that makes 2ᵉA safe to work on, given the largest absolute value of A's entries: 0 where that
     * lies in [2⁻ˡⁱᵐⁱᵗ, 2ˡⁱᵐⁱᵗ] or is zero; else smaller numbers are brought to [1, 2) and larger ones to the limit, no
     * further, to keep as many of their small neighbours as possible.
     */
    public static int exponentFor(double max, int limit) {
        if (max == 0) {
            return 0;
        }
        int exponent = exponentOf(max);
        if (exponent < -limit) {
            return -exponent;
        }
        return exponent > limit ? limit - exponent : 0;
    }

    /** Multiplies the first {@code n} entries by 2ᵉ. */
    public static void scale(int n, double[] a, int exponent) {
        if (exponent == 0) {
            return;
        }
        int left = exponent;
        while (left != 0) {
            int step = Math.clamp(left, -1074, 1023); // 2⁻¹⁰⁷⁴ is a double, 2¹⁰⁷⁴ is none
            Vectors.scale(n, Math.scalb(1.0, step), a, 0);
            left -= step;
        }
    }

    /** Returns the largest absolute value of the entries, 0 for none. */
    public static double largest(double[] a) {
        return Vectors.maxAbs(a.length, a, 0);
    }

    /** Returns floor(log₂ |x|), for subnormal numbers too. */
    public static int exponentOf(double x) {
        int exponent = Math.getExponent(x);
        return exponent >= Double.MIN_EXPONENT ? exponent : Math.getExponent(x * 0x1p+100) - 100;
    }
}
