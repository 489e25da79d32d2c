package cotangent.spec.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Tangent kernels as a whole: written out, from parameters to kernel, against neural-tangents. */
final class NtkSuite {
    /** Times faster than neural-tangents. */
    private static final double TARGET = 3;
    private static final String DEEP = "100-" + String.join("-", Collections.nCopies(15, "64"));

    private NtkSuite() {}

    static Suite create() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Explicit("784-512-512-10", "784-512-512-10", "f32", 256, "traced", 50));
        cases.add(new Explicit("784-512-512-10", "784-512-512-10", "f32", 1024, "traced", 619));
        cases.add(new Explicit("784-512-512-10", "784-512-512-10", "f32", 256, "whole", 285));
        cases.add(new Explicit("49-32-32-10", "49-32-32-10", "f64", 200, "whole", 148));
        cases.add(new Explicit("49-32-32-10", "49-32-32-10", "f64", 200, "traced", 3.6));
        cases.add(new Explicit("100-64x15", DEEP, "f32", 50, "whole", 1550));
        return new Suite("ntk", "tangent kernels written out against neural-tangents' structured derivatives", cases);
    }

    /**
     * A kernel over all outputs, or traced: averaged over the outputs of a sample.
     *
     * @param title    what to call the network
     * @param widths   of its layers, input first
     * @param dtype    f32 or f64
     * @param samples  of the inputs
     * @param kind     whole or traced
     * @param measured what neural-tangents took once, in ms on one thread of an AVX-512 server machine: the scale, where it cannot
     *                 run
     */
    private record Explicit(String title, String widths, String dtype, int samples, String kind,
            double measured) implements Case {
        private static final String PEER = "neural-tangents";

        @Override
        public String name() {
            return "%s %s N=%d %s".formatted(title, dtype, samples, kind);
        }

        @Override
        public List<Row> run(Settings settings) {
            List<String> arguments = List.of(widths, dtype, Integer.toString(samples), kind);
            Map<String, Side> sides = new Rounds(name(), settings).with(Side.OURS, () -> ours(settings))
                    .with(PEER, () -> PythonPeer.run("ntk_neural_tangents.py", arguments, settings))
                    .run();
            if (!sides.containsKey(PEER)) {
                settings.notes()
                        .accept("%s: %s took %s ms on one thread of another machine".formatted(name(), PEER,
                                measured));
            }
            return List.of(new Row(name(), Measure.millis(), sides.get(Side.OURS), sides.get(PEER), TARGET));
        }

        private Side ours(Settings settings) {
            return new Side(Side.OURS, Jmh.run(NtkBenchmark.class, Map.of("widths", widths, "dtype", dtype, "samples",
                    Integer.toString(samples), "work", kind, "warmUpMillis",
                    Integer.toString(settings.warmUpMillis())), 1, settings.forLongWork()));
        }
    }
}
