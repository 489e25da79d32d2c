package cotangent.dsl.simd;

/**
 * Elementary functions as instructions of a {@link LaneProgram}, without branches or tables.
 *
 * <p>Exponentials are reduced by Cody and Waite's method, {@code x = k ln 2 + r} with ln 2 in two parts and |r| up to
 * ln(2)/2 (Software Manual for the Elementary Functions, 1980, chapter 6); logarithms by {@code x = 2^k (1 + f)} with
 * 1 + f between sqrt(1/2) and sqrt(2). On the reduced interval they are polynomials whose coefficients minimise the
 * largest relative error (Remez's second algorithm, in 200-bit arithmetic). Largest errors measured, in ULP, are in
 * {@code ElementaryFunctionsTest}.
 */
final class ElementaryFunctions {
    private static final double LN2 = 0x1.62e42fefa39efp-1;
    private static final double LOG2E = 0x1.71547652b82fep+0;

    /** What differs between the precisions; polynomials lowest degree first. */
    private record Precision(int mantissaBits, int bias, double shifter, double ln2High, double ln2Low,
            double ln2Short, double ln2Rest, double[] exp, double[] expm1, double[] log, double[] tanh,
            double largestExp,
            double smallestNormalExp, double smallestExp, double smallestExpm1, double tanhIsOne, double minNormal,
            long halfRootOffset) {}

    /** (e^r - 1 - r) / r^2, to 2^-55.6 relative to e^r - 1. */
    private static final double[] EXP_F64 = {0x1.0000000000005p-1, 0x1.5555555555539p-3, 0x1.55555555522b8p-5,
            0x1.1111111118facp-7, 0x1.6c16c17edba8dp-10, 0x1.a01a0175145fcp-13, 0x1.a019a76f4b0c7p-16,
            0x1.71de88081219bp-19, 0x1.28a1dff5b32d8p-22, 0x1.ae6ba57a0f80ap-26};
    /** The same, to 2^-61.7. */
    private static final double[] EXPM1_F64 = {0x1.0000000000000p-1, 0x1.5555555555559p-3, 0x1.555555555553fp-5,
            0x1.111111110f6dap-7, 0x1.6c16c16c1f066p-10, 0x1.a01a01afd4038p-13, 0x1.a01a017bca6c5p-16,
            0x1.71ddf87e6b0aap-19, 0x1.27e5362597ee2p-22, 0x1.af5e75856c715p-26, 0x1.1ee890297697bp-29};
    /** (log(1 + f) - f + f^2/2) / f^3, to 2^-56.6 relative to log(1 + f). */
    private static final double[] LOG_F64 = {0x1.5555555555533p-2, -0x1.fffffffffef14p-3, 0x1.999999999f756p-3,
            -0x1.555555566b3abp-3, 0x1.24924922a3ed8p-3, -0x1.ffffff2bf4b34p-4, 0x1.c71c71e00f2aap-4,
            -0x1.9999c26b7a5b7p-4, 0x1.745d3f1da8d78p-4, -0x1.5550ee713fee7p-4, 0x1.3b0b89098ebfap-4,
            -0x1.24d74ec35a24ap-4, 0x1.11cd00b70b8edp-4, -0x1.fba1c2a93446cp-5, 0x1.d05a69e37c77cp-5,
            -0x1.d11fb5d091a79p-5, 0x1.0a622916b137ap-4, -0x1.ea05c6d03b1f7p-5, 0x1.ac7545075b307p-6};
    /** (tanh x - x) / x^3 in powers of x^2, for |x| up to 0.55, to 2^-55.4 relative to tanh x. */
    private static final double[] TANH_F64 = {-0x1.5555555555497p-2, 0x1.1111111102235p-3, -0x1.ba1ba1ad18429p-5,
            0x1.664f45b22418bp-6, -0x1.226ddb84c8dd0p-7, 0x1.d6c5e47291631p-9, -0x1.7cf182dc56011p-10,
            0x1.2f95303778e64p-11, -0x1.b8b1afa3bd7cdp-13, 0x1.ab0b3702928d8p-15};
    /** As for F64, to 2^-29.8. */
    private static final double[] TANH_F32 = {-0x1.55554ap-2, 0x1.110d18p-3, -0x1.b92616p-5, 0x1.5927f4p-6,
            -0x1.9ab1b6p-8};
    /** As for F64, to 2^-26.2. */
    private static final double[] EXP_F32 = {0x1.fffffep-2, 0x1.5554b0p-3, 0x1.555674p-5, 0x1.122776p-7,
            0x1.6bec08p-10};
    /** The same, to 2^-32. */
    private static final double[] EXPM1_F32 = {0x1.000000p-1, 0x1.555554p-3, 0x1.5554b2p-5, 0x1.11118ap-7,
            0x1.6d71f8p-10,
            0x1.a032c0p-13};
    /** As for F64, to 2^-30.3. */
    private static final double[] LOG_F32 = {0x1.555548p-2, -0x1.000006p-2, 0x1.99a4b6p-3, -0x1.555c4ep-3,
            0x1.233766p-3,
            -0x1.fc2200p-4, 0x1.e6f074p-4, -0x1.de3c4ep-4, 0x1.1457d6p-4};

    private static final Precision DOUBLE = new Precision(52, 1023, 0x1.8p52, LN2, 0x1.abc9e3b39803fp-56,
            0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45, EXP_F64, EXPM1_F64, LOG_F64, TANH_F64, 0x1.62e42fefa39efp9,
            -707, -746,
            -40, 20, 0x1p-1022, 0x3ff0000000000000L - 0x3fe6a09e667f3bcdL);
    private static final Precision SINGLE = new Precision(23, 127, 0x1.8p23, 0x1.62e430p-1, -0x1.05c610p-29,
            0x1.62e4p-1,
            0x1.7f7d1cp-20, EXP_F32, EXPM1_F32, LOG_F32, TANH_F32, 0x1.62e42ep6, -86, -105, -20, 10, 0x1p-126,
            0x3f800000 - 0x3f3504f3);

    private final LaneProgram.Builder builder;

    ElementaryFunctions(LaneProgram.Builder builder) {
        this.builder = builder;
    }

    private static Precision precision(Lane x) {
        return x.type() == LaneType.F64 ? DOUBLE : SINGLE;
    }

    private Lane number(Lane like, double value) {
        return builder.number(like.type(), value);
    }

    private Lane bits(Lane like, long value) {
        return builder.bits(like.type().integral(), value);
    }

    /** A polynomial as two interleaved Horner chains in x^2, which halves the latency. */
    private Lane polynomial(Lane x, Lane square, double[] coefficients) {
        return builder.fma(chain(square, coefficients, 1), x, chain(square, coefficients, 0));
    }

    private Lane chain(Lane square, double[] coefficients, int first) {
        int last = coefficients.length - 1 - ((coefficients.length - 1 - first) & 1);
        Lane sum = number(square, coefficients[last]);
        for (int i = last - 2; i >= 0; i -= 2) {
            sum = builder.fma(sum, square, number(square, coefficients[i]));
        }
        return sum;
    }

    /** {@code x = k ln 2 + r}: {@code shifted} has k in its lowest bits, {@code r} is the rest. */
    private record Reduced(Lane shifted, Lane r) {}

    private Reduced reduce(Lane x) {
        Precision p = precision(x);
        Lane shifter = number(x, p.shifter());
        Lane shifted = builder.fma(x, number(x, LOG2E), shifter);
        Lane k = builder.sub(shifted, shifter);
        Lane r = builder.fma(k, number(x, -p.ln2High()), x);
        return new Reduced(shifted, builder.fma(k, number(x, -p.ln2Low()), r));
    }

    /** The lowest bits of a shifted number as an exponent, plus a constant: bits of {@code 2^(k + exponent)}. */
    private Lane exponent(Lane shifted, long exponent) {
        Precision p = precision(shifted);
        Lane k = builder.shiftLeft(builder.toBits(shifted), p.mantissaBits());
        return builder.add(k, bits(shifted, exponent + p.bias() << p.mantissaBits()));
    }

    /** {@code e^r - 1} on the reduced interval. */
    private Lane expm1OfReduced(Lane r, double[] coefficients) {
        Lane square = builder.mul(r, r);
        return builder.fma(square, polynomial(r, square, coefficients), r);
    }

    Lane exp(Lane x) {
        Precision p = precision(x);
        Lane finite = expBelowOverflow(x);
        return builder.blend(builder.less(number(x, p.largestExp()), x), number(x, Double.POSITIVE_INFINITY), finite);
    }

    /**
     * e^x for x that does not overflow. The scale is 2^(k-1), which k = 1024 leaves finite; where the result is
     * subnormal it is 2^64 times that, and the product is rounded once, at the end.
     */
    private Lane expBelowOverflow(Lane x) {
        Precision p = precision(x);
        Lane lowest = number(x, p.smallestExp());
        Lane clamped = builder.blend(builder.less(x, lowest), lowest, x);
        Reduced reduced = reduce(clamped);
        Lane one = number(x, 1);
        Lane power = builder.add(expm1OfReduced(reduced.r(), p.exp()), one);
        Lane small = builder.less(x, number(x, p.smallestNormalExp()));
        int lift = p.mantissaBits() + 12;
        Lane raise = builder.blend(small, bits(x, (long) lift << p.mantissaBits()), bits(x, 0));
        Lane scale = builder.fromBits(builder.add(exponent(reduced.shifted(), -1), raise));
        Lane lower = builder.blend(small, number(x, Math.scalb(1.0, -lift)), one);
        return builder.mul(builder.mul(builder.add(power, power), scale), lower);
    }

    /** {@code 2^k (e^r - 1) + (2^k - 1)}, with half of 2^k so that k = 1024 stays finite; a zero keeps its sign. */
    Lane expm1(Lane x) {
        Precision p = precision(x);
        Lane lowest = number(x, p.smallestExpm1());
        Lane clamped = builder.blend(builder.less(x, lowest), lowest, x);
        Reduced reduced = reduce(clamped);
        Lane power = expm1OfReduced(reduced.r(), p.expm1());
        Lane scale = builder.fromBits(exponent(reduced.shifted(), -1));
        Lane half = builder.fma(scale, power, builder.sub(scale, number(x, 0.5)));
        Lane finite = builder.add(half, half);
        Lane infinity = number(x, Double.POSITIVE_INFINITY);
        Lane result = builder.blend(builder.less(number(x, p.largestExp()), x), infinity, finite);
        return builder.blend(builder.equal(x, number(x, 0)), x, result);
    }

    /** An odd polynomial where |x| is below 0.55; beyond, {@code 1 - 2 / (e^(2|x|) + 1)} with the sign of x. */
    Lane tanh(Lane x) {
        Precision p = precision(x);
        Lane one = number(x, 1);
        Lane size = builder.abs(x);
        Lane limit = number(x, p.tanhIsOne());
        Lane bounded = builder.blend(builder.less(limit, size), limit, size);
        Reduced reduced = reduce(builder.add(bounded, bounded));
        Lane power = expm1OfReduced(reduced.r(), p.exp());
        Lane scale = builder.fromBits(exponent(reduced.shifted(), 0));
        Lane sum = builder.fma(scale, power, builder.add(scale, one));
        Lane large = builder.sub(one, builder.div(number(x, 2), sum));
        Lane square = builder.mul(x, x);
        Lane odd = polynomial(square, builder.mul(square, square), p.tanh());
        Lane small = builder.fma(builder.mul(square, odd), size, size);
        return copySign(builder.blend(builder.less(size, number(x, 0.55)), small, large), x);
    }

    private Lane copySign(Lane magnitude, Lane sign) {
        Lane mask = bits(sign, sign.type() == LaneType.F64 ? Long.MIN_VALUE : Integer.MIN_VALUE);
        return builder.fromBits(builder.or(builder.toBits(magnitude), builder.and(builder.toBits(sign), mask)));
    }

    /** {@code e / (1 + e)} or {@code 1 / (1 + e)} with {@code e = e^(-|x|)}, which never overflows. */
    Lane sigmoid(Lane x) {
        Lane e = expBelowOverflow(builder.neg(builder.abs(x)));
        Lane one = number(x, 1);
        Lane numerator = builder.blend(builder.less(x, number(x, 0)), e, one);
        return builder.div(numerator, builder.add(one, e));
    }

    Lane log(Lane x) {
        Precision p = precision(x);
        Lane tiny = builder.less(x, number(x, p.minNormal()));
        int lift = p.mantissaBits() + 2;
        Lane normal = builder.blend(tiny, builder.mul(x, number(x, Math.scalb(1.0, lift))), x);
        Split split = split(normal);
        Lane k = builder.sub(split.k(), builder.blend(tiny, number(x, lift), number(x, 0)));
        Lane finite = logarithm(k, builder.sub(split.mantissa(), number(x, 1)));
        return specialLog(x, x, finite);
    }

    /**
     * {@code log(u)} of {@code u = 1 + x}, where what rounding u lost goes into the reduced argument.
     */
    Lane log1p(Lane x) {
        Lane one = number(x, 1);
        Lane u = builder.add(one, x);
        Lane lostOfX = builder.sub(x, builder.sub(u, one));
        Lane lostOfOne = builder.sub(one, builder.sub(u, x));
        Lane lost = builder.blend(builder.less(one, x), lostOfOne, lostOfX);
        Split split = split(u);
        Lane f = builder.fma(lost, split.inverseScale(), builder.sub(split.mantissa(), one));
        Lane special = specialLog(u, x, logarithm(split.k(), f));
        return builder.blend(builder.equal(x, number(x, 0)), x, special);
    }

    /** {@code u = 2^k mantissa} with the mantissa between sqrt(1/2) and sqrt(2). */
    private record Split(Lane k, Lane mantissa, Lane inverseScale) {}

    private Split split(Lane u) {
        Precision p = precision(u);
        long biasBits = (long) p.bias() << p.mantissaBits();
        Lane bits = builder.toBits(u);
        Lane raised = builder.add(bits, bits(u, p.halfRootOffset()));
        Lane exponent = builder.shiftRight(raised, p.mantissaBits());
        Lane high = builder.shiftLeft(exponent, p.mantissaBits());
        Lane mantissa = builder.fromBits(builder.add(builder.sub(bits, high), bits(u, biasBits)));
        // An exponent below 2^mantissaBits added to the bits of 2^mantissaBits is that power plus the exponent.
        long base = (long) p.bias() + p.mantissaBits() << p.mantissaBits();
        Lane shifted = builder.fromBits(builder.or(exponent, bits(u, base)));
        Lane k = builder.sub(shifted, number(u, Math.scalb(1.0, p.mantissaBits()) + p.bias()));
        Lane inverse = builder.fromBits(builder.sub(bits(u, 2 * biasBits), high));
        return new Split(k, mantissa, inverse);
    }

    /** {@code k ln 2 + log(1 + f)}; k times the short part of ln 2 is exact. */
    private Lane logarithm(Lane k, Lane f) {
        Precision p = precision(f);
        Lane square = builder.mul(f, f);
        Lane inner = builder.fma(f, polynomial(f, square, p.log()), number(f, -0.5));
        Lane rest = builder.fma(square, inner, builder.mul(k, number(f, p.ln2Rest())));
        return builder.add(builder.fma(k, number(f, p.ln2Short()), f), rest);
    }

    /** Minus infinity at zero, NaN below, and infinity and NaN as they are. */
    private Lane specialLog(Lane u, Lane x, Lane finite) {
        Lane zero = number(u, 0);
        Lane infinity = number(u, Double.POSITIVE_INFINITY);
        Lane positive = builder.blend(builder.less(u, infinity), finite, x);
        Lane atZero = builder.blend(builder.equal(u, zero), number(u, Double.NEGATIVE_INFINITY), positive);
        return builder.blend(builder.less(u, zero), number(u, Double.NaN), atZero);
    }

    Lane sin(Lane x) {
        return builder.call(ScalarFunction.SIN, x);
    }

    Lane cos(Lane x) {
        return builder.call(ScalarFunction.COS, x);
    }

    Lane erf(Lane x) {
        return builder.call(ScalarFunction.ERF, x);
    }

    Lane pow(Lane x, Lane y) {
        return builder.call(ScalarFunction.POW, x, y);
    }
}
