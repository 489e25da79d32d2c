package cotangent.spec.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * One decomposition, by Cotangent, by LAPACK and by every library in Java that suits it: a row against LAPACK, another
 * against the fastest of the latter.
 *
 * @param work   what to compute
 * @param target times faster than LAPACK
 */
record DecompositionCase(Decomposition work, double target) implements Case {
    private static final double TARGET_IN_JAVA = 3;

    @Override
    public String name() {
        return work.title();
    }

    @Override
    public List<Row> run(Settings settings) {
        List<DecompositionRoutine> peers = DecompositionRoutines.peers()
                .stream()
                .filter(peer -> peer.suits(work))
                .toList();
        Rounds rounds = new Rounds(name(), settings).with(Side.OURS, () -> time(Side.OURS, settings));
        peers.forEach(peer -> rounds.with(peer.name(), () -> time(peer.name(), settings)));
        Map<String, Side> sides = rounds.run();
        List<Row> rows = new ArrayList<>();
        rows.add(row("LAPACK", target, sides, peers.stream().filter(DecompositionRoutine::isLapack).toList()));
        List<DecompositionRoutine> java = peers.stream().filter(peer -> !peer.isLapack()).toList();
        if (!java.isEmpty()) {
            rows.add(row("Java", TARGET_IN_JAVA, sides, java));
        }
        return rows;
    }

    private Row row(String against, double wanted, Map<String, Side> sides, List<DecompositionRoutine> peers) {
        Collection<Side> measured = peers.stream()
                .map(DecompositionRoutine::name)
                .filter(sides::containsKey)
                .map(
                        sides::get)
                .toList();
        return new Row(name() + ", " + against, Measure.millis(), sides.get(Side.OURS), Side.fastest(measured), wanted);
    }

    private Side time(String routine, Settings settings) {
        return new Side(routine, Jmh.run(DecompositionBenchmark.class, Map.of("routine", routine, "work", work
                .toString(), "threads", Integer.toString(settings.threads()), "warmUpMillis",
                Integer.toString(
                        settings.warmUpMillis())),
                1, settings.forLongWork()));
    }
}
