package cotangent.spec.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Products of empirical neural tangent kernels with vectors, the linearization kept. */
final class ProductSuite {
    private static final String DEEP = "100-" + IntStream.range(0, 15)
            .mapToObj(layer -> "64")
            .collect(Collectors.joining(
                    "-"));

    private ProductSuite() {}

    static Suite create() {
        List<Case> cases = new ArrayList<>();
        add(cases, new Network("20-10-4", "20-10-4", "f64", 8), 64, 25, 6, 100);
        add(cases, new Network("20-10-4", "20-10-4", "f64", 128), 64, 12, 3.5, 100);
        add(cases, new Network("20-10-4", "20-10-4", "f64", 512), 64, 5, 3, 100);
        add(cases, new Network("49-32-32-10", "49-32-32-10", "f64", 200), 16, 3, 2, 4);
        add(cases, new Network("784-512-512-10", "784-512-512-10", "f32", 256), 16, 2.5, 4, 4);
        add(cases, new Network("784-512-512-10", "784-512-512-10", "f32", 1024), 16, 1.4, 2.2, 4);
        add(cases, new Network("100-64x15", DEEP, "f32", 50), 16, 2.5, 2.5, 4);
        addRecurrent(cases, "f32");
        addRecurrent(cases, "f64");
        return new Suite("products", "K·v of networks' tangent kernels against JAX and PyTorch", cases);
    }

    /** A GRU of 50 steps and its hidden states at all of them. */
    private static void addRecurrent(List<Case> cases, String dtype) {
        add(cases, new Network("GRU 10-64 T=50", "gru-10-64-50", dtype, 15), 16, 3.5, 4, 20);
    }

    /** PyTorch runs single vectors only: it has no block form of the same. */
    private static void add(List<Case> cases, Network network, int block, double single, double blocked, double torch) {
        cases.add(new Product(network, 1, List.of(new Peer("JAX", "products_jax.py", single), new Peer("PyTorch",
                "products_torch.py", torch))));
        cases.add(new Product(network, block, List.of(new Peer("JAX", "products_jax.py", blocked))));
    }

    /**
     * A network on inputs.
     *
     * @param title   what to call it
     * @param widths  of a tanh network's layers, or {@code gru-inputs-states-steps}
     * @param dtype   f32 or f64
     * @param samples of the inputs
     */
    private record Network(String title, String widths, String dtype, int samples) {}

    /**
     * A peer with what is to be reached against it.
     *
     * @param name   the library
     * @param script of {@code spec/peers}
     * @param target times faster than it
     */
    private record Peer(String name, String script, double target) {}

    /** A product with so many vectors at once. */
    private record Product(Network network, int vectors, List<Peer> peers) implements Case {
        @Override
        public String name() {
            return "%s %s N=%d k=%d".formatted(network.title(), network.dtype(), network.samples(), vectors);
        }

        @Override
        public List<Row> run(Settings settings) {
            Rounds rounds = new Rounds(name(), settings).with(Side.OURS, () -> ours(settings));
            List<String> arguments = List.of(network.widths(), network.dtype(), Integer.toString(network.samples()),
                    Integer
                            .toString(vectors));
            peers.forEach(peer -> rounds.with(peer.name(), () -> PythonPeer.run(peer.script(), arguments, settings)));
            Map<String, Side> sides = rounds.run();
            return peers.stream()
                    .map(peer -> new Row(name() + ", " + peer.name(), Measure.microsPer("vector", vectors), sides
                            .get(Side.OURS), sides.get(peer.name()), peer.target()))
                    .toList();
        }

        private Side ours(Settings settings) {
            return new Side(Side.OURS, Jmh.run(ProductBenchmark.class, Map.of("widths", network.widths(), "dtype",
                    network.dtype(), "samples", Integer.toString(network.samples()), "vectors",
                    Integer.toString(vectors)),
                    1, settings));
        }
    }
}
