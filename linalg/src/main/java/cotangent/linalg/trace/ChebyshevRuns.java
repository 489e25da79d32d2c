package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.linalg.block.Columns;
import cotangent.linalg.probe.MeteredOperator;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Chebyshev moments vᵀT_k(B)v of several vectors side by side, for B the operator mapped from an interval to [−1, 1].
 *
 * <p>T_0 v = v, T_1 v = Bv, T_(k+1)v = 2B·T_k v − T_(k−1)v; and since 2T_j T_k = T_(j+k) + T_|j−k|, p products give 2p + 1
 * moments: μ_2k = 2‖T_k v‖² − μ_0 and μ_(2k+1) = 2(T_(k+1)v)·(T_k v) − μ_1 (A. Weisse, G. Wellein, A. Alvermann and H. Fehske,
 * The kernel polynomial method, Reviews of Modern Physics 78, 2006, equations 23 and 24).
 */
final class ChebyshevRuns implements ProbeRuns {
    /** A moment beyond μ_0 by more than this share tells of an eigenvalue outside the interval. */
    private static final double TOLERANCE = 1e-4;

    private final MeteredOperator operator;
    private final int n;
    private final int m;
    private final double centre;
    private final double radius;
    private double[] previous;
    private double[] current;
    private int steps;
    private double[][] moments;

    /**
     * Runs from the columns of a block [n, m].
     *
     * @param low  lower end of the interval that holds the spectrum
     * @param high its upper end
     */
    ChebyshevRuns(MeteredOperator operator, Tensor starts, double low, double high) {
        this.operator = operator;
        this.n = starts.shape().extent(0);
        this.m = starts.shape().extent(1);
        this.centre = 0.5 * (low + high);
        this.radius = Math.max(0.5 * (high - low), Double.MIN_NORMAL);
        this.current = starts.toDoubles();
        this.previous = new double[n * m];
        this.moments = new double[][]{Columns.dots(starts, starts)};
    }

    @Override
    public int count() {
        return m;
    }

    @Override
    public void extend(int to) {
        if (to > steps) {
            moments = Arrays.copyOf(moments, 2 * to + 1);
        }
        while (steps < to) {
            step();
        }
    }

    private void step() {
        Tensor product = operator.product(Columns.narrowed(operator.dtype(), n, m, current));
        double[] next = product.toDoubles();
        double factor = (steps == 0 ? 1 : 2) / radius;
        for (int i = 0; i < next.length; i++) {
            next[i] = factor * (next[i] - centre * current[i]) - (steps == 0 ? 0 : previous[i]);
        }
        previous = current;
        current = next;
        steps++;
        Tensor after = Tensor.wrap(Shape.of(n, m), next);
        double[] mixed = Columns.dots(after, Tensor.wrap(Shape.of(n, m), previous));
        double[] even = Columns.dots(after, after);
        if (steps == 1) {
            moments[1] = mixed.clone();
        }
        for (int j = 0; j < m; j++) {
            even[j] = 2 * even[j] - moments[0][j];
            mixed[j] = steps == 1 ? mixed[j] : 2 * mixed[j] - moments[1][j];
            requireInside(even[j], moments[0][j]);
        }
        moments[2 * steps - 1] = mixed;
        moments[2 * steps] = even;
    }

    private void requireInside(double moment, double most) {
        if (!(Math.abs(moment) <= (1 + TOLERANCE) * most)) {
            throw new InvalidDataException(
                    "KernelPolynomial: an eigenvalue lies outside [%.6g, %.6g], on which the expansion is; "
                            .formatted(centre - radius, centre + radius) + "set a wider interval(low, high)");
        }
    }

    @Override
    public double form(int probe, int used, DoubleUnaryOperator f) {
        double[] coefficients = coefficients(2 * used, f);
        double sum = 0;
        for (int k = 0; k <= 2 * used; k++) {
            sum += coefficients[k] * moments[k][probe];
        }
        return sum;
    }

    /** c_k with f(t) ≈ Σ c_k T_k(t), by Gauss-Chebyshev quadrature at twice as many nodes, away from the ends. */
    private double[] coefficients(int degree, DoubleUnaryOperator f) {
        int nodes = 2 * degree + 2;
        double[] values = new double[nodes];
        for (int i = 0; i < nodes; i++) {
            values[i] = f.applyAsDouble(centre + radius * Math.cos(Math.PI * (i + 0.5) / nodes));
        }
        double[] coefficients = new double[degree + 1];
        for (int i = 0; i < nodes; i++) {
            double t = Math.cos(Math.PI * (i + 0.5) / nodes);
            double before = 1;
            double now = t;
            coefficients[0] += values[i] / nodes;
            for (int k = 1; k <= degree; k++) {
                coefficients[k] += 2 * values[i] * now / nodes;
                double after = 2 * t * now - before;
                before = now;
                now = after;
            }
        }
        return coefficients;
    }

    /** With Jackson's kernel, which keeps it from being negative; the width follows from the degree. */
    @Override
    public double[] density(int probe, int used, double width, double[] points) {
        int degree = 2 * used;
        double[] damped = new double[degree + 1];
        for (int k = 0; k <= degree; k++) {
            damped[k] = jackson(k, degree) * moments[k][probe] * (k == 0 ? 1 : 2);
        }
        double[] density = new double[points.length];
        for (int p = 0; p < points.length; p++) {
            double t = (points[p] - centre) / radius;
            if (Math.abs(t) < 1) {
                double angle = Math.acos(t);
                double sum = 0;
                for (int k = 0; k <= degree; k++) {
                    sum += damped[k] * Math.cos(k * angle);
                }
                density[p] = sum / (Math.PI * radius * Math.sqrt(1 - t * t));
            }
        }
        return density;
    }

    /** Damping factor of moment k of a degree: Weisse et al., equation 71. */
    static double jackson(int k, int degree) {
        double q = Math.PI / (degree + 2);
        return ((degree + 2 - k) * Math.cos(k * q) + Math.sin(k * q) / Math.tan(q)) / (degree + 2);
    }
}
