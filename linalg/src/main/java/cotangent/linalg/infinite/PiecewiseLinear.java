package cotangent.linalg.infinite;

import cotangent.dsl.kernel.ArcCosine;

/**
 * φ(x) = a·x where negative, b·x where positive: leaky ReLU and its kin, by the arc-cosine kernels of degree 1 and 0; {@link ArcCosine}
 * has the formulas.
 */
final class PiecewiseLinear extends DualActivation {
    private final double a;
    private final double b;

    PiecewiseLinear(String name, double a, double b) {
        super(name);
        this.a = a;
        this.b = b;
    }

    @Override
    Spread spread(double[] deviation, boolean single) {
        double scale = Math.sqrt(0.5 * (a * a + b * b));
        double[] result = new double[deviation.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = scale * deviation[i];
        }
        return new Spread(result);
    }

    @Override
    boolean usesGap() {
        return true;
    }

    @Override
    void pass(Strip in, Strip out, Pairs x, Pairs y, boolean gap, Room room) {
        ArcCosine.dmoments(in.count(), a, b, in.deviation(), in.deviations(), x.arrays(), y.arrays());
    }
}
