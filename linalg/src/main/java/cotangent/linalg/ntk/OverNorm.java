package cotangent.linalg.ntk;

import cotangent.linalg.probe.Statistic;

/** c/√S for a first trace S, such as a norm's square. */
record OverNorm(double numerator) implements Statistic {
    @Override
    public double value(double[] traces) {
        return numerator / Math.sqrt(traces[0]);
    }

    @Override
    public double[] gradient(double[] traces) {
        return new double[]{-0.5 * value(traces) / traces[0]};
    }
}
