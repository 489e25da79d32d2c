package cotangent.linalg.infinite;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.kernel.Gemm;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Any function by its Hermite series, whose coefficients belong to the inputs; a pair costs one sum over the terms. */
final class HermiteActivation extends SmoothActivation {
    static final int HIGHEST_MONOMIAL = 32;

    private static final int FEWEST_TERMS = 16;
    private static final int MOST_TERMS = 256;
    private static final double TOLERANCE = 1e-15;
    private static final double SINGLE_TOLERANCE = 1e-8;
    /** A node whose weight has a smaller root is left out, so that a function that grows does not overflow there. */
    private static final double NEGLIGIBLE = 1e-100;
    /**
     * Terms falling like n^(−3/2), those of a kink, leave 6.5 times what is in the last quarter of those kept, of which quadrature
     * with two nodes per term sees about half.
     */
    private static final double REST = 16;

    private final @Nullable UnaryOperator<double[]> function;
    private final double[] monomial;

    /** A function of many numbers at a time. */
    HermiteActivation(String name, UnaryOperator<double[]> function) {
        super(name);
        this.function = function;
        this.monomial = new double[0];
    }

    private HermiteActivation(String name, double[] monomial) {
        super(name);
        this.function = null;
        this.monomial = monomial;
    }

    /** z^p = Σ p!/(2^m m! sqrt(n!)) hₙ(z) over n = p − 2m. */
    static HermiteActivation power(int degree) {
        IntToDoubleFunction factorial = n -> {
            double product = 1;
            for (int i = 2; i <= n; i++) {
                product *= i;
            }
            return product;
        };
        double[] coefficients = new double[degree + 1];
        for (int m = 0; 2 * m <= degree; m++) {
            int n = degree - 2 * m;
            coefficients[n] = factorial.applyAsDouble(degree) / Math.scalb(factorial.applyAsDouble(m), m)
                    / Math.sqrt(factorial.applyAsDouble(n));
        }
        return new HermiteActivation("monomial(" + degree + ")", coefficients);
    }

    @Override
    boolean usesGap() {
        return false;
    }

    @Override
    Spread spread(double[] deviation, boolean single) {
        double[][] coefficients = function == null ? powers(deviation) : series(function, deviation, single);
        double[] result = new double[deviation.length];
        for (double[] row : coefficients) {
            for (int i = 0; i < result.length; i++) {
                result[i] = Math.fma(row[i], row[i], result[i]);
            }
        }
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.sqrt(result[i]);
        }
        double error = function == null ? 0 : REST * lastQuarter(coefficients);
        return new Spread(result, coefficients, error);
    }

    private double[][] powers(double[] deviation) {
        double[][] coefficients = new double[monomial.length][deviation.length];
        for (int i = 0; i < deviation.length; i++) {
            double scale = Math.pow(deviation[i], monomial.length - 1);
            for (int n = 0; n < monomial.length; n++) {
                coefficients[n][i] = monomial[n] * scale;
            }
        }
        return coefficients;
    }

    /** As many terms as the extreme deviations need. */
    private double[][] series(UnaryOperator<double[]> phi, double[] deviation, boolean single) {
        double[] extremes = deviation.length == 0 ? deviation
                : new double[]{Arrays.stream(deviation).min().orElseThrow(), Arrays.stream(deviation)
                        .max()
                        .orElseThrow()};
        double tolerance = single ? SINGLE_TOLERANCE : TOLERANCE;
        int terms = FEWEST_TERMS;
        while (terms < MOST_TERMS && lastQuarter(coefficients(phi, extremes, terms)) > tolerance) {
            terms *= 2;
        }
        return coefficients(phi, deviation, terms);
    }

    /** The largest share that the last quarter of the terms has in E φ'(u)². */
    private static double lastQuarter(double[][] coefficients) {
        double largest = 0;
        int terms = coefficients.length;
        for (int i = 0; terms > 0 && i < coefficients[0].length; i++) {
            double last = 0;
            double all = 0;
            for (int n = 1; n < terms; n++) {
                double term = n * coefficients[n][i] * coefficients[n][i];
                all += term;
                last += 4 * n >= 3 * terms ? term : 0;
            }
            largest = Math.max(largest, all == 0 ? 0 : last / all);
        }
        return largest;
    }

    /** aₙ(r) = Σᵢ hₙ(zᵢ) wᵢ φ(r zᵢ), one row per degree. */
    private double[][] coefficients(UnaryOperator<double[]> phi, double[] deviation, int terms) {
        HermiteRule rule = HermiteRule.forTerms(terms);
        int nodes = rule.nodes().length;
        int count = deviation.length;
        double[] weighted = weightedValues(phi, deviation, rule);
        double[] functions = new double[terms * nodes];
        for (int n = 0; n < terms; n++) {
            System.arraycopy(rule.functions()[n], 0, functions, n * nodes, nodes);
        }
        double[] product = new double[terms * count];
        Gemm.dgemm(terms, count, nodes, 1, functions, 0, nodes, 1, weighted, 0, count, 1, 0, product, 0, count);
        double[][] rows = new double[terms][];
        for (int n = 0; n < terms; n++) {
            rows[n] = Arrays.copyOfRange(product, n * count, (n + 1) * count);
            for (int i = 0; n > 0 && i < count; i++) {
                rows[n][i] = deviation[i] == 0 ? 0 : rows[n][i];
            }
        }
        return rows;
    }

    /** sqrt(wᵢ) φ(r zᵢ), one row per node. */
    private double[] weightedValues(UnaryOperator<double[]> phi, double[] deviation, HermiteRule rule) {
        int count = deviation.length;
        double[] values = new double[rule.nodes().length * count];
        double[] arguments = new double[count];
        for (int node = 0; node < rule.nodes().length; node++) {
            double root = rule.functions()[0][node];
            if (root < NEGLIGIBLE) {
                continue;
            }
            for (int i = 0; i < count; i++) {
                arguments[i] = deviation[i] * rule.nodes()[node];
            }
            double[] at = phi.apply(arguments);
            for (int i = 0; i < count; i++) {
                if (!Double.isFinite(at[i])) {
                    throw new InvalidDataException("%s: expected finite values, got %s at %s".formatted(this, at[i],
                            deviation[i] * rule.nodes()[node]));
                }
                values[node * count + i] = root * at[i];
            }
        }
        return values;
    }

    @Override
    void expect(Strip in, Strip out, Pairs x, Pairs y, double[] slope, boolean gap, Room room) {
        double[] correlation = room.scratch(0);
        correlations(in, x.covariance, correlation);
        horner(out, correlation, y.covariance, slope);
        double r1 = in.deviation();
        for (int i = 0; i < in.count(); i++) {
            slope[i] /= Math.max(r1 * in.deviations()[i], Double.MIN_NORMAL);
        }
        if (gap) {
            HermiteGap.fill(in, out, correlation, x, y, room);
        }
    }

    private static void correlations(Strip in, double[] covariance, double[] correlation) {
        double r1 = in.deviation();
        double[] deviations = in.deviations();
        for (int i = 0; i < in.count(); i++) {
            double c = covariance[i] / Math.max(r1 * deviations[i], Double.MIN_NORMAL);
            correlation[i] = Math.max(-1, Math.min(1, c));
        }
    }

    /** The series and its derivative by c, by Horner's rule, two terms a pass. */
    private static void horner(Strip out, double[] c, double[] value, double[] derivative) {
        double[][] rows = out.rows().coefficients();
        double[][] columns = out.columns().coefficients();
        int n = Math.min(rows.length, columns.length) - 1;
        int count = out.count();
        Arrays.fill(value, 0, count, 0);
        Arrays.fill(derivative, 0, count, 0);
        for (; n >= 2; n -= 2) {
            twoTerms(count, n, rows[n][out.row()], columns[n], rows[n - 1][out.row()], columns[n - 1], c, value,
                    derivative);
        }
        if (n == 1) {
            oneTerm(count, rows[1][out.row()], columns[1], c, value, derivative);
        }
        for (int i = 0; i < count; i++) {
            value[i] = Math.fma(value[i], c[i], rows[0][out.row()] * columns[0][i]);
        }
    }

    private static void twoTerms(int count, int n, double high, double[] highs, double low, double[] lows,
            double[] c, double[] value, double[] derivative) {
        double steepHigh = n * high;
        double steepLow = (n - 1) * low;
        for (int i = 0; i < count; i++) {
            double at = c[i];
            double upper = highs[i];
            double lower = lows[i];
            value[i] = Math.fma(Math.fma(value[i], at, high * upper), at, low * lower);
            derivative[i] = Math.fma(Math.fma(derivative[i], at, steepHigh * upper), at, steepLow * lower);
        }
    }

    private static void oneTerm(int count, double factor, double[] factors, double[] c, double[] value,
            double[] derivative) {
        for (int i = 0; i < count; i++) {
            double term = factor * factors[i];
            value[i] = Math.fma(value[i], c[i], term);
            derivative[i] = Math.fma(derivative[i], c[i], term);
        }
    }
}
