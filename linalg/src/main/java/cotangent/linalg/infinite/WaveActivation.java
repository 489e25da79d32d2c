package cotangent.linalg.infinite;

/**
 * Sine and cosine: {@code E sin u sin v = (e^(−P) − e^(−M))/2} and {@code E cos u cos v = (e^(−P) + e^(−M))/2}, where P and M are half the
 * variances of u − v and u + v; each is the other's E φ'φ'. With ρ = (r₁ − r₂)²/2, P = ρ + (s − k) and M = ρ + (s + k).
 *
 * <p>F(s) ∓ F(k) are products: for the sine {@code e^(−ρ) (1 + e^(−(s ± k))) (1 − e^(−(s ∓ k)))/2}.
 */
final class WaveActivation extends SmoothActivation {
    private final int parity;

    /**
     * The sine or the cosine.
     *
     * @param parity −1 for the sine, 1 for the cosine
     */
    WaveActivation(String name, int parity) {
        super(name);
        this.parity = parity;
    }

    @Override
    Spread spread(double[] deviation, boolean single) {
        double[] result = new double[deviation.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.sqrt(straight(1, 2 * deviation[i] * deviation[i]));
        }
        return new Spread(result);
    }

    /** The covariance where s − k = 0, from e^(−ρ) and s + k. */
    private double straight(double damping, double together) {
        return 0.5 * damping * (parity < 0 ? -Math.expm1(-together) : 1 + Math.exp(-together));
    }

    @Override
    boolean usesGap() {
        return true;
    }

    @Override
    void expect(Strip in, Strip out, Pairs x, Pairs y, double[] slope, boolean gap, Room room) {
        double r1 = in.deviation();
        for (int i = 0; i < in.count(); i++) {
            double difference = r1 - in.deviations()[i];
            double damping = Math.exp(-0.5 * difference * difference);
            double near = damping * Math.exp(-x.apart[i]);
            double far = damping * Math.exp(-x.together[i]);
            y.covariance[i] = 0.5 * (near + parity * far);
            slope[i] = 0.5 * (near - parity * far);
        }
        if (gap) {
            gap(in, out, x, y);
        }
    }

    private void gap(Strip in, Strip out, Pairs x, Pairs y) {
        double r1 = in.deviation();
        for (int i = 0; i < in.count(); i++) {
            double r2 = in.deviations()[i];
            double damping = Math.exp(-0.5 * (r1 - r2) * (r1 - r2));
            double p = x.apart[i];
            double m = x.together[i];
            double excess = Collinear.excess(r1, r2, out.deviation() * out.deviations()[i], straight(damping, 2
                    * r1 * r2));
            if (parity < 0) {
                y.apart[i] = excess - 0.5 * damping * (1 + Math.exp(-m)) * Math.expm1(-p);
                y.together[i] = excess - 0.5 * damping * (1 + Math.exp(-p)) * Math.expm1(-m);
            } else {
                y.apart[i] = excess + 0.5 * damping * Math.expm1(-m) * Math.expm1(-p);
                y.together[i] = excess + 0.5 * damping * (1 + Math.exp(-p)) * (1 + Math.exp(-m));
            }
        }
    }
}
