package cotangent.dsl.simd;

/**
 * Exponential and hyperbolic functions by Cody and Waite's reduction, {@code x = k ln 2 + r} with ln 2 in two parts and
 * |r| up to ln(2)/2 (Software Manual for the Elementary Functions, 1980, chapter 6).
 */
final class Exponentials {
    private static final double LOG2E = 0x1.71547652b82fep+0;

    /** What differs between the precisions; polynomials lowest degree first. */
    private record Precision(double ln2High, double ln2Low, double[] exp, double[] expm1,
            double[] expOfDouble, double[] tanh, double largestExp,
            double smallestNormalExp, double smallestExp, double smallestExpm1, double tanhIsOne) {}

    private static final Precision DOUBLE = new Precision(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56,
            // (e^r - 1 - r) / r^2, to 2^-55.6 relative to e^r - 1.
            new double[]{0x1.0000000000005p-1, 0x1.5555555555539p-3, 0x1.55555555522b8p-5, 0x1.1111111118facp-7,
                    0x1.6c16c17edba8dp-10, 0x1.a01a0175145fcp-13, 0x1.a019a76f4b0c7p-16, 0x1.71de88081219bp-19,
                    0x1.28a1dff5b32d8p-22, 0x1.ae6ba57a0f80ap-26},
            // The same, to 2^-61.7.
            new double[]{0x1.0000000000000p-1, 0x1.5555555555559p-3, 0x1.555555555553fp-5, 0x1.111111110f6dap-7,
                    0x1.6c16c16c1f066p-10, 0x1.a01a01afd4038p-13, 0x1.a01a017bca6c5p-16, 0x1.71ddf87e6b0aap-19,
                    0x1.27e5362597ee2p-22, 0x1.af5e75856c715p-26, 0x1.1ee890297697bp-29},
            // e^2r for |r| up to ln(2)/4, to 2^-56.1.
            new double[]{0x1.0000000000000p0, 0x1.0000000000000p1, 0x1.000000000000bp1, 0x1.55555555554f0p0,
                    0x1.555555555024bp-1, 0x1.111111112999fp-2, 0x1.6c16c1859c6c8p-4, 0x1.a01a012328620p-6,
                    0x1.a01995edecfe6p-8, 0x1.71df2ed598fafp-10, 0x1.28b1674ce439cp-12, 0x1.ad7abaf1dee25p-15},
            // (tanh x - x) / x^3 in powers of x^2, for |x| up to 0.66, to 2^-54.3 relative to tanh x.
            new double[]{-0x1.5555555555452p-2, 0x1.11111111002a1p-3, -0x1.ba1ba1adcd944p-5, 0x1.664f46454c06ap-6,
                    -0x1.226df87cef194p-7, 0x1.d6cba541bfd7ep-9, -0x1.7d46bdfe277e6p-10, 0x1.3294eb0b207c5p-11,
                    -0x1.d918a9ebc4410p-13, 0x1.36266943d8648p-14, -0x1.e991d8662f8efp-17},
            0x1.62e42fefa39efp9, -707, -746, -40, 20);
    private static final Precision SINGLE = new Precision(0x1.62e430p-1, -0x1.05c610p-29,
            // To 2^-26.2.
            new double[]{0x1.fffffep-2, 0x1.5554b0p-3, 0x1.555674p-5, 0x1.122776p-7, 0x1.6bec08p-10},
            // To 2^-32.
            new double[]{0x1.000000p-1, 0x1.555554p-3, 0x1.5554b2p-5, 0x1.11118ap-7, 0x1.6d71f8p-10, 0x1.a032c0p-13},
            // To 2^-27.6 and 2^-29.1.
            new double[]{0x1.000000p0, 0x1.000000p1, 0x1.fffffcp0, 0x1.55548ap0, 0x1.555916p-1, 0x1.123fc6p-2,
                    0x1.6a1a8ep-4},
            new double[]{-0x1.555552p-2, 0x1.110ffap-3, -0x1.b9d994p-5, 0x1.62a9aap-6, -0x1.07b054p-7, 0x1.099cbep-9},
            0x1.62e42ep6, -86, -105, -20, 10);

    private final LaneAlgebra algebra;
    private final LaneProgram.Builder builder;

    Exponentials(LaneAlgebra algebra) {
        this.algebra = algebra;
        this.builder = algebra.builder();
    }

    private static Precision precision(Lane x) {
        return x.type() == LaneType.F64 ? DOUBLE : SINGLE;
    }

    /** {@code x = k ln 2 + r}: {@code shifted} has k in its lowest bits, {@code r} is the rest. */
    private record Reduced(Lane shifted, Lane r) {}

    private Reduced reduce(Lane x) {
        Precision p = precision(x);
        Lane shifted = algebra.rounded(x, LOG2E);
        Lane k = algebra.unshifted(shifted);
        Lane r = builder.fma(k, algebra.number(x, -p.ln2High()), x);
        return new Reduced(shifted, builder.fma(k, algebra.number(x, -p.ln2Low()), r));
    }

    /** {@code e^r - 1} on the reduced interval. */
    private Lane expm1OfReduced(Lane r, double[] coefficients) {
        Lane square = builder.mul(r, r);
        return builder.fma(square, algebra.polynomial(r, square, coefficients), r);
    }

    Lane exp(Lane x) {
        Lane finite = expBelowOverflow(x);
        Lane infinity = algebra.number(x, Double.POSITIVE_INFINITY);
        return builder.blend(builder.less(algebra.number(x, precision(x).largestExp()), x), infinity, finite);
    }

    /**
     * e^x for x that does not overflow. The scale is 2^(k-1), which k = 1024 leaves finite; where the result is
     * subnormal it is 2^64 times that, and the product is rounded once, at the end.
     */
    private Lane expBelowOverflow(Lane x) {
        Precision p = precision(x);
        Reduced reduced = reduce(algebra.atLeast(x, p.smallestExp()));
        Lane one = algebra.number(x, 1);
        Lane power = builder.add(expm1OfReduced(reduced.r(), p.exp()), one);
        Lane small = builder.less(x, algebra.number(x, p.smallestNormalExp()));
        int lift = lift(x);
        Lane raise = builder.blend(small, algebra.bits(x, (long) lift << FloatFormat.of(x).mantissaBits()),
                algebra.bits(
                        x, 0));
        Lane exponent = builder.add(algebra.exponentBits(reduced.shifted()), algebra.bits(x, LaneAlgebra.powerBits(x,
                -1)));
        Lane scale = builder.fromBits(builder.add(exponent, raise));
        Lane lower = builder.blend(small, algebra.number(x, Math.scalb(1.0, -lift)), one);
        return builder.mul(builder.mul(builder.add(power, power), scale), lower);
    }

    /** {@code 1 - e^x} for x from half of {@code smallestExp} to 0, rounded once but for e^x itself. */
    Lane oneMinusExp(Lane x) {
        Reduced reduced = reduce(x);
        Lane one = algebra.number(x, 1);
        Lane power = builder.add(expm1OfReduced(reduced.r(), precision(x).exp()), one);
        return builder.fma(algebra.power(reduced.shifted(), 0, FloatFormat.of(x).signBit()), power, one);
    }

    /** {@code 2^k (e^r - 1 - r) + (2^k r + (2^k - 1))}, with half of 2^k so that k = 1024 stays finite; a zero keeps its sign. */
    Lane expm1(Lane x) {
        Precision p = precision(x);
        Reduced reduced = reduce(algebra.atLeast(x, p.smallestExpm1()));
        Lane r = reduced.r();
        Lane square = builder.mul(r, r);
        Lane curved = builder.mul(square, algebra.polynomial(r, square, p.expm1()));
        Lane scale = algebra.power(reduced.shifted(), -1, 0);
        Lane linear = builder.fma(scale, r, builder.sub(scale, algebra.number(x, 0.5)));
        Lane half = builder.fma(scale, curved, linear);
        Lane finite = builder.add(half, half);
        Lane infinity = algebra.number(x, Double.POSITIVE_INFINITY);
        Lane result = builder.blend(builder.less(algebra.number(x, p.largestExp()), x), infinity, finite);
        return builder.blend(builder.equal(x, algebra.number(x, 0)), x, result);
    }

    /**
     * An odd polynomial where |x| is below 0.66; beyond, {@code 1 - 2 / (e^(2|x|) + 1)} with the sign of x. There the
     * exponential matters little enough for ln 2 in one part.
     */
    Lane tanh(Lane x) {
        Precision p = precision(x);
        Lane one = algebra.number(x, 1);
        Lane size = builder.abs(x);
        Lane bounded = algebra.atMost(size, p.tanhIsOne());
        Lane shifted = algebra.rounded(bounded, 2 * LOG2E);
        Lane r = builder.fma(algebra.unshifted(shifted), algebra.number(x, -p.ln2High() / 2), bounded);
        Lane power = algebra.polynomial(r, builder.mul(r, r), p.expOfDouble());
        Lane sum = builder.fma(algebra.power(shifted, 0, 0), power, one);
        Lane large = builder.sub(one, builder.div(algebra.number(x, 2), sum));
        Lane square = builder.mul(x, x);
        Lane odd = algebra.polynomial(square, builder.mul(square, square), p.tanh());
        Lane small = builder.fma(builder.mul(square, odd), size, size);
        return algebra.copySign(builder.blend(builder.less(size, algebra.number(x, 0.66)), small, large), x);
    }

    /**
     * {@code 1 / (1 + e^(-x))}, the sum as {@code (1 + 2^k) + 2^k (e^r - 1)} with what the first bracket loses in the
     * second. Where e^(-x) is large, numerator and denominator are divided by a power of two, so that neither overflows
     * and a subnormal result is rounded by the division alone.
     */
    Lane sigmoid(Lane x) {
        Precision p = precision(x);
        Lane t = algebra.atLeast(algebra.atMost(builder.neg(x), -p.smallestExp()), p.smallestExpm1());
        Reduced reduced = reduce(t);
        Lane large = builder.less(algebra.number(x, -p.smallestNormalExp()), t);
        int lift = lift(x);
        long lowered = -((long) lift << FloatFormat.of(x).mantissaBits());
        Lane exponent = builder.add(algebra.exponentBits(reduced.shifted()), algebra.bits(x, LaneAlgebra.powerBits(x,
                0)));
        Lane scale = builder.fromBits(builder.add(exponent, builder.blend(large, algebra.bits(x, lowered), algebra.bits(
                x, 0))));
        Lane one = algebra.number(x, 1);
        Lane base = builder.add(scale, one);
        Lane lost = builder.sub(one, builder.sub(base, scale));
        Lane sum = builder.add(base, builder.fma(scale, expm1OfReduced(reduced.r(), p.expm1()), lost));
        return builder.div(builder.blend(large, algebra.number(x, Math.scalb(1.0, -lift)), one), sum);
    }

    /** A power of two that makes every subnormal number normal. */
    private static int lift(Lane x) {
        return FloatFormat.of(x).mantissaBits() + 12;
    }
}
