package cotangent.dsl.simd;

/**
 * The error function: {@code x + x p(x^2)} below 1, where the second term is at most a sixth of the first, so that its
 * rounding hardly shows; beyond, {@code 1 - exp(-q(|x| - 1))}, where what is subtracted is at most 0.16.
 */
final class ErrorFunctions {
    /**
     * What differs between the precisions; polynomials lowest degree first.
     *
     * @param near  erf(x)/x - 1 in powers of x^2
     * @param far   -log(1 - erf(1 + t)) in powers of t
     * @param isOne from where on 1 is the nearest number
     */
    private record Precision(double[] near, double[] far, double isOne) {}

    private static final Precision DOUBLE = new Precision(
            // To 2^-54.8 and 2^-55.9 relative to erf.
            new double[]{0x1.06eba8214db68p-3, -0x1.812746b0379bdp-2, 0x1.ce2f21a040d16p-4, -0x1.b82ce311fa950p-6,
                    0x1.565bccf92b4cep-8, -0x1.c02db03dda8f4p-11, 0x1.f9a2baa941ec3p-14, -0x1.f4ca4d72a1be7p-17,
                    0x1.b97fd3f6938fcp-20, -0x1.5c07278e0b470p-23, 0x1.d71b12f513174p-27, -0x1.abae539fa4ec4p-31},
            new double[]{0x1.d97fbf27aa2a1p0, 0x1.51c9b0006c21ep1, 0x1.afabc11a2acf1p-1, 0x1.5477f099ef5a3p-5,
                    -0x1.48c9d3889747cp-7, 0x1.033f5ae44cf1bp-9, -0x1.f1b07c8a3d007p-13, -0x1.b929ca1b78e0ep-16,
                    0x1.c84b3a19b1bb9p-16, -0x1.4470c057cbe9bp-17, 0x1.1dd8b4483595ep-19, -0x1.b475f878354a6p-23,
                    -0x1.f9486390130d0p-25, 0x1.216c1687e42b2p-25, -0x1.27676532e380cp-27, 0x1.6e5191e406832p-30,
                    -0x1.0973fd377d46fp-33, 0x1.5ad58431925c0p-38},
            5.93);
    private static final Precision SINGLE = new Precision(
            // To 2^-28.7 and 2^-26.7.
            new double[]{0x1.06eba8p-3, -0x1.81273ep-2, 0x1.ce2cf8p-4, -0x1.b7f90ep-6, 0x1.5405b2p-8, -0x1.a3f706p-11,
                    0x1.496a42p-14},
            new double[]{0x1.d97fc0p0, 0x1.51c9aap1, 0x1.afad1cp-1, 0x1.53ff24p-5, -0x1.444120p-7, 0x1.df8fb0p-10,
                    -0x1.86dd2ep-13},
            3.93);

    private final LaneAlgebra algebra;
    private final LaneProgram.Builder builder;
    private final Exponentials exponentials;

    ErrorFunctions(LaneAlgebra algebra, Exponentials exponentials) {
        this.algebra = algebra;
        this.builder = algebra.builder();
        this.exponentials = exponentials;
    }

    Lane erf(Lane x) {
        Precision p = x.type() == LaneType.F64 ? DOUBLE : SINGLE;
        Lane one = algebra.number(x, 1);
        Lane size = builder.abs(x);
        Lane square = builder.mul(size, size);
        Lane near = builder.fma(size, algebra.polynomial(square, builder.mul(square, square), p.near()), size);
        // What lies below 1 is not used, but must not overflow.
        Lane t = builder.sub(algebra.atMost(size, p.isOne()), one);
        Lane q = algebra.polynomial(t, builder.mul(t, t), p.far());
        Lane far = exponentials.oneMinusExp(builder.neg(q));
        return algebra.copySign(builder.blend(builder.less(size, one), near, far), x);
    }
}
