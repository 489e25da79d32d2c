package cotangent.spec.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Tangent kernels as a whole: written out, from parameters to kernel, against neural-tangents; exact diagonals against the
 * products that would be needed without them; Hutch++ against JAX.
 */
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
        cases.add(new Diagonal("49-32-32-10", "49-32-32-10", "f64", 200, 12, 2, 1));
        cases.add(new Diagonal("784-512-512-10", "784-512-512-10", "f32", 256, 12, 2, 1));
        // 48,000 products in blocks of 16, the best size measured.
        cases.add(new Diagonal("GRU 10-64 T=50", "gru-10-64-50", "f32", 15, 16, 3000, 10));
        cases.add(new Trace("49-32-32-10", "49-32-32-10", "f64", 200, 60, 2));
        cases.add(new ShellCase("49-32-32-10", 200, 60, 600));
        cases.add(new AtScale("784-2048-2048-2048-10", 10_000, 1.3));
        return new Suite("ntk",
                "tangent kernels written out against neural-tangents' structured derivatives, diagonals, Hutch++",
                cases);
    }

    /**
     * A kernel over all outputs, or traced: averaged over the outputs of a sample.
     *
     * @param title    what to call the network
     * @param widths   of its layers, input first
     * @param dtype    f32 or f64
     * @param samples  of the inputs
     * @param kind     whole or traced
     * @param published what neural-tangents took once, in ms on one thread of an AVX-512 server machine: the scale, where it cannot
     *                 run
     */
    private record Explicit(String title, String widths, String dtype, int samples, String kind,
            double published) implements Case {
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
                                published));
            }
            return List.of(new Row(name(), Measure.millis(), sides.get(Side.OURS), sides.get(PEER), TARGET));
        }

        private Side ours(Settings settings) {
            return new Side(Side.OURS, measured(settings, widths, dtype, samples, kind, 1));
        }
    }

    private static Timing measured(Settings settings, String widths, String dtype, int samples, String work,
            int vectors) {
        return Jmh.run(NtkBenchmark.class, Map.of("widths", widths, "dtype", dtype, "samples", Integer.toString(
                samples), "work", work, "vectors", Integer.toString(vectors), "warmUpMillis",
                Integer.toString(settings.warmUpMillis())), 1, settings.forLongWork());
    }

    /**
     * The exact diagonal, and with it the trace, against so many products with a block.
     *
     * @param title    what to call the network
     * @param widths   as {@link Networks#kernel} reads them
     * @param dtype    f32 or f64
     * @param samples  of the inputs
     * @param vectors  of a block
     * @param products with blocks; one is measured
     * @param target   times faster than they
     */
    private record Diagonal(String title, String widths, String dtype, int samples, int vectors, int products,
            double target) implements Case {
        @Override
        public String name() {
            return "%s %s N=%d diagonal".formatted(title, dtype, samples);
        }

        @Override
        public List<Row> run(Settings settings) {
            String peer = "%,d block products".formatted(products);
            Map<String, Side> sides = new Rounds(name(), settings).with(Side.OURS, () -> new Side(Side.OURS, measured(
                    settings, widths, dtype, samples, "diagonal", 1)))
                    .with(peer, () -> new Side(peer, measured(settings, widths, dtype, samples, "block", vectors).times(
                            products)))
                    .run();
            return List.of(new Row(name(), Measure.millis(), sides.get(Side.OURS), sides.get(peer), target));
        }
    }

    /**
     * One product with the kernel of a large network, in eight GiB, against the matrix products in it.
     *
     * @param widths  of its layers, input first
     * @param samples of the inputs
     * @param factor  how many times longer it may take
     */
    private record AtScale(String widths, int samples, double factor) implements Case {
        private static final String PEER = "its matrix products";

        @Override
        public String name() {
            return "%s f32 N=%d K·v".formatted(widths, samples);
        }

        @Override
        public List<Row> run(Settings settings) {
            Map<String, Side> sides = new Rounds(name(), settings).with(Side.OURS, () -> side(Side.OURS, "block",
                    settings)).with(PEER, () -> side(PEER, "layers", settings)).run();
            return List.of(new Row(name(), Measure.millis(), sides.get(Side.OURS), sides.get(PEER), 1 / factor));
        }

        private Side side(String who, String work, Settings settings) {
            return new Side(who, Jmh.run(NtkBenchmark.class, Map.of("widths", widths, "dtype", "f32", "samples", Integer
                    .toString(samples), "work", work, "vectors", "1", "warmUpMillis", "10000"), 1, 8, settings
                            .forLongWork()));
        }
    }

    /**
     * Hutch++ on the kernel, the linearization kept.
     *
     * @param title    what to call the network
     * @param widths   of its layers, input first
     * @param dtype    f32 or f64
     * @param samples  of the inputs
     * @param products with the kernel
     * @param target   times faster than JAX
     */
    private record Trace(String title, String widths, String dtype, int samples, int products,
            double target) implements Case {
        private static final String PEER = "JAX";

        @Override
        public String name() {
            return "%s %s N=%d Hutch++ %d".formatted(title, dtype, samples, products);
        }

        @Override
        public List<Row> run(Settings settings) {
            List<String> arguments = List.of(widths, dtype, Integer.toString(samples), Integer.toString(products));
            Map<String, Side> sides = new Rounds(name(), settings).with(Side.OURS, () -> new Side(Side.OURS, measured(
                    settings, widths, dtype, samples, "hutch++", products)))
                    .with(PEER, () -> PythonPeer.run("ntk_hutchpp_jax.py", arguments, settings))
                    .run();
            return List.of(new Row(name(), Measure.millis(), sides.get(Side.OURS), sides.get(PEER), target));
        }
    }
}
