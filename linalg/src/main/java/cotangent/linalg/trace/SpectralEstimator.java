package cotangent.linalg.trace;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Shape;
import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.Eigh;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Sampling;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * What estimators of tr f(A) and of the spectral density have in common: probes, each followed by a number of steps of a
 * recurrence.
 *
 * <p>Of a budget of m products, each of ⌊m/s⌋ probes takes s steps, {@link #steps} or √(2m). Where m reaches the dimension n,
 * the matrix is written out by n products with the unit vectors, and the result is exact. In accuracy mode 10 probes take 10
 * steps; then the steps double while what the last quarter of them changed is more than half of the error allowed, else more
 * probes follow, and where the rest would cost as much as the unit vectors do, these are taken. The error bar joins the
 * sampling error with that change.
 *
 * @param <E> the estimator
 */
public abstract sealed class SpectralEstimator<E extends SpectralEstimator<E>> extends ProbeEstimator<E> permits
        StochasticLanczosQuadrature, KernelPolynomial {
    private static final int FIRST = 10;
    private static final int POINTS = 200;

    final int steps;

    SpectralEstimator(Sampling sampling, Accuracy accuracy, int steps) {
        super(sampling, accuracy);
        this.steps = steps;
    }

    abstract E withSteps(int number);

    /** How the recurrence starts on an operator, which may spend products on its bounds. */
    abstract Recurrence recurrence(MeteredOperator operator);

    /**
     * A recurrence.
     *
     * @param name  what one step is
     * @param start its runs from a block of probes
     * @param range where the spectrum is, [low, high]; empty where the runs themselves tell
     */
    record Recurrence(String name, Function<Tensor, ProbeRuns> start, double[] range) {}

    /**
     * The same estimator with so many steps, products each, per probe; by default √(2m) for a budget of m.
     *
     * @throws ShapeException if it is less than 1
     */
    public final E steps(int number) {
        if (number < 1) {
            throw new ShapeException("steps: expected at least 1 per probe, got " + number);
        }
        return withSteps(number);
    }

    /**
     * The trace of f(A) = V f(Λ) Vᵀ for a symmetric operator.
     *
     * @param f a function that is finite on the spectrum; smooth there, for few steps to do
     * @throws ShapeException       if the operator is not square, or the budget is under 2 probes and under its dimension
     * @throws InvalidDataException if the operator is empty or not known to be symmetric, a product is NaN or infinite, or f is
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public final Estimate trace(LinearOperator operator, DoubleUnaryOperator f) {
        return trace("tr f(A)", operator, f);
    }

    /**
     * log det A = tr log A of a positive definite operator.
     *
     * @throws ShapeException       as {@link #trace} does
     * @throws InvalidDataException as {@link #trace} does; also where A turns out to be singular or indefinite
     */
    public final Estimate logDeterminant(LinearOperator operator) {
        return trace("log-determinant", operator, Math::log);
    }

    /**
     * The Estrada index tr exp A, of a graph where A is its adjacency matrix (E. Estrada, Chemical Physics Letters 319, 2000).
     *
     * @throws ShapeException       as {@link #trace} does
     * @throws InvalidDataException as {@link #trace} does
     */
    public final Estimate estradaIndex(LinearOperator operator) {
        return trace("Estrada index", operator, Math::exp);
    }

    final Estimate trace(String name, LinearOperator operator, DoubleUnaryOperator f) {
        return CancelledException.unlessInterrupted(name, () -> traced(name, operator, f));
    }

    private Estimate traced(String name, LinearOperator operator, DoubleUnaryOperator f) {
        MeteredOperator metered = begin(name, operator);
        int n = operator.columns();
        DoubleUnaryOperator checked = Functions.checked(name, f, operator.positiveSemidefinite());
        int budget = sampling.budget();
        if (budget >= n && (!accuracy.asked() || n <= 2 * FIRST)) {
            return judged(exact(name, metered, checked));
        }
        Recurrence recurrence = recurrence(metered);
        FormSampler sampler = new FormSampler(metered, recurrence.start());
        if (!accuracy.asked()) {
            spend(sampler, metered);
            return sampler.estimate(name, checked, recurrence.name());
        }
        return toAccuracy(name, metered, sampler, checked, recurrence.name());
    }

    private MeteredOperator begin(String name, LinearOperator operator) {
        Traces.requireSymmetric(name, operator);
        return MeteredOperator.of(name, operator, sampling);
    }

    /** Spends the budget: as many probes as it pays for. */
    private void spend(FormSampler sampler, MeteredOperator operator) {
        int left = (int) operator.left();
        int number = steps > 0 ? steps : Math.clamp(Math.round(Math.sqrt(2.0 * left)), 1, Math.max(1, left / 2));
        number = Math.min(number, operator.columns());
        int probes = left / number;
        if (probes < 2) {
            throw new ShapeException(
                    "estimate: expected products for at least 2 probes of %d steps, got %d; the error bar "
                            .formatted(number, left) + "comes from the spread of at least 2 samples");
        }
        operator.plan(operator.spent() + (long) probes * number);
        sampler.deepen(number);
        sampler.widen(probes);
    }

    private Estimate toAccuracy(String name, MeteredOperator operator, FormSampler sampler, DoubleUnaryOperator f,
            String recurrence) {
        int left = (int) operator.left();
        if (left < 2) {
            throw new ShapeException("estimate: expected products for at least 2 probes, got " + left);
        }
        int first = Math.clamp(left / 2, 2, FIRST);
        sampler.deepen(Math.min(steps > 0 ? steps : FIRST, left / first));
        sampler.widen(first);
        while (true) {
            Estimate estimate = judged(sampler.estimate(name, f, recurrence));
            if (estimate.converged()) {
                return estimate;
            }
            double allowed = accuracy.relativeError() * Math.abs(estimate.value());
            double excess = estimate.interval(accuracy.confidence()).halfWidth() / allowed;
            boolean deeper = steps == 0 && sampler.steps() < operator.columns() && sampler.truncation(f) > 0.5 * allowed
                    * estimate.standardError() / estimate.interval(accuracy.confidence()).halfWidth();
            long unit = deeper ? sampler.probes() : sampler.steps();
            long wanted = deeper
                    ? sampler.steps()
                    : Math.clamp((long) Math.ceil((1.1 * excess * excess - 1) * sampler.probes()), sampler.probes() / 2
                            + 1L, 3L * sampler.probes());
            long more = Math.min(wanted, operator.left() / unit);
            int n = operator.columns();
            if (operator.left() >= n && (wanted * unit >= n || more < wanted)) {
                return judged(exact(name, operator, f));
            }
            if (more < 1) {
                return estimate;
            }
            if (deeper) {
                sampler.deepen((int) (sampler.steps() + more));
            } else {
                sampler.widen((int) (sampler.probes() + more));
            }
        }
    }

    static Estimate exact(String name, MeteredOperator operator, DoubleUnaryOperator f) {
        double sum = 0;
        for (double value : eigenvalues(operator)) {
            sum += f.applyAsDouble(value);
        }
        return new Estimate(name, sum, 0, ErrorBar.EXACT, 0, 0, operator.spent(), operator.jvps(), operator.vjps(), 0,
                operator.sampling().seed(), "exact: identity basis of dimension " + operator.columns(), operator
                        .elapsed(),
                true);
    }

    /** All eigenvalues of the matrix written out; its products' rounding is averaged over both triangles. */
    private static double[] eigenvalues(MeteredOperator operator) {
        Tensor matrix = operator.dense();
        int n = operator.columns();
        double[] a = matrix.toDoubles();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double mean = 0.5 * (a[i * n + j] + a[j * n + i]);
                a[i * n + j] = mean;
                a[j * n + i] = mean;
            }
        }
        return Eigh.values(Tensor.wrap(Shape.of(n, n), a)).toDoubles();
    }

    /**
     * The spectral density of a symmetric operator at 200 points across its spectrum.
     *
     * <p>In accuracy mode the probes double from 10 on until half the width of the band, taken over all points as a root mean
     * square, is within the relative error of the density's.
     *
     * @throws ShapeException       if the operator is not square, or the budget is under 2 probes and under its dimension
     * @throws InvalidDataException if the operator is empty or not known to be symmetric, or a product is NaN or infinite
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public final SpectralDensity density(LinearOperator operator) {
        return density(operator, POINTS);
    }

    /**
     * As {@link #density(LinearOperator)}, at so many points.
     *
     * @param points at least 2
     * @throws ShapeException as {@link #density(LinearOperator)} does, and if there are fewer points
     */
    public final SpectralDensity density(LinearOperator operator, int points) {
        if (points < 2) {
            throw new ShapeException("density: expected at least 2 points, got " + points);
        }
        return CancelledException.unlessInterrupted("spectral density", () -> sampledDensity(operator, points));
    }

    private SpectralDensity sampledDensity(LinearOperator operator, int points) {
        MeteredOperator metered = begin("spectral density", operator);
        if (sampling.budget() >= operator.columns()) {
            return Densities.exact(metered, eigenvalues(metered), points);
        }
        Recurrence recurrence = recurrence(metered);
        FormSampler sampler = new FormSampler(metered, recurrence.start());
        if (!accuracy.asked()) {
            spend(sampler, metered);
            return Densities.of(metered, sampler, recurrence, points, accuracy);
        }
        int number = Math.min(steps > 0 ? steps : 5 * FIRST, (int) (metered.left() / 2));
        sampler.deepen(Math.max(1, number));
        int probes = Math.clamp(metered.left() / sampler.steps(), 2, FIRST);
        while (true) {
            sampler.widen(probes);
            SpectralDensity density = Densities.of(metered, sampler, recurrence, points, accuracy);
            int next = (int) Math.min(2L * probes, probes + metered.left() / sampler.steps());
            if (density.converged() || next == probes) {
                return density;
            }
            probes = next;
        }
    }
}
