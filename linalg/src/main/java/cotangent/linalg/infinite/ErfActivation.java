package cotangent.linalg.infinite;

import cotangent.dsl.kernel.ArcTangent;

/**
 * The error function: {@code E φ(u)φ(v) = (2/π) asin(2k/p)} with {@code p² = (1 + 2k₁)(1 + 2k₂)} (C. K. I. Williams, Computing with
 * infinite networks, NIPS 1996, equation 11), and {@code E φ'(u)φ'(v) = (4/π) / sqrt(p² − 4k²)}.
 *
 * <p>With {@code p − 2s = (1 + 2k₁ + 2k₂)/(p + 2s)} both factors of {@code q² = (p − 2k)(p + 2k)} are sums of positive numbers, and the
 * arc sine is {@code 2 atan(2k/(p + q))}: all accurate however large the variances.
 */
final class ErfActivation extends SmoothActivation {
    private static final double FACTOR = 4 / Math.PI;

    ErfActivation() {
        super("erf");
    }

    @Override
    Spread spread(double[] deviation, boolean single) {
        double[] result = new double[deviation.length];
        for (int i = 0; i < result.length; i++) {
            double k = deviation[i] * deviation[i];
            // 2k/(p + q) at k₁ = k₂ = k
            result[i] = Math.sqrt(FACTOR * Math.atan(2 * k / (1 + 2 * k + Math.sqrt(1 + 4 * k))));
        }
        return new Spread(result);
    }

    @Override
    boolean usesGap() {
        return true;
    }

    @Override
    void expect(Strip in, Strip out, Pairs x, Pairs y, double[] slope, boolean gap, Room room) {
        int n = in.count();
        double[] tangent = room.scratch(0);
        double[] roots = room.scratch(1);
        roots(n, in.deviation(), in.deviations(), x, tangent, roots);
        for (int i = 0; i < n; i++) {
            slope[i] = FACTOR / roots[i];
        }
        ArcTangent.small(n, tangent, tangent);
        for (int i = 0; i < n; i++) {
            y.covariance[i] = FACTOR * tangent[i];
        }
        if (gap) {
            double[] excess = room.scratch(4);
            excesses(in, out, excess);
            gap(in, x.apart, roots, excess, y.apart, room);
            gap(in, x.together, roots, excess, y.together, room);
        }
    }

    /** 2k/(p + q), and q. */
    private static void roots(int n, double deviation, double[] deviations, Pairs x, double[] tangent,
            double[] roots) {
        double k1 = deviation * deviation;
        double[] apart = x.apart;
        double[] together = x.together;
        double[] covariance = x.covariance;
        for (int i = 0; i < n; i++) {
            double k2 = deviations[i] * deviations[i];
            double p = Math.sqrt((1 + 2 * k1) * (1 + 2 * k2));
            double rest = (1 + 2 * (k1 + k2)) / (p + 2 * deviation * deviations[i]);
            double q = Math.sqrt((2 * apart[i] + rest) * (2 * together[i] + rest));
            roots[i] = q;
            tangent[i] = 2 * covariance[i] / (p + q);
        }
    }

    /** s' − F(s), with F(s) as k' at k = s. */
    private static void excesses(Strip in, Strip out, double[] excess) {
        int n = in.count();
        double r1 = in.deviation();
        double[] deviations = in.deviations();
        for (int i = 0; i < n; i++) {
            double r2 = deviations[i];
            double p = Math.sqrt((1 + 2 * r1 * r1) * (1 + 2 * r2 * r2));
            excess[i] = 2 * r1 * r2 / (p + Math.sqrt(1 + 2 * (r1 * r1 + r2 * r2)));
        }
        ArcTangent.small(n, excess, excess);
        for (int i = 0; i < n; i++) {
            double s = out.deviation() * out.deviations()[i];
            excess[i] = Collinear.excess(r1, deviations[i], s, FACTOR * excess[i]);
        }
    }

    /** The difference of two arc sines, or their sum: twice the arc tangent of 2(s ∓ k)/(q(s) + q(k)). */
    private static void gap(Strip in, double[] difference, double[] roots, double[] excess, double[] result,
            Room room) {
        int n = in.count();
        double r1 = in.deviation();
        double[] deviations = in.deviations();
        double[] argument = room.scratch(2);
        for (int i = 0; i < n; i++) {
            double r2 = deviations[i];
            argument[i] = 2 * difference[i] / (Math.sqrt(1 + 2 * (r1 * r1 + r2 * r2)) + roots[i]);
        }
        ArcTangent.positive(n, argument, result, room.scratch(3));
        for (int i = 0; i < n; i++) {
            result[i] = FACTOR * result[i] + excess[i];
        }
    }
}
