package cotangent.linalg.krylov;

import cotangent.dsl.InvalidDataException;
import java.util.function.DoubleUnaryOperator;

/**
 * A function on an interval as a short sum of Chebyshev polynomials.
 *
 * <p>Interpolation in Chebyshev points of the first kind, coefficients by the discrete cosine sum; the number of points doubles
 * until the last eighth of the coefficients is below the tolerance, relative to the largest value of the function. Cost: N² for N
 * points.
 */
public final class ChebyshevSeries {
    private static final int FEWEST = 16;

    private final double low;
    private final double high;
    private final double[] coefficients;
    private final int degree;
    private final double error;
    private final boolean converged;

    private ChebyshevSeries(double low, double high, double[] coefficients, int degree, double error,
            boolean converged) {
        this.low = low;
        this.high = high;
        this.coefficients = coefficients;
        this.degree = degree;
        this.error = error;
        this.converged = converged;
    }

    /**
     * The series.
     *
     * @param tolerance relative to the largest value found
     * @throws InvalidDataException if a value is NaN or infinite
     */
    public static ChebyshevSeries of(DoubleUnaryOperator f, double low, double high, double tolerance,
            int maxDegree) {
        if (low == high) {
            return new ChebyshevSeries(low, high, new double[]{finite(f, low)}, 0, 0, true);
        }
        for (int points = FEWEST;; points *= 2) {
            int count = Math.min(points, maxDegree + 1);
            double[] values = new double[count];
            double largest = 0;
            for (int i = 0; i < count; i++) {
                double x = Math.cos(Math.PI * (i + 0.5) / count);
                values[i] = finite(f, 0.5 * (low + high) + 0.5 * (high - low) * x);
                largest = Math.max(largest, Math.abs(values[i]));
            }
            double[] coefficients = transformed(values);
            double allowed = tolerance * largest;
            double tail = tail(coefficients, count - Math.max(2, count / 8));
            if (tail <= allowed || count == maxDegree + 1) {
                return cut(low, high, coefficients, allowed, tail);
            }
        }
    }

    private static ChebyshevSeries cut(double low, double high, double[] coefficients, double allowed, double tail) {
        int degree = coefficients.length - 1;
        double dropped = 0;
        // what lies beyond the coefficients is taken to be no larger than the last of them
        double beyond = tail;
        while (degree > 0 && dropped + Math.abs(coefficients[degree]) + beyond <= allowed) {
            dropped += Math.abs(coefficients[degree--]);
        }
        double error = dropped + beyond;
        return new ChebyshevSeries(low, high, coefficients, degree, error, error <= allowed);
    }

    private static double finite(DoubleUnaryOperator f, double x) {
        double value = f.applyAsDouble(x);
        if (!Double.isFinite(value)) {
            throw new InvalidDataException("ChebyshevFunction: f(%s) is %s; f must be finite on the whole interval"
                    .formatted(x, value));
        }
        return value;
    }

    private static double[] transformed(double[] values) {
        int n = values.length;
        double[] coefficients = new double[n];
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                // the angle is reduced exactly, in integers
                long quarter = (long) j * (2 * i + 1) % (4L * n);
                sum += values[i] * Math.cos(Math.PI * quarter / (2.0 * n));
            }
            coefficients[j] = (j == 0 ? 1.0 : 2.0) / n * sum;
        }
        return coefficients;
    }

    private static double tail(double[] coefficients, int from) {
        double sum = 0;
        for (int j = Math.max(0, from); j < coefficients.length; j++) {
            sum += Math.abs(coefficients[j]);
        }
        return sum;
    }

    /** The degree after cutting. */
    public int degree() {
        return degree;
    }

    /** The coefficient of Tⱼ. */
    public double coefficient(int j) {
        return coefficients[j];
    }

    /** The middle of the interval. */
    public double center() {
        return 0.5 * (low + high);
    }

    /** Half of the interval's length; 1 where that is 0. */
    public double radius() {
        return low == high ? 1 : 0.5 * (high - low);
    }

    /** An estimate of the largest error on the interval. */
    public double error() {
        return error;
    }

    /** Whether that is within the tolerance. */
    public boolean converged() {
        return converged;
    }
}
