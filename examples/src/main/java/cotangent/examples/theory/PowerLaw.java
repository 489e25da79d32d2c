package cotangent.examples.theory;

import cotangent.examples.plot.Table;
import java.util.Arrays;
import java.util.Map;

/**
 * An exponent p of y ~ x^p, fitted by least squares of logarithms: once for each of some independent repetitions.
 *
 * @param slope         mean of the repetitions' exponents
 * @param standardError of that mean; 0 for one repetition
 */
public record PowerLaw(double slope, double standardError) {
    /**
     * The fit.
     *
     * @param x      positive, at least two different numbers
     * @param series for each repetition a positive number for each x
     */
    public static PowerLaw fit(double[] x, double[]... series) {
        double[] slopes = Arrays.stream(series).mapToDouble(y -> slope(x, y)).toArray();
        double mean = Arrays.stream(slopes).average().orElseThrow();
        double squares = Arrays.stream(slopes).map(slope -> (slope - mean) * (slope - mean)).sum();
        int n = slopes.length;
        return new PowerLaw(mean, n > 1 ? Math.sqrt(squares / (n - 1) / n) : 0);
    }

    private static double slope(double[] x, double... y) {
        double[] u = Arrays.stream(x).map(Math::log).toArray();
        double[] v = Arrays.stream(y).map(Math::log).toArray();
        double centre = Arrays.stream(u).average().orElseThrow();
        double products = 0;
        double squares = 0;
        for (int i = 0; i < u.length; i++) {
            products += (u[i] - centre) * v[i];
            squares += (u[i] - centre) * (u[i] - centre);
        }
        return products / squares;
    }

    /** The numbers by name. */
    public Map<String, Double> values() {
        return Map.of("slope", slope, "standardError", standardError);
    }

    @Override
    public String toString() {
        return "%.2f ± %s".formatted(slope, Table.number(standardError, 1));
    }
}
