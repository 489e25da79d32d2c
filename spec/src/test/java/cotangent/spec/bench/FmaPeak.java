package cotangent.spec.bench;

import cotangent.dsl.DType;
import java.util.EnumMap;
import java.util.Map;

/** The most that this machine's cores can multiply and add, measured once in a run. */
final class FmaPeak {
    private final Map<DType, Timing> nanosPerFlop = new EnumMap<>(DType.class);

    /** How long a product would take at the peak. */
    Side side(GemmShape shape, Settings settings) {
        return new Side("FMA peak",
                nanosPerFlop.computeIfAbsent(shape.dtype(), dtype -> measure(dtype, settings))
                        .times(shape
                                .flops()));
    }

    private static Timing measure(DType dtype, Settings settings) {
        settings.notes().accept("FMA peak, " + dtype);
        Timing call = Jmh.run(PeakBenchmark.class, Map.of("dtype", dtype.toString()), settings.threads(), settings);
        return call.times(1 / (PeakBenchmark.flops(dtype == DType.F32) * settings.threads()));
    }
}
