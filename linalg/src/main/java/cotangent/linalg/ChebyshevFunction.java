package cotangent.linalg;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.dsl.kernel.Dots;
import cotangent.linalg.dense.SymmetricEigen;
import cotangent.linalg.krylov.ChebyshevSeries;
import cotangent.linalg.krylov.LanczosRecurrence;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.ProbeStream;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.ProgressListener;
import java.util.function.DoubleUnaryOperator;

/**
 * f(A)b for a symmetric A by a Chebyshev expansion of f on an interval that holds the spectrum.
 *
 * <p>L. N. Trefethen, Approximation Theory and Approximation Practice, 2013, chapters 3 and 4: f is interpolated in Chebyshev points,
 * twice as many until the coefficients have fallen below the tolerance, and the series is cut there; the products follow the
 * three-term recurrence. The error is at most ‖b‖ times that of the series, estimated by its coefficients. Four vectors of memory
 * whatever the degree, and no inner products: what {@link LanczosFunction} saves in products, this saves in both.
 *
 * <p>Without an {@link #interval} one is found by 16 steps of the Lanczos process from a random vector: the outermost Ritz values
 * widened by the last coupling, which bounds the spectrum in all but contrived cases (Y. Zhou and R.-C. Li, Bounding the spectrum of
 * large Hermitian matrices, Linear Algebra Appl. 435, 2011); from 0 for a positive semidefinite operator. A spectrum beyond the
 * interval is noticed by the growth of the recurrence.
 *
 * <p>Cost: one product a degree, and min(n, 16) for the interval.
 */
public final class ChebyshevFunction {
    private static final String NAME = "ChebyshevFunction";
    private static final int BOUND_STEPS = 16;
    /** Apart from the streams of estimators and of the decompositions. */
    private static final long STREAM = 1L << 35;

    private final DoubleUnaryOperator f;
    private final Options options;

    /** Options; an empty interval stands for none given. */
    private record Options(double tolerance, int maxDegree, double low, double high, long seed,
            ProgressListener listener) {}

    private ChebyshevFunction(DoubleUnaryOperator f, Options options) {
        this.f = f;
        this.options = options;
    }

    /** The function of an operator, to a relative error of about 1e-10 with a degree of at most 500. */
    public static ChebyshevFunction of(DoubleUnaryOperator f) {
        return new ChebyshevFunction(f, new Options(1e-10, 500, 1, -1, 0, ProgressListener.NONE));
    }

    /**
     * The same with a tolerance for the error of the series, relative to the largest |f| on the interval.
     *
     * @throws InvalidDataException if it is negative or not finite
     */
    public ChebyshevFunction tolerance(double relative) {
        if (!(relative >= 0 && relative < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("%s: expected a tolerance from 0, got %s".formatted(NAME, relative));
        }
        return new ChebyshevFunction(f, new Options(relative, options.maxDegree, options.low, options.high,
                options.seed, options.listener));
    }

    /**
     * The same with another limit to the degree.
     *
     * @throws ShapeException if it is under 1
     */
    public ChebyshevFunction maxDegree(int degree) {
        if (degree < 1) {
            throw new ShapeException("%s: expected a degree of at least 1, got %d".formatted(NAME, degree));
        }
        return new ChebyshevFunction(f, new Options(options.tolerance, degree, options.low, options.high, options.seed,
                options.listener));
    }

    /**
     * The same with an interval that holds the whole spectrum.
     *
     * @throws InvalidDataException if it is not finite or its ends are the wrong way round
     */
    public ChebyshevFunction interval(double low, double high) {
        if (!(low <= high && Double.isFinite(high - low))) {
            throw new InvalidDataException("%s: expected an interval, got [%s, %s]".formatted(NAME, low, high));
        }
        return new ChebyshevFunction(f, new Options(options.tolerance, options.maxDegree, low, high, options.seed,
                options.listener));
    }

    /** The same with another seed of the vector that finds the interval; the default is 0. */
    public ChebyshevFunction seed(long seed) {
        return new ChebyshevFunction(f, new Options(options.tolerance, options.maxDegree, options.low, options.high,
                seed, options.listener));
    }

    /** The same with a listener that is told after each product. */
    public ChebyshevFunction listener(ProgressListener listener) {
        return new ChebyshevFunction(f, new Options(options.tolerance, options.maxDegree, options.low, options.high,
                options.seed, listener));
    }

    /**
     * f(A)b.
     *
     * @param operator known to be symmetric
     * @param b        [n] in its dtype
     * @throws ShapeException       if the operator is not known to be symmetric, or b does not fit it
     * @throws InvalidDataException if b, a product or a value of f on the interval is NaN or infinite, or the spectrum turns
     *                              out to leave the interval
     * @throws CancelledException   if the thread is interrupted, between products
     */
    public FunctionProduct apply(LinearOperator operator, Tensor b) {
        return CancelledException.unlessInterrupted(NAME, () -> applied(operator, b));
    }

    private FunctionProduct applied(LinearOperator operator, Tensor b) {
        long started = System.nanoTime();
        double[] start = MatrixFunctions.requireVector(NAME, operator, b);
        CountingOperator counted = CountingOperator.of(operator);
        if (start.length == 0 || Dots.dnrm2(start.length, start, 0) == 0) {
            return FunctionProduct.of(b, 0, true, 0, counted, "exact: b is zero", started);
        }
        double[] interval = options.low <= options.high
                ? new double[]{options.low, options.high}
                : bounds(counted);
        ChebyshevSeries series = ChebyshevSeries.of(f, interval[0], interval[1], options.tolerance, options.maxDegree);
        double[] value = sum(counted, series, start);
        double error = series.error() * Dots.dnrm2(start.length, start, 0);
        String route = "Chebyshev series of degree %d on [%.6g, %.6g]".formatted(series.degree(), interval[0],
                interval[1]);
        return FunctionProduct.of(MatrixArgument.result(NAME, operator.dtype(), Shape.of(value.length), value), error,
                series.converged(), series.degree(), counted, route, started);
    }

    private double[] bounds(CountingOperator operator) {
        int n = operator.rows();
        double[] start = new ProbeStream(Probes.GAUSSIAN, options.seed, STREAM).block(operator.dtype(), n, 0, 1)
                .toDoubles();
        IterativeSolver.divide(start, Dots.dnrm2(n, start, 0));
        double unit = operator.dtype().unitRoundoff();
        LanczosRecurrence recurrence = new LanczosRecurrence(start, Reorthogonalization.FULL, false, unit);
        while (!recurrence.finished() && recurrence.size() < BOUND_STEPS) {
            CancelledException.throwIfInterrupted(NAME, operator.products(), BOUND_STEPS + options.maxDegree);
            recurrence.advance(MatrixFunctions.product(NAME, operator, recurrence.current()));
            options.listener.progressed(operator.products(), BOUND_STEPS + options.maxDegree);
        }
        SymmetricEigen eigen = LanczosDecomposition.eigen(recurrence.alpha(), recurrence.beta());
        double[] values = eigen.values();
        double low = values[0];
        double high = values[values.length - 1];
        double rounding = 8 * Math.sqrt(n) * unit * Math.max(Math.abs(low), Math.abs(high));
        double coupling = recurrence.finished() ? 0 : recurrence.beta()[values.length - 1];
        low -= coupling + rounding;
        return new double[]{operator.positiveSemidefinite() ? Math.max(0, low) : low, high + coupling + rounding};
    }

    /** Σ cⱼ Tⱼ(X)b with X = (2A − (low + high))/(high − low). */
    private double[] sum(CountingOperator operator, ChebyshevSeries series, double[] b) {
        int n = b.length;
        double norm = Dots.dnrm2(n, b, 0);
        long total = operator.products() + series.degree();
        double[] before = b.clone();
        double[] now = b.clone();
        double[] value = b.clone();
        Dots.dscal(n, series.coefficient(0), value, 0);
        for (int j = 1; j <= series.degree(); j++) {
            CancelledException.throwIfInterrupted(NAME, operator.products(), total);
            double[] next = MatrixFunctions.product(NAME, operator, now);
            double factor = j == 1 ? 1 : 2;
            for (int i = 0; i < n; i++) {
                double mapped = (next[i] - series.center() * now[i]) / series.radius();
                next[i] = factor * mapped - (j == 1 ? 0 : before[i]);
            }
            before = now;
            now = next;
            // |Tⱼ| ≤ 1 inside the interval, and grows as fast as a polynomial can outside
            if (!(Dots.dnrm2(n, now, 0) <= 2 * norm)) {
                throw new InvalidDataException("%s: the spectrum leaves [%.6g, %.6g]; give a wider interval".formatted(
                        NAME, series.center() - series.radius(), series.center() + series.radius()));
            }
            Dots.daxpy(n, series.coefficient(j), now, 0, value, 0);
            options.listener.progressed(operator.products(), total);
        }
        return value;
    }
}
