package cotangent.linalg.trace;

import cotangent.linalg.Estimate;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.Accuracy;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MeteredOperator;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.probe.SplitSampler;
import cotangent.linalg.probe.Statistic;
import java.util.function.Supplier;

/**
 * What all estimators that draw probes have in common: immutable options, set one after the other.
 *
 * @param <E> the estimator
 */
public abstract sealed class ProbeEstimator<E extends ProbeEstimator<E>> permits Hutchinson, HutchPlusPlus, RHutch,
        FHutch, FrobeniusNorm, XTrace, XNysTrace, NystromPlusPlus, NaHutchPlusPlus, AHutchPlusPlus,
        SpectralEstimator, KrylovAwareTrace, EntrywiseEstimator, SchattenNorm {
    final Sampling sampling;
    final Accuracy accuracy;

    ProbeEstimator(Sampling sampling, Accuracy accuracy) {
        this.sampling = sampling;
        this.accuracy = accuracy;
    }

    abstract E with(Sampling otherSampling, Accuracy otherAccuracy);

    /**
     * The same estimator in accuracy mode: it spends what the error asks for, and its budget at most, and
     * {@link Estimate#converged} says whether the interval's half width came within this of the value.
     *
     * <p>As the error bar itself decides when to stop, an interval may cover a little less than its confidence says: over 2,000
     * replicates 95 % intervals covered 94.8 % with plain probes, and 95.4 % with a sketch. Where the probes needed would cost
     * as much as the unit vectors do, it takes these, and the result is exact.
     *
     * @param error half the width of the interval of {@link #confidence}, relative to the value; 0 for budget mode
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public final E relativeError(double error) {
        return with(sampling, new Accuracy(error, accuracy.confidence()));
    }

    /**
     * The same estimator with the confidence of the interval that {@link #relativeError} is about; the default is 0.95.
     *
     * @throws cotangent.dsl.InvalidDataException if it is not between 0 and 1
     */
    public final E confidence(double confidence) {
        return with(sampling, new Accuracy(accuracy.relativeError(), confidence));
    }

    /** The estimate of a statistic of one form by plain probes. */
    final Estimate plain(String name, LinearOperator operator, QuadraticForm form, Statistic statistic) {
        MomentSampler sampler = MomentSampler.of(operator, sampling, form);
        return judged(name, statistic, () -> accuracy.asked()
                ? sampler.plain(moments -> excess(name, moments, statistic))
                : sampler.plain());
    }

    /** The estimate of a statistic of one form by a sketch, and probes of the rest. */
    final Estimate deflated(String name, LinearOperator operator, boolean transposed, QuadraticForm form,
            Statistic statistic) {
        MomentSampler sampler = MomentSampler.of(operator, sampling, form);
        return judged(name, statistic, () -> accuracy.asked()
                ? sampler.deflated(transposed, moments -> excess(name, moments, statistic))
                : sampler.deflated(transposed));
    }

    /** The trace by a split into a known part and a rest that is sampled. */
    final Estimate split(MeteredOperator operator, SplitSampler.Splitter splitter) {
        SplitSampler sampler = new SplitSampler(operator, splitter);
        return judged("trace", Statistic.identity(), () -> accuracy.asked()
                ? sampler.moments(moments -> excess("trace", moments, Statistic.identity()))
                : sampler.moments());
    }

    private Estimate judged(String name, Statistic statistic, Supplier<Moments> sampled) {
        Moments moments = CancelledException.unlessInterrupted(getClass().getSimpleName(), sampled);
        return judged(Estimate.of(name, moments, statistic));
    }

    final double excess(String name, Moments moments, Statistic statistic) {
        double excess = Estimate.of(name, moments, statistic).excess(accuracy);
        sampling.listener().estimated(excess * accuracy.relativeError(), accuracy.relativeError());
        return excess;
    }

    final Estimate judged(Estimate estimate) {
        return estimate.against(accuracy);
    }

    /** The same estimator with a seed; the default is 0. */
    public final E seed(long seed) {
        return with(sampling.seed(seed), accuracy);
    }

    /** The same estimator with a law of the probes; the default is {@link Probes#RADEMACHER} unless it says so. */
    public final E probes(Probes law) {
        return with(sampling.probes(law), accuracy);
    }

    /** The same estimator with so many probes per product; by default memory decides. Changes results by rounding only. */
    public final E blockSize(int blockSize) {
        return with(sampling.blockSize(blockSize), accuracy);
    }

    /** The same estimator with a listener that is told of progress after each block. */
    public final E listener(ProgressListener listener) {
        return with(sampling.listener(listener), accuracy);
    }

    /** The products it may spend: in budget mode those it spends, in accuracy mode at most. */
    public final int budget() {
        return sampling.budget();
    }

    @Override
    public final String toString() {
        return "%s with %d products, %s probes, seed %d".formatted(getClass().getSimpleName(), sampling.budget(),
                sampling
                        .law(),
                sampling.seed());
    }
}
