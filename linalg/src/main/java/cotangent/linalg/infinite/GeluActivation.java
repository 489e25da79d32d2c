package cotangent.linalg.infinite;

import cotangent.dsl.kernel.ArcTangent;

/**
 * The GELU, x·Φ(x). With {@code p² = (1 + k₁)(1 + k₂)}, {@code d² = p² − k²} and α = asin(k/p), integration by parts (Stein) gives
 *
 * <pre>E φ(u)φ(v)   = k/4 + k α/2π + (s² d² + k²)/(2π p² d),  s² = k₁k₂
 * E φ'(u)φ'(v) = 1/4 + α/2π + k/(2π d) · ((2 + k₁ + k₂)/p² + 1/d²)</pre>
 *
 * <p>(R. Tsuchida, T. Pearce, C. van der Heide, F. Roosta and M. Gallagher, Avoiding kernel fixed points: computing with ELU and GELU
 * infinite networks, AAAI 2021, give another form of both.) As for the error function, {@code p − s = (1 + k₁ + k₂)/(p + s)}, so d is
 * had from s − k and s + k without cancellation.
 */
final class GeluActivation extends SmoothActivation {
    private static final double TURN = 1 / (2 * Math.PI);

    GeluActivation() {
        super("gelu");
    }

    @Override
    Spread spread(double[] deviation, boolean single) {
        double[] result = new double[deviation.length];
        for (int i = 0; i < result.length; i++) {
            double r = deviation[i];
            double half = Math.atan(r * r / (1 + r * r + Math.sqrt(1 + 2 * r * r)));
            result[i] = Math.sqrt(straight(r, r, half));
        }
        return new Spread(result);
    }

    /** The covariance at k = s, from half the angle α. */
    private static double straight(double r1, double r2, double half) {
        double s = r1 * r2;
        double square = (1 + r1 * r1) * (1 + r2 * r2);
        double d = Math.sqrt(1 + r1 * r1 + r2 * r2);
        return s * (0.25 + TURN * 2 * half) + TURN * s * s * (d * d + 1) / (square * d);
    }

    /** s' − F(s), with F(s) as k' at k = s. */
    private static void excesses(Strip in, Strip out, double[] excess) {
        int n = in.count();
        double r1 = in.deviation();
        double[] deviations = in.deviations();
        for (int i = 0; i < n; i++) {
            double r2 = deviations[i];
            double p = Math.sqrt((1 + r1 * r1) * (1 + r2 * r2));
            excess[i] = r1 * r2 / (p + Math.sqrt(1 + r1 * r1 + r2 * r2));
        }
        ArcTangent.small(n, excess, excess);
        for (int i = 0; i < n; i++) {
            double s = out.deviation() * out.deviations()[i];
            excess[i] = Collinear.excess(r1, deviations[i], s, straight(r1, deviations[i], excess[i]));
        }
    }

    @Override
    boolean usesGap() {
        return true;
    }

    @Override
    void expect(Strip in, Strip out, Pairs x, Pairs y, double[] slope, boolean gap, Room room) {
        int n = in.count();
        double[] roots = room.scratch(0);
        double[] angle = room.scratch(1);
        roots(n, in.deviation(), in.deviations(), x, angle, roots);
        ArcTangent.small(n, angle, angle);
        slopes(n, in.deviation(), in.deviations(), x.covariance, angle, roots, slope);
        covariances(n, in.deviation(), in.deviations(), x.covariance, angle, roots, y.covariance);
        if (gap) {
            gap(in, out, x, y, angle, roots, room);
        }
    }

    /** tan(α/2), and d. */
    private static void roots(int n, double r1, double[] deviations, Pairs x, double[] angle, double[] roots) {
        double[] apart = x.apart;
        double[] together = x.together;
        double[] covariance = x.covariance;
        for (int i = 0; i < n; i++) {
            double r2 = deviations[i];
            double p = Math.sqrt((1 + r1 * r1) * (1 + r2 * r2));
            double rest = (1 + r1 * r1 + r2 * r2) / (p + r1 * r2);
            double d = Math.sqrt((apart[i] + rest) * (together[i] + rest));
            roots[i] = d;
            angle[i] = covariance[i] / (p + d);
        }
    }

    private static void slopes(int n, double r1, double[] deviations, double[] covariance, double[] angle,
            double[] roots, double[] slope) {
        for (int i = 0; i < n; i++) {
            double k1 = r1 * r1;
            double k2 = deviations[i] * deviations[i];
            double d = roots[i];
            double inverses = (2 + k1 + k2) / ((1 + k1) * (1 + k2)) + 1 / (d * d);
            slope[i] = 0.25 + TURN * (2 * angle[i] + covariance[i] / d * inverses);
        }
    }

    private static void covariances(int n, double r1, double[] deviations, double[] covariance, double[] angle,
            double[] roots, double[] result) {
        for (int i = 0; i < n; i++) {
            double r2 = deviations[i];
            double k = covariance[i];
            double d = roots[i];
            double s = r1 * r2;
            double bend = (s * s * d * d + k * k) / ((1 + r1 * r1) * (1 + r2 * r2) * d);
            result[i] = k * 0.25 + TURN * (2 * k * angle[i] + bend);
        }
    }

    /**
     * F(s) − F(k), with d(s) = e, d(s) − d(k) = −(s − k)(s + k)/(d + e) and s α(s) − k α(k) = s (α(s) − α(k)) + (s − k) α(k). The sum
     * s' + k' has nothing to fear: k' is never near −s'.
     */
    private static void gap(Strip in, Strip out, Pairs x, Pairs y, double[] angle, double[] roots, Room room) {
        int n = in.count();
        double r1 = in.deviation();
        double[] turned = room.scratch(2);
        for (int i = 0; i < n; i++) {
            double r2 = in.deviations()[i];
            turned[i] = x.apart[i] / (Math.sqrt(1 + r1 * r1 + r2 * r2) + roots[i]);
        }
        ArcTangent.positive(n, turned, turned, room.scratch(3));
        double[] excess = room.scratch(4);
        excesses(in, out, excess);
        for (int i = 0; i < n; i++) {
            double r2 = in.deviations()[i];
            double s = r1 * r2;
            double d = roots[i];
            double e = Math.sqrt(1 + r1 * r1 + r2 * r2);
            double square = (1 + r1 * r1) * (1 + r2 * r2);
            double part = s * s / (d + e);
            double bend = ((part + e) / (d * e) - part) * x.apart[i] * x.together[i] / square;
            y.apart[i] = x.apart[i] * (0.25 + TURN * 2 * angle[i]) + TURN * (2 * s * turned[i] + bend) + excess[i];
            y.together[i] = out.deviation() * out.deviations()[i] + y.covariance[i];
        }
    }
}
