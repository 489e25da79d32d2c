package cotangent.linalg.infinite;

/** An activation by its two moments, E φ(u)φ(v) and E φ'(u)φ'(v). */
abstract sealed class SmoothActivation extends DualActivation permits ErfActivation, GeluActivation, WaveActivation,
        HermiteActivation {
    SmoothActivation(String name) {
        super(name);
    }

    @Override
    final void pass(Strip in, Strip out, Pairs x, Pairs y, boolean gap, Room room) {
        double[] slope = room.slope();
        expect(in, out, x, y, slope, gap, room);
        for (int i = 0; i < in.count(); i++) {
            y.tangent[i] = slope[i] * x.tangent[i];
        }
    }

    /**
     * The moments of a run of pairs.
     *
     * @param in    the run, seen from the input layer
     * @param out   the run, seen from this layer
     * @param x     the input layer's pairs; the tangent is not looked at
     * @param y     receives this layer's covariance
     * @param slope receives E φ'(u) φ'(v)
     * @param gap   whether y is to receive s − k and s + k, too
     */
    abstract void expect(Strip in, Strip out, Pairs x, Pairs y, double[] slope, boolean gap, Room room);
}
