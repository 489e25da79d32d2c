package cotangent.spec.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import cotangent.dsl.autodiff.ProbeAxis;
import cotangent.dsl.backend.Backend;
import cotangent.dsl.backend.Backends;
import java.util.List;
import java.util.function.LongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/**
 * Every backend that can run here (simd and reference, where the Vector API is there) stays within the oracle's bound on
 * random graphs, and every graph passes the verifier. A failure prints its seed; {@code fuzz --seed S --graphs 1} replays it.
 */
final class DifferentialFuzzTest {
    /** Graphs per try: 300 plain graphs in a normal build, 20,000 in a thorough one. */
    private static final int PLAIN = Boolean.getBoolean("cotangent.thorough") ? 10 : 3;
    private static final List<Backend> BACKENDS = Backends.all().stream().filter(Backend::isAvailable).toList();

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(0, 1L << 48).withoutEdgeCases();
    }

    private static void check(long seed, LongFunction<Sample> samples) {
        for (Backend backend : BACKENDS) {
            assertThat(new Fuzz(backend, samples).check(seed).disagreement()).isEmpty();
        }
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "1")
    @Label("random graphs")
    void randomGraphs(@ForAll("seeds") long seed) {
        for (int i = 0; i < PLAIN; i++) {
            check(seed + i, RandomGraphs::of);
        }
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "2")
    @Label("jvp of random graphs")
    void forwardMode(@ForAll("seeds") long seed) {
        check(seed, Transformed::jvp);
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "3")
    @Label("vjp of random graphs")
    void reverseMode(@ForAll("seeds") long seed) {
        check(seed, Transformed::vjp);
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "4")
    @Label("jvp of vjp of random graphs")
    void forwardOverReverse(@ForAll("seeds") long seed) {
        check(seed, s -> Transformed.jvp(Transformed.vjp(s)));
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "5")
    @Label("vmap of random graphs")
    void batched(@ForAll("seeds") long seed) {
        check(seed, Transformed::vmap);
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "7", tries = 300)
    @Label("vmap of random graphs, the batch axis last")
    void batchedLast(@ForAll("seeds") long seed) {
        check(seed, s -> Transformed.vmap(RandomGraphs.of(s), ProbeAxis.LAST));
    }

    @Property(shrinking = ShrinkingMode.OFF, seed = "6")
    @Label("vmap of jvp of random graphs")
    void batchedForwardMode(@ForAll("seeds") long seed) {
        check(seed, s -> Transformed.vmap(Transformed.jvp(s)));
    }
}
