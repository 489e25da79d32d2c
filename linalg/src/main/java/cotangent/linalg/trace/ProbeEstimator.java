package cotangent.linalg.trace;

import cotangent.linalg.probe.Probes;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;

/**
 * What all estimators that draw probes have in common: immutable options, set one after the other.
 *
 * @param <E> the estimator
 */
public abstract sealed class ProbeEstimator<E extends ProbeEstimator<E>> permits Hutchinson, HutchPlusPlus, RHutch,
        FHutch, FrobeniusNorm {
    final Sampling sampling;

    ProbeEstimator(Sampling sampling) {
        this.sampling = sampling;
    }

    abstract E with(Sampling other);

    /** The same estimator with a seed; the default is 0. */
    public final E seed(long seed) {
        return with(sampling.seed(seed));
    }

    /** The same estimator with a law of the probes; the default is {@link Probes#RADEMACHER}. */
    public final E probes(Probes law) {
        return with(sampling.probes(law));
    }

    /** The same estimator with so many probes per product; by default memory decides. Changes results by rounding only. */
    public final E blockSize(int blockSize) {
        return with(sampling.blockSize(blockSize));
    }

    /** The same estimator with a listener that is told of progress after each block. */
    public final E listener(ProgressListener listener) {
        return with(sampling.listener(listener));
    }

    /** The products it may spend. */
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
