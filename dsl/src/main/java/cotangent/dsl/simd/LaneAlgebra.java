package cotangent.dsl.simd;

/** What all elementary functions write their instructions with: constants, polynomials, and the parts of a number. */
final class LaneAlgebra {
    private final LaneProgram.Builder builder;

    LaneAlgebra(LaneProgram.Builder builder) {
        this.builder = builder;
    }

    LaneProgram.Builder builder() {
        return builder;
    }

    /** A constant of the type of {@code like}. */
    Lane number(Lane like, double value) {
        return builder.number(like.type(), value);
    }

    /** A constant of the integer type as wide as {@code like}. */
    Lane bits(Lane like, long value) {
        return builder.bits(like.type().integral(), value);
    }

    /** A polynomial, lowest degree first, as two interleaved Horner chains in x^2, which halves the latency. */
    Lane polynomial(Lane x, Lane square, double[] coefficients) {
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

    /** x, or the limit where x is larger; NaN stays. A comparison and a blend are cheaper than a minimum. */
    Lane atMost(Lane x, double limit) {
        Lane bound = number(x, limit);
        return builder.blend(builder.less(bound, x), bound, x);
    }

    /** x, or the limit where x is smaller; NaN stays. */
    Lane atLeast(Lane x, double limit) {
        Lane bound = number(x, limit);
        return builder.blend(builder.less(x, bound), bound, x);
    }

    /** The sign bit of a number. */
    Lane sign(Lane x) {
        return builder.and(builder.toBits(x), bits(x, FloatFormat.of(x).signBit()));
    }

    /** A number without sign with the sign of another. */
    Lane copySign(Lane magnitude, Lane sign) {
        return builder.fromBits(builder.or(builder.toBits(magnitude), sign(sign)));
    }

    /** {@code shifter + k} for the whole number k nearest to {@code factor * x}: k stands in the lowest bits. */
    Lane rounded(Lane x, double factor) {
        return builder.fma(x, number(x, factor), number(x, FloatFormat.of(x).shifter()));
    }

    /** The whole number in the lowest bits, as a number. */
    Lane unshifted(Lane shifted) {
        return builder.sub(shifted, number(shifted, FloatFormat.of(shifted).shifter()));
    }

    /**
     * {@code 2^(k + exponent)} for the whole number k in the lowest bits.
     *
     * @param sign the sign bit, or 0
     */
    Lane power(Lane shifted, int exponent, long sign) {
        return builder.fromBits(builder.add(exponentBits(shifted), bits(shifted, powerBits(shifted, exponent) | sign)));
    }

    /** The whole number in the lowest bits, moved to where a number has its exponent. */
    Lane exponentBits(Lane shifted) {
        return builder.shiftLeft(builder.toBits(shifted), FloatFormat.of(shifted).mantissaBits());
    }

    /** The bits of {@code 2^exponent}. */
    static long powerBits(Lane like, int exponent) {
        FloatFormat format = FloatFormat.of(like);
        return (long) exponent + format.bias() << format.mantissaBits();
    }
}
