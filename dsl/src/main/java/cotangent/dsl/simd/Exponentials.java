package cotangent.dsl.simd;

/**
 * Exponential and hyperbolic functions by Cody and Waite's reduction, {@code x = k ln 2 + r} with ln 2 in two parts and
 * |r| up to ln(2)/2 (Software Manual for the Elementary Functions, 1980, chapter 6).
 */
final class Exponentials {
    private static final double LOG2E = 0x1.71547652b82fep+0;

    /** What differs between the precisions; polynomials lowest degree first. */
    private record Precision(double ln2High, double ln2Low, double[] exp, double[] expm1, double largestExp,
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
            0x1.62e42fefa39efp9, -707, -746, -40, 20);
    private static final Precision SINGLE = new Precision(0x1.62e430p-1, -0x1.05c610p-29,
            // To 2^-26.2.
            new double[]{0x1.fffffep-2, 0x1.5554b0p-3, 0x1.555674p-5, 0x1.122776p-7, 0x1.6bec08p-10},
            // To 2^-32.
            new double[]{0x1.000000p-1, 0x1.555554p-3, 0x1.5554b2p-5, 0x1.11118ap-7, 0x1.6d71f8p-10, 0x1.a032c0p-13},
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
        FloatFormat format = FloatFormat.of(x);
        int lift = format.mantissaBits() + 12;
        Lane raise = builder.blend(small, algebra.bits(x, (long) lift << format.mantissaBits()), algebra.bits(x, 0));
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

    /** {@code 2^k (e^r - 1) + (2^k - 1)}, with half of 2^k so that k = 1024 stays finite; a zero keeps its sign. */
    Lane expm1(Lane x) {
        Precision p = precision(x);
        Reduced reduced = reduce(algebra.atLeast(x, p.smallestExpm1()));
        Lane power = expm1OfReduced(reduced.r(), p.expm1());
        Lane scale = algebra.power(reduced.shifted(), -1, 0);
        Lane half = builder.fma(scale, power, builder.sub(scale, algebra.number(x, 0.5)));
        Lane finite = builder.add(half, half);
        Lane infinity = algebra.number(x, Double.POSITIVE_INFINITY);
        Lane result = builder.blend(builder.less(algebra.number(x, p.largestExp()), x), infinity, finite);
        return builder.blend(builder.equal(x, algebra.number(x, 0)), x, result);
    }

    /**
     * {@code E / (2 - E)} with {@code E = 1 - e^(-2|x|)}, and the sign of x. Where x is small the denominator is just
     * below 2, where it is rounded most finely.
     */
    Lane tanh(Lane x) {
        Precision p = precision(x);
        Lane bounded = algebra.atMost(builder.abs(x), p.tanhIsOne());
        Reduced reduced = reduce(builder.mul(bounded, algebra.number(x, -2)));
        Lane power = expm1OfReduced(reduced.r(), p.expm1());
        Lane scale = algebra.power(reduced.shifted(), 0, FloatFormat.of(x).signBit());
        Lane e = builder.fma(scale, power, builder.add(scale, algebra.number(x, 1)));
        return algebra.copySign(builder.div(e, builder.sub(algebra.number(x, 2), e)), x);
    }

    /** {@code e / (1 + e)} or {@code 1 / (1 + e)} with {@code e = e^(-|x|)}, which never overflows. */
    Lane sigmoid(Lane x) {
        Lane e = expBelowOverflow(builder.neg(builder.abs(x)));
        Lane one = algebra.number(x, 1);
        Lane numerator = builder.blend(builder.less(x, algebra.number(x, 0)), e, one);
        return builder.div(numerator, builder.add(one, e));
    }
}
