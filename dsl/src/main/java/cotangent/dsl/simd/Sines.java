package cotangent.dsl.simd;

/**
 * Sine and cosine: {@code |x| = k pi/2 + r} with |r| up to pi/4, and the polynomial that the parity of k selects.
 *
 * <p>pi/2 is in three parts, each rounded to the full mantissa. The first step, {@code |x| - k P1} in one rounding, is
 * exact: its value is below 1 and a multiple of the last place of P1 or of x. The second rounds once, and the third
 * only adds what the second could not see where k pi/2 comes close to x; so r has a relative error of one rounding. Where
 * |x| is so large that k is no longer certain, the JDK's own function, which is reduced by Payne and Hanek's method,
 * replaces the result.
 */
final class Sines {
    private static final double TWO_OVER_PI = 0x1.45f306dc9c883p-1;

    /**
     * What differs between the precisions; polynomials in r^2, lowest degree first.
     *
     * @param halfPi  pi/2 in three parts
     * @param largest up to where they serve; k differs from the nearest whole number to 2/pi x by at most 2^-8
     * @param sin     (sin r - r) / r^3
     * @param cos     (cos r - 1 + r^2/2) / r^4
     */
    private record Precision(double[] halfPi, double largest, double[] sin, double[] cos) {}

    private static final Precision DOUBLE = new Precision(
            new double[]{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110}, 0x1p30,
            // To 2^-56.3 of sin r and 2^-62.3 of cos r.
            new double[]{-0x1.5555555555548p-3, 0x1.111111110f684p-7, -0x1.a01a019bd2f38p-13, 0x1.71de354167a1dp-19,
                    -0x1.ae5e3ba99b4c6p-26, 0x1.5d86a3657650cp-33},
            new double[]{0x1.555555555554ap-5, -0x1.6c16c16c14e16p-10, 0x1.a01a019c5e7a4p-16, -0x1.27e4f7cedb975p-22,
                    0x1.1ee9c45c74455p-29, -0x1.8f9a66b4f7a9bp-37});
    private static final Precision SINGLE = new Precision(
            new double[]{0x1.921fb6p+0, -0x1.777a5cp-25, -0x1.ee59dap-50}, 0x1p16,
            // To 2^-28 and 2^-31.1.
            new double[]{-0x1.555556p-3, 0x1.111108p-7, -0x1.a00f48p-13, 0x1.6cc502p-19},
            new double[]{0x1.55554ap-5, -0x1.6c0bfcp-10, 0x1.99db9ap-16});

    private final LaneAlgebra algebra;
    private final LaneProgram.Builder builder;

    Sines(LaneAlgebra algebra) {
        this.algebra = algebra;
        this.builder = algebra.builder();
    }

    private static Precision precision(Lane x) {
        return x.type() == LaneType.F64 ? DOUBLE : SINGLE;
    }

    /** Odd in x, which the sign carries; the second bit of k turns it. */
    Lane sin(Lane x) {
        Reduced reduced = reduce(x);
        Lane odd = isOdd(reduced.k());
        Lane size = builder.blend(odd, reduced.cos(), reduced.sin());
        Lane turned = builder.xor(algebra.sign(x), secondBit(reduced.k()));
        return patched(ScalarFunction.SIN, x, signed(size, turned));
    }

    /** Even in x; a quarter of a turn ahead of the sine. */
    Lane cos(Lane x) {
        Reduced reduced = reduce(x);
        Lane odd = isOdd(reduced.k());
        Lane size = builder.blend(odd, reduced.sin(), reduced.cos());
        Lane ahead = builder.add(reduced.k(), algebra.bits(x, 1));
        return patched(ScalarFunction.COS, x, signed(size, secondBit(ahead)));
    }

    /** k in the lowest bits, and both functions of r. */
    private record Reduced(Lane k, Lane sin, Lane cos) {}

    private Reduced reduce(Lane x) {
        Precision p = precision(x);
        Lane size = builder.abs(x);
        Lane shifted = algebra.rounded(size, TWO_OVER_PI);
        Lane k = algebra.unshifted(shifted);
        Lane r = size;
        for (double part : p.halfPi()) {
            r = builder.fma(k, algebra.number(x, -part), r);
        }
        Lane square = builder.mul(r, r);
        Lane fourth = builder.mul(square, square);
        Lane cube = builder.mul(square, r);
        Lane sin = builder.fma(cube, algebra.polynomial(square, fourth, p.sin()), r);
        Lane inner = builder.fma(square, algebra.polynomial(square, fourth, p.cos()), algebra.number(x, -0.5));
        Lane cos = builder.fma(square, inner, algebra.number(x, 1));
        return new Reduced(builder.toBits(shifted), sin, cos);
    }

    private Lane isOdd(Lane k) {
        return builder.compare(LaneOp.Code.NE, builder.and(k, builder.bits(k.type(), 1)), builder.bits(k.type(), 0));
    }

    /** The second bit as a sign. */
    private Lane secondBit(Lane k) {
        Lane two = builder.bits(k.type(), 2);
        return builder.shiftLeft(builder.and(k, two), k.type().bits() - 2);
    }

    private Lane signed(Lane x, Lane sign) {
        return builder.fromBits(builder.xor(builder.toBits(x), sign));
    }

    private Lane patched(ScalarFunction function, Lane x, Lane result) {
        Lane huge = builder.less(algebra.number(x, precision(x).largest()), builder.abs(x));
        return builder.patch(function, huge, x, result);
    }
}
