package cotangent.dsl.kernel;

/** {@link ArcCosine} without vectors: the same operations on each element. */
final class ArcCosineScalar {
    private ArcCosineScalar() {}

    /** The pairs {@code from, ..., n - 1}. */
    static void moments(int from, int n, ArcCosine.Slopes c, double deviation, double[] deviations, ArcCosine.Pairs x,
            ArcCosine.Pairs y) {
        for (int i = from; i < n; i++) {
            double k = x.covariance()[i];
            double p = x.apart()[i];
            double m = x.together()[i];
            double s = deviation * deviations[i];
            double near = Math.min(p, m);
            double far = Math.max(p, m);
            double t = Math.sqrt(near / Math.max(far, Double.MIN_NORMAL));
            double square = t * t;
            double rest = ArcTangent.rest(square);
            double cube = t * square;
            double bend = c.bend * far * cube * Math.fma(rest, 1 - square, 1);
            double turn = c.turn * Math.fma(-cube, rest, t);
            boolean positive = k >= 0;
            y.covariance()[i] = Math.fma(positive ? c.squares : c.product, k, bend);
            y.tangent()[i] = x.tangent()[i] * (positive ? c.squares - turn : c.product + turn);
            double below = Math.fma(c.straight, Math.min(p, s), c.folded * near);
            y.apart()[i] = Math.fma(-c.crossed, Math.min(k, 0), below) - bend;
            double above = Math.fma(c.squares, Math.max(m - s, 0), c.product * Math.min(m, s));
            y.together()[i] = Math.fma(c.difference, s, above) + bend;
        }
    }
}
