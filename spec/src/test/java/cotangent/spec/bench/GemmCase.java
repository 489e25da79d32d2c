package cotangent.spec.bench;

import cotangent.dsl.CotangentException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One matrix product, by Cotangent's kernel and by every peer that suits it.
 *
 * @param shape  what to multiply
 * @param target times faster than the fastest peer
 * @param peak   where the share of the FMA peak counts too, that peak
 */
record GemmCase(GemmShape shape, double target, @Nullable FmaPeak peak) implements Case {
    private static final double SHARE_OF_PEAK = 0.8;

    @Override
    public String name() {
        return shape.title();
    }

    @Override
    public List<Row> run(Settings settings) {
        Measure measure = Measure.gigaflops(shape.flops());
        List<Row> rows = new ArrayList<>();
        Map<String, Timing> timings = timings(settings);
        Side ours = new Side(CotangentGemm.NAME, timings.remove(CotangentGemm.NAME));
        rows.add(new Row(name(), measure, ours, fastest(timings), target));
        if (peak != null) {
            rows.add(new Row(name() + ", of peak", measure, ours, peak.side(shape, settings), SHARE_OF_PEAK));
        }
        return rows;
    }

    /** By name, the first to run first; the sides take turns, so that a slower machine for a while is slower for all. */
    private Map<String, Timing> timings(Settings settings) {
        List<String> names = new ArrayList<>(List.of(CotangentGemm.NAME));
        GemmRoutines.peers().stream().filter(peer -> peer.suits(shape)).map(GemmRoutine::name).forEach(names::add);
        Map<String, Timing> timings = new LinkedHashMap<>();
        for (int round = 0; round < settings.rounds(); round++) {
            for (String name : List.copyOf(names)) {
                settings.notes().accept("%s: %s".formatted(name(), name));
                try {
                    timings.merge(name, time(name, settings), Timing::and);
                } catch (CotangentException failed) {
                    if (name.equals(CotangentGemm.NAME)) {
                        throw failed;
                    }
                    settings.notes().accept("no " + name + ": " + failed.getMessage());
                    names.remove(name);
                    timings.remove(name);
                }
            }
        }
        return timings;
    }

    private Timing time(String routine, Settings settings) {
        return Jmh.run(GemmBenchmark.class, Map.of("routine", routine, "shape", shape.toString(), "threads", Integer.toString(
                settings.threads())), 1, settings);
    }

    private static @Nullable Side fastest(Map<String, Timing> timings) {
        Side fastest = null;
        for (Map.Entry<String, Timing> entry : timings.entrySet()) {
            Side side = new Side(entry.getKey(), entry.getValue());
            fastest = fastest == null || side.fasterThan(fastest) ? side : fastest;
        }
        return fastest;
    }
}
