package cotangent.spec.bench;

import java.util.ArrayList;
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
        Map<String, Side> sides = rounds(settings).run();
        Side ours = sides.remove(Side.OURS);
        rows.add(new Row(name(), measure, ours, Side.fastest(sides.values()), target));
        if (peak != null) {
            rows.add(new Row(name() + ", of peak", measure, ours, peak.side(shape, settings), SHARE_OF_PEAK));
        }
        return rows;
    }

    private Rounds rounds(Settings settings) {
        Rounds rounds = new Rounds(name(), settings).with(Side.OURS, () -> time(Side.OURS, settings));
        GemmRoutines.peers().stream().filter(peer -> peer.suits(shape)).map(GemmRoutine::name).forEach(peer -> rounds.with(
                peer, () -> time(peer, settings)));
        return rounds;
    }

    private Side time(String routine, Settings settings) {
        return new Side(routine, Jmh.run(GemmBenchmark.class, Map.of("routine", routine, "shape", shape.toString(), "threads",
                Integer.toString(settings.threads())), 1, settings));
    }
}
