package cotangent.linalg.probe;

/** A smooth function of several traces. */
public interface Statistic {
    /** Its value. */
    double value(double[] traces);

    /** Its partial derivatives, one per trace. */
    double[] gradient(double[] traces);

    /** The first trace itself. */
    static Statistic identity() {
        return new Statistic() {
            @Override
            public double value(double[] traces) {
                return traces[0];
            }

            @Override
            public double[] gradient(double[] traces) {
                return new double[]{1};
            }
        };
    }

    /** The square root of the first trace, a sum of squares; its derivative is taken as 0 at 0. */
    static Statistic squareRoot() {
        return new Statistic() {
            @Override
            public double value(double[] traces) {
                return Math.sqrt(Math.max(0, traces[0]));
            }

            @Override
            public double[] gradient(double[] traces) {
                double root = value(traces);
                return new double[]{root > 0 ? 0.5 / root : 0};
            }
        };
    }

    /** A power of the first trace, a sum of squares; its derivative is taken as 0 at 0. */
    static Statistic power(double exponent) {
        return new Statistic() {
            @Override
            public double value(double[] traces) {
                return Math.pow(Math.max(0, traces[0]), exponent);
            }

            @Override
            public double[] gradient(double[] traces) {
                return new double[]{traces[0] > 0 ? exponent * Math.pow(traces[0], exponent - 1) : 0};
            }
        };
    }

    /** T²/S for the traces T = tr K and S = tr K²: the participation ratio. */
    static Statistic participationRatio() {
        return new Statistic() {
            @Override
            public double value(double[] traces) {
                return traces[0] / traces[1] * traces[0];
            }

            @Override
            public double[] gradient(double[] traces) {
                double ratio = traces[0] / traces[1];
                return new double[]{2 * ratio, -ratio * ratio};
            }
        };
    }

    /** C/√(S₁S₂) for the traces C = tr K₁ᵀK₂, S₁ = tr K₁ᵀK₁ and S₂ = tr K₂ᵀK₂: the alignment. */
    static Statistic alignment() {
        return new Statistic() {
            @Override
            public double value(double[] traces) {
                return traces[0] / Math.sqrt(traces[1]) / Math.sqrt(traces[2]);
            }

            @Override
            public double[] gradient(double[] traces) {
                double alignment = value(traces);
                return new double[]{1 / Math.sqrt(traces[1]) / Math.sqrt(traces[2]), -alignment / (2 * traces[1]),
                        -alignment / (2 * traces[2])};
            }
        };
    }
}
