package cotangent.linalg.ntk;

import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.CancelledException;
import cotangent.linalg.probe.MomentSampler;
import cotangent.linalg.probe.Moments;
import cotangent.linalg.probe.QuadraticForm;
import cotangent.linalg.probe.Sampling;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Traces that kernel statistics are made of: from a sketch and probes of the rest, spent as a plan says or as an accuracy asks
 * for; exact where that is cheaper.
 */
final class KernelMoments {
    private KernelMoments() {}

    /** An exact measurement, and what it costs in products with the kernel. */
    record Exact(long products, Supplier<Moments> measure) {}

    /**
     * tr K and ‖K‖_F², for quantities all of which are to reach the accuracy, if there is one.
     *
     * @param sharpened puts in what is known exactly
     */
    static Moments of(Factors factors, Sampling sampling, Exact exact, UnaryOperator<Moments> sharpened,
            Quantity... quantities) {
        return sampled(MomentSampler.of(factors.operator(), sampling, QuadraticForm.trace(), QuadraticForm
                .squaredNorm()), sampling, exact, sharpened, quantities);
    }

    /** ⟨K₁, K₂⟩, ‖K₁‖_F² and ‖K₂‖_F². */
    static Moments shared(LinearOperator first, LinearOperator second, Sampling sampling, Exact exact,
            Quantity quantity) {
        return sampled(MomentSampler.of(List.of(first, second), List.of(QuadraticForm.inner(0, 1), QuadraticForm.inner(
                0, 0), QuadraticForm.inner(1, 1)), sampling), sampling, exact, UnaryOperator.identity(), quantity);
    }

    private static Moments sampled(MomentSampler sampler, Sampling sampling, Exact exact,
            UnaryOperator<Moments> sharpened, Quantity... quantities) {
        String name = quantities[0].name();
        if (!sampling.accuracy().asked()) {
            return sharpened.apply(CancelledException.unlessInterrupted(name, () -> sampler.deflated(false)));
        }
        Moments moments = sharpened.apply(CancelledException.unlessInterrupted(name, () -> sampler.orElse(exact
                .products()).deflated(false, found -> excess(sharpened.apply(found), sampling, quantities))));
        boolean tooWide = excess(moments, sampling, quantities) > 1 && moments.numMatvecs() < sampling.budget();
        return tooWide ? exact.measure().get() : moments;
    }

    private static double excess(Moments moments, Sampling sampling, Quantity... quantities) {
        double excess = Arrays.stream(quantities)
                .mapToDouble(quantity -> quantity.of(moments).excess(sampling.accuracy()))
                .max()
                .orElse(0);
        sampling.listener()
                .estimated(excess * sampling.accuracy().relativeError(), sampling.accuracy().relativeError());
        return excess;
    }
}
