package cotangent.dsl.simd;

/** Logarithms: {@code x = 2^k (1 + f)} with 1 + f between sqrt(1/2) and sqrt(2), and a polynomial in f. */
final class Logarithms {
    /**
     * What differs between the precisions.
     *
     * @param ln2Short       ln 2 to so few bits that products with exponents are exact
     * @param ln2Rest        what that leaves of ln 2
     * @param log            (log(1 + f) - f + f^2/2) / f^3, lowest degree first
     * @param halfRootOffset bits of 1 less bits of sqrt(1/2)
     */
    private record Precision(double ln2Short, double ln2Rest, double[] log, long halfRootOffset) {}

    private static final Precision DOUBLE = new Precision(0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45,
            // To 2^-56.6 relative to log(1 + f).
            new double[]{0x1.5555555555533p-2, -0x1.fffffffffef14p-3, 0x1.999999999f756p-3, -0x1.555555566b3abp-3,
                    0x1.24924922a3ed8p-3, -0x1.ffffff2bf4b34p-4, 0x1.c71c71e00f2aap-4, -0x1.9999c26b7a5b7p-4,
                    0x1.745d3f1da8d78p-4, -0x1.5550ee713fee7p-4, 0x1.3b0b89098ebfap-4, -0x1.24d74ec35a24ap-4,
                    0x1.11cd00b70b8edp-4, -0x1.fba1c2a93446cp-5, 0x1.d05a69e37c77cp-5, -0x1.d11fb5d091a79p-5,
                    0x1.0a622916b137ap-4, -0x1.ea05c6d03b1f7p-5, 0x1.ac7545075b307p-6},
            0x3ff0000000000000L - 0x3fe6a09e667f3bcdL);
    private static final Precision SINGLE = new Precision(0x1.62e4p-1, 0x1.7f7d1cp-20,
            // To 2^-30.3.
            new double[]{0x1.555548p-2, -0x1.000006p-2, 0x1.99a4b6p-3, -0x1.555c4ep-3, 0x1.233766p-3, -0x1.fc2200p-4,
                    0x1.e6f074p-4, -0x1.de3c4ep-4, 0x1.1457d6p-4},
            0x3f800000 - 0x3f3504f3);

    private final LaneAlgebra algebra;
    private final LaneProgram.Builder builder;

    Logarithms(LaneAlgebra algebra) {
        this.algebra = algebra;
        this.builder = algebra.builder();
    }

    private static Precision precision(Lane x) {
        return x.type() == LaneType.F64 ? DOUBLE : SINGLE;
    }

    Lane log(Lane x) {
        FloatFormat format = FloatFormat.of(x);
        Lane tiny = builder.less(x, algebra.number(x, format.minNormal()));
        int lift = format.mantissaBits() + 2;
        Lane normal = builder.blend(tiny, builder.mul(x, algebra.number(x, Math.scalb(1.0, lift))), x);
        Split split = split(normal);
        Lane k = builder.sub(split.k(), builder.blend(tiny, algebra.number(x, lift), algebra.number(x, 0)));
        Lane finite = logarithm(k, builder.sub(split.mantissa(), algebra.number(x, 1)));
        return special(x, x, finite);
    }

    /**
     * {@code log(u)} of {@code u = 1 + x}, where what rounding u lost goes into the reduced argument.
     */
    Lane log1p(Lane x) {
        Lane one = algebra.number(x, 1);
        Lane u = builder.add(one, x);
        Lane lostOfX = builder.sub(x, builder.sub(u, one));
        Lane lostOfOne = builder.sub(one, builder.sub(u, x));
        Lane lost = builder.blend(builder.less(one, x), lostOfOne, lostOfX);
        Split split = split(u);
        Lane f = builder.fma(lost, split.inverseScale(), builder.sub(split.mantissa(), one));
        Lane special = special(u, x, logarithm(split.k(), f));
        return builder.blend(builder.equal(x, algebra.number(x, 0)), x, special);
    }

    /** {@code u = 2^k mantissa} with the mantissa between sqrt(1/2) and sqrt(2). */
    private record Split(Lane k, Lane mantissa, Lane inverseScale) {}

    private Split split(Lane u) {
        FloatFormat format = FloatFormat.of(u);
        long biasBits = LaneAlgebra.powerBits(u, 0);
        Lane bits = builder.toBits(u);
        Lane raised = builder.add(bits, algebra.bits(u, precision(u).halfRootOffset()));
        Lane exponent = builder.shiftRight(raised, format.mantissaBits());
        Lane high = builder.shiftLeft(exponent, format.mantissaBits());
        Lane mantissa = builder.fromBits(builder.add(builder.sub(bits, high), algebra.bits(u, biasBits)));
        // An exponent below 2^mantissaBits added to the bits of 2^mantissaBits is that power plus the exponent.
        long base = LaneAlgebra.powerBits(u, format.mantissaBits());
        Lane shifted = builder.fromBits(builder.or(exponent, algebra.bits(u, base)));
        Lane k = builder.sub(shifted, algebra.number(u, Math.scalb(1.0, format.mantissaBits()) + format.bias()));
        // Of the largest numbers the inverse is too small to matter, and its exponent would be negative.
        Lane inverse = builder
                .fromBits(builder.max(builder.sub(algebra.bits(u, 2 * biasBits), high), algebra.bits(u, 0)));
        return new Split(k, mantissa, inverse);
    }

    /** {@code k ln 2 + log(1 + f)}; k times the short part of ln 2 is exact. */
    private Lane logarithm(Lane k, Lane f) {
        Precision p = precision(f);
        Lane square = builder.mul(f, f);
        Lane inner = builder.fma(f, algebra.polynomial(f, square, p.log()), algebra.number(f, -0.5));
        Lane rest = builder.fma(square, inner, builder.mul(k, algebra.number(f, p.ln2Rest())));
        return builder.add(builder.fma(k, algebra.number(f, p.ln2Short()), f), rest);
    }

    /** Minus infinity at zero, NaN below, and infinity and NaN as they are. */
    private Lane special(Lane u, Lane x, Lane finite) {
        Lane zero = algebra.number(u, 0);
        Lane infinity = algebra.number(u, Double.POSITIVE_INFINITY);
        Lane positive = builder.blend(builder.less(u, infinity), finite, x);
        Lane atZero = builder.blend(builder.equal(u, zero), algebra.number(u, Double.NEGATIVE_INFINITY), positive);
        return builder.blend(builder.less(u, zero), algebra.number(u, Double.NaN), atZero);
    }
}
