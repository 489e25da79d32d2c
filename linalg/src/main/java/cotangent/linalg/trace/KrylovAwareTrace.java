package cotangent.linalg.trace;

import cotangent.dsl.ShapeException;
import cotangent.dsl.Tensor;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.block.Columns;
import cotangent.linalg.block.OrthonormalBasis;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.Sampling;
import java.util.function.DoubleUnaryOperator;

/**
 * Krylov-aware tr f(A): Hutch++ for f(A), with a sketch that is not built by products with f(A) but is the Krylov space such
 * products would run through.
 *
 * <p>T. Chen and E. Hallman, Krylov-aware stochastic trace estimation, SIAM J. Matrix Anal. Appl. 44 (2023), algorithm 3.1.
 * With Q a basis of the block Krylov space of A from b random vectors and s steps, s steps more give Qᵀf(A)Q, since the Krylov
 * space of the Krylov space is the same one, longer: tr Qᵀf(A)Q costs b products a step, where products with f(A) would
 * cost s·b each. The rest, tr Pf(A)P with P = I − QQᵀ, is the mean of (Pv)ᵀf(A)(Pv) over probes, by Lanczos quadrature; for
 * probes of a rotation-invariant law (sphere by default) Pv is scaled to its expected length.
 *
 * <p>Of a budget of m, s is {@link #steps} or √(m/2), b = max(1, ⌊m/4s⌋), and the probes are ⌊(m − 2sb)/s⌋. The error bar joins
 * the spread of the samples, which are independent given Q, with what the last quarter of the steps changed. It suits
 * functions that few eigenvalues dominate, such as exp; where f(A) has no decay, {@link StochasticLanczosQuadrature} spends
 * the same on more probes.
 *
 * <p>Cost: 2sb + s⌊(m − 2sb)/s⌋ products, at least 4, less where a recurrence ends before s steps. Where m reaches the dimension n, n products with the unit vectors,
 * exact. In accuracy mode rounds begin with 60 products and double, each from nothing; where the next would cost n products,
 * the unit vectors take its place.
 */
public final class KrylovAwareTrace extends ProbeEstimator<KrylovAwareTrace> {
    private static final int FIRST_ROUND = 60;

    private final int steps;

    private KrylovAwareTrace(Sampling sampling, Accuracy accuracy, int steps) {
        super(sampling, accuracy);
        this.steps = steps;
    }

    /** An estimator that spends at most so many products, at least 4, on sphere probes. */
    public static KrylovAwareTrace matvecs(int budget) {
        return new KrylovAwareTrace(Sampling.matvecs(budget).probes(Probes.SPHERE), Accuracy.NONE, 0);
    }

    /**
     * The same estimator with so many steps; by default √(m/2).
     *
     * @throws ShapeException if it is less than 1
     */
    public KrylovAwareTrace steps(int number) {
        if (number < 1) {
            throw new ShapeException("steps: expected at least 1, got " + number);
        }
        return new KrylovAwareTrace(sampling, accuracy, number);
    }

    @Override
    KrylovAwareTrace with(Sampling otherSampling, Accuracy otherAccuracy) {
        return new KrylovAwareTrace(otherSampling, otherAccuracy, steps);
    }

    /**
     * The trace of f(A) for a symmetric operator.
     *
     * @param f a function that is finite on the spectrum
     * @throws ShapeException       if the operator is not square, or the budget is under 4s and under its dimension
     * @throws cotangent.dsl.InvalidDataException if the operator is empty or not known to be symmetric, a product is NaN or
     *                                            infinite, or f is
     * @throws CancelledException if the thread is interrupted, between blocks
     */
    public Estimate trace(LinearOperator operator, DoubleUnaryOperator f) {
        return CancelledException.unlessInterrupted("KrylovAwareTrace", () -> estimated(operator, f));
    }

    private Estimate estimated(LinearOperator operator, DoubleUnaryOperator f) {
        Traces.requireSymmetric("KrylovAwareTrace", operator);
        MeteredOperator metered = MeteredOperator.of("KrylovAwareTrace", operator, sampling);
        DoubleUnaryOperator checked = Functions.checked("tr f(A)", f, operator.positiveSemidefinite());
        int budget = sampling.budget();
        int n = operator.columns();
        int round = accuracy.asked() ? Math.min(FIRST_ROUND, budget) : budget;
        if (budget >= n && round >= n) {
            return judged(SpectralEstimator.exact("tr f(A)", metered, checked));
        }
        while (true) {
            Estimate estimate = judged(round(metered, round, checked));
            if (!accuracy.asked() || estimate.converged()) {
                return estimate;
            }
            round = (int) Math.min(2L * round, metered.left());
            if (metered.left() >= n && 2L * round >= n) {
                return judged(SpectralEstimator.exact("tr f(A)", metered, checked));
            }
            if (round < 4) {
                return estimate;
            }
        }
    }

    private Estimate round(MeteredOperator operator, int products, DoubleUnaryOperator f) {
        int s = steps > 0 ? steps
                : Math.clamp(Math.round(Math.sqrt(0.5 * products)), 1, Math.max(1, products / 4));
        int width = Math.max(1, products / (4 * s));
        int probes = (products - 2 * s * width) / s;
        if (probes < 2) {
            throw new ShapeException("KrylovAwareTrace: expected at least %d products for %d steps, got %d".formatted(
                    4 * s, s, products));
        }
        if (!accuracy.asked()) {
            operator.plan((2L * width + probes) * s);
        }
        BlockKrylov space = new BlockKrylov(operator, operator.sketchVectors(0, operator.columns(), 0, width));
        for (int step = 0; step < 2 * s; step++) {
            space.extend();
        }
        int shorter = s - Math.max(1, s / 4);
        double known = space.trace(s, 2 * s, f);
        double missed = s == 1 ? 0 : known - space.trace(s, s + shorter, f);
        return rest(operator, space.leading(s), s, probes, known, missed, f);
    }

    private Estimate rest(MeteredOperator operator, OrthonormalBasis basis, int s, int probes, double known,
            double missed, DoubleUnaryOperator f) {
        Tensor starts = basis.complement(operator.probes(0, probes));
        LanczosRuns runs = new LanczosRuns(operator, starts);
        runs.extend(s);
        double[] lengths = Columns.dots(starts, starts);
        int shorter = Math.max(1, s - Math.max(1, s / 4));
        double[] samples = new double[probes];
        double mean = 0;
        double change = missed;
        for (int j = 0; j < probes; j++) {
            boolean invariant = sampling.law().rotationInvariant() && lengths[j] > 0;
            double scale = invariant ? (operator.columns() - basis.size()) / lengths[j] : 1;
            samples[j] = scale * runs.form(j, s, f);
            mean += samples[j] / probes;
            change += (samples[j] - scale * runs.form(j, shorter, f)) / probes;
        }
        double squares = 0;
        for (double sample : samples) {
            squares += (sample - mean) * (sample - mean);
        }
        double error = Math.hypot(Math.sqrt(squares / (probes - 1) / probes), change);
        return new Estimate("tr f(A)", known + mean, error, ErrorBar.SAMPLE, probes - 1, 0, operator.spent(), operator
                .jvps(), operator.vjps(), probes, sampling.seed(),
                "Krylov space of size %d known, %d %s probes on the rest, %d Lanczos steps each, the last quarter of which changed %.1e"
                        .formatted(basis.size(), probes, sampling.law(), s, Math.abs(change)),
                operator.elapsed(), true);
    }
}
