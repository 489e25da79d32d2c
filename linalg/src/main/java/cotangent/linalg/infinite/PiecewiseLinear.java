package cotangent.linalg.infinite;

/**
 * φ(x) = a·x where negative, b·x where positive: leaky ReLU and its kin.
 *
 * <p>With h = (a² + b²)/2 and δ = (a − b)², and the angle ω from 0 to π/2 between the lines of u and v, the arc-cosine kernels of
 * degree 1 and 0 (Y. Cho and L. K. Saul, Kernel methods for deep learning, NIPS 2009, section 2) become, where k ≥ 0,
 *
 * <pre>E φ(u)φ(v) = h k + δ g,  E φ'(u)φ'(v) = h − δ ω/2π,  g = s (sin ω − ω cos ω)/2π</pre>
 *
 * and where k < 0, {@code ab k + δ g} and {@code ab + δ ω/2π}. With t = tan(ω/2) and atan t = t − t³q, the difference in g has the
 * value {@code 2t³(1 + q(1 − t²))/(1 + t²)}, a product of positive numbers. What is subtracted in the formulas below is at most
 * 2/π of what it is subtracted from, so all results but k keep the relative accuracy of s − k and s + k.
 */
final class PiecewiseLinear extends DualActivation {
    private final double a;
    private final double b;
    private final double squares;
    private final double kink;

    PiecewiseLinear(String name, double a, double b) {
        super(name);
        this.a = a;
        this.b = b;
        this.squares = 0.5 * (a * a + b * b);
        this.kink = (a - b) * (a - b);
    }

    @Override
    Spread spread(double[] deviation, boolean single) {
        double scale = Math.sqrt(squares);
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
    void expect(Strip in, Strip out, Pairs x, Pairs y, double[] slope, boolean gap, Room room) {
        int n = in.count();
        if (kink == 0) {
            linear(n, x, y, slope);
            return;
        }
        double[] line = room.scratch(0);
        double[] rest = room.scratch(1);
        double[] bend = room.scratch(2);
        lines(n, x.apart, x.together, line);
        rests(n, line, rest);
        bends(n, x.apart, x.together, line, rest, bend, kink / (2 * Math.PI));
        angles(n, line, rest, rest);
        slopes(n, x.covariance, rest, slope, 0.5 * (squares + a * b), 0.25 * kink, kink / Math.PI);
        covariances(n, x.covariance, bend, y.covariance, squares, a * b);
        if (gap) {
            double[] deviations = in.deviations();
            if (a * b < 0) {
                folded(n, in.deviation(), deviations, x, bend, y.apart, squares, -a * b);
            } else {
                apart(n, in.deviation(), deviations, x, bend, y.apart, squares, a * b);
            }
            together(n, in.deviation(), deviations, x.together, bend, y.together, squares, a * b);
        }
    }

    private void linear(int n, Pairs x, Pairs y, double[] slope) {
        for (int i = 0; i < n; i++) {
            slope[i] = squares;
            y.covariance[i] = squares * x.covariance[i];
            y.apart[i] = squares * x.apart[i];
            y.together[i] = squares * x.together[i];
        }
    }

    // Loops are kept short, and their arrays few: C2 makes vector code of each, and of their union none.

    /** t. */
    private static void lines(int n, double[] apart, double[] together, double[] line) {
        for (int i = 0; i < n; i++) {
            double p = apart[i];
            double m = together[i];
            line[i] = Math.sqrt(Math.min(p, m) / Math.max(Math.max(p, m), Double.MIN_NORMAL));
        }
    }

    /** q. */
    private static void rests(int n, double[] line, double[] rest) {
        for (int i = 0; i < n; i++) {
            rest[i] = ArcTangent.rest(line[i] * line[i]);
        }
    }

    /** δ g, where s/(1 + t²) is half the larger of s − k and s + k. */
    private static void bends(int n, double[] apart, double[] together, double[] line, double[] rest, double[] bend,
            double factor) {
        for (int i = 0; i < n; i++) {
            double t = line[i];
            double y = t * t;
            bend[i] = factor * Math.max(apart[i], together[i]) * (t * y) * (1 + rest[i] * (1 - y));
        }
    }

    /** ω/2. */
    private static void angles(int n, double[] line, double[] rest, double[] angle) {
        for (int i = 0; i < n; i++) {
            double t = line[i];
            angle[i] = t - t * t * t * rest[i];
        }
    }

    /** E φ'φ', both branches as middle ± (quarter − δ ω/2π), equal at ω = π/2. */
    private static void slopes(int n, double[] covariance, double[] half, double[] slope,
            double middle, double quarter, double factor) {
        for (int i = 0; i < n; i++) {
            double k = covariance[i];
            double sign = k / Math.max(Math.abs(k), Double.MIN_NORMAL);
            slope[i] = middle + sign * (quarter - factor * half[i]);
        }
    }

    private static void covariances(int n, double[] covariance, double[] bend, double[] result, double squares,
            double product) {
        for (int i = 0; i < n; i++) {
            double k = covariance[i];
            result[i] = squares * Math.max(k, 0) + product * Math.min(k, 0) + bend[i];
        }
    }

    /** h s less the new covariance: h·min(s − k, s) where k ≥ 0 and beyond. */
    private static void apart(int n, double deviation, double[] deviations, Pairs x, double[] bend,
            double[] result, double squares, double product) {
        double[] apart = x.apart;
        double[] covariance = x.covariance;
        for (int i = 0; i < n; i++) {
            double s = deviation * deviations[i];
            result[i] = squares * Math.min(apart[i], s) - product * Math.min(covariance[i], 0) - bend[i];
        }
    }

    /** The same where ab < 0, and values of opposite sign meet: by the smaller of s − k and s + k. */
    private static void folded(int n, double deviation, double[] deviations, Pairs x, double[] bend,
            double[] result, double squares, double product) {
        double[] apart = x.apart;
        double[] together = x.together;
        for (int i = 0; i < n; i++) {
            double s = deviation * deviations[i];
            double p = apart[i];
            result[i] = (squares - product) * Math.min(p, s) + product * Math.min(p, together[i]) - bend[i];
        }
    }

    /** h s and the new covariance, the part of s + k up to s apart from that beyond; h − ab = δ/2. */
    private static void together(int n, double deviation, double[] deviations, double[] together, double[] bend,
            double[] result, double squares, double product) {
        double half = squares - product;
        for (int i = 0; i < n; i++) {
            double s = deviation * deviations[i];
            double m = together[i];
            result[i] = squares * Math.max(m - s, 0) + product * Math.min(m, s) + half * s + bend[i];
        }
    }
}
