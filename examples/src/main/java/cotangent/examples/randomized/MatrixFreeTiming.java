package cotangent.examples.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Products with tangent kernels, without the matrix and with it: time, memory and the difference of the two, as the number of
 * samples grows, beside JAX and PyTorch where Python has them.
 */
@Command(name = "matrix-free-timing", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Products with the NTK, matrix-free and explicit, and JAX's times.", footer = {
        "", "Full size:", "  ./cotangent matrix-free-timing --samples 8,16,32,64,128,256,512,1024,2048,4096,8192"})
public final class MatrixFreeTiming extends Experiment {
    /** A kernel beyond this share of the heap is not written out: it, and what it is made of, would not fit. */
    private static final int HEAP_SHARE = 4;
    /** Samples up to which all is run once before it is measured, so that the JVM has compiled it; later sizes use the same code. */
    private static final int WARM = 128;
    /** Samples up to which the peers write the kernel out. */
    private static final int PEERS_WRITE = 512;

    @Option(names = "--nets", paramLabel = "W", split = ",", description = "Widths of tanh networks (default: 20-8-8-4,20-10-4).")
    private String[] nets = {"20-8-8-4", "20-10-4"};

    @Option(names = "--samples", paramLabel = "N", split = ",", description = "Ascending (default: 8,16,32,... to 2048).")
    private int[] samples = {8, 16, 32, 64, 128, 256, 512, 1_024, 2_048};

    @Option(names = "--millis", paramLabel = "MS", description = "Length of a measurement (default: ${DEFAULT-VALUE}).")
    private double millis = 50;

    @Option(names = "--python", paramLabel = "PROGRAM", description = "Interpreter with JAX or PyTorch, or none (default: ${DEFAULT-VALUE}).")
    private String python = "python3";

    @Option(names = "--seed", paramLabel = "N", description = "Of parameters, inputs and vectors (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public MatrixFreeTiming() {}

    @Override
    protected Findings run(ProgressListener progress) {
        double[] axis = Sizes.requireAscending("--samples", samples);
        if (!(millis > 0 && millis <= 10_000)) {
            throw new InvalidDataException("--millis: expected a number up to 10000, got " + millis);
        }
        List<KernelProducts> kernels = Arrays.stream(nets).map(net -> KernelProducts.of(net, seed)).toList();
        int most = samples[samples.length - 1];
        int outputs = kernels.stream().mapToInt(KernelProducts::outputs).max().orElseThrow();
        int largest = Arrays.stream(samples).filter(n -> fits((long) n * outputs)).max().orElse(0);
        List<List<KernelProducts.Row>> rows = new ArrayList<>();
        int done = 0;
        int total = kernels.size() * samples.length + 2;
        for (KernelProducts kernel : kernels) {
            List<KernelProducts.Row> measured = new ArrayList<>();
            Arrays.stream(samples)
                    .filter(n -> n <= WARM)
                    .forEach(n -> kernel.measure(n, n <= largest, new Stopwatch(millis)));
            for (int n : samples) {
                measured.add(kernel.measure(n, n <= largest, new Stopwatch(millis)));
                progress.progressed(++done, total);
            }
            rows.add(measured);
        }
        List<Params> cases = kernels.stream().map(kernel -> kernel.values(most)).toList();
        List<KernelPeer> peers = new ArrayList<>();
        for (String framework : python.equals("none") ? new String[0] : new String[]{"jax", "torch"}) {
            peers.add(KernelPeer.run(framework, python, millis, samples, Math.min(largest,
                    PEERS_WRITE), cases));
            progress.progressed(++done, total);
        }
        Findings findings = new Findings()
                .line("Products K·v with tangent kernels K of tanh networks, float64, times in microseconds")
                .line("");
        Map<String, Object> found = new LinkedHashMap<>();
        for (int i = 0; i < nets.length; i++) {
            new KernelProductsReport(nets[i], kernels.get(i), rows.get(i), peers, i).addTo(findings);
            found.put(nets[i], rows.get(i).stream().map(KernelProducts.Row::values).toList());
            findings.plot("matrix-free-timing-" + nets[i], chart(nets[i], axis, rows.get(i), peers, i));
        }
        for (KernelPeer peer : peers) {
            if (!peer.ran()) {
                findings.line("%s: not measured (%s)", peer.name(), peer.absence());
            }
        }
        return legend(findings, most, largest).value("networks", found)
                .value("peers", peers.stream().map(MatrixFreeTiming::json).toList())
                .plot("matrix-free-memory", memory(axis, rows));
    }

    private static boolean fits(long size) {
        return 8 * size * size <= Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    }

    private static Findings legend(Findings findings, int most, int largest) {
        if (largest < most) {
            findings.line("beyond %d samples a kernel would take more than a quarter of the heap", largest);
        }
        return findings
                .line("free: linearization kept, one vjp and one jvp fused; explicit: K kept; both again and again")
                .line("pays after: products from which writing K out first is the faster; never: a product with K is the slower")
                .line("memory: what is asked for from parameters to the first product, no less than the peak");
    }

    private static Map<String, Object> json(KernelPeer peer) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("name", peer.name());
        found.put("absence", peer.absence());
        found.put("networks",
                peer.networks().stream().map(rows -> rows.stream().map(KernelPeer.Times::values).toList()).toList());
        return found;
    }

    private static Chart chart(String net, double[] axis, List<KernelProducts.Row> rows, List<KernelPeer> peers,
            int index) {
        List<KernelProducts.Row> written = rows.stream().filter(KernelProducts.Row::written).toList();
        Chart chart = Chart.logarithmic("One product with the tangent kernel of a %s net".formatted(net), "samples",
                "time, microseconds")
                .line("matrix-free", axis, rows.stream().mapToDouble(KernelProducts.Row::free).toArray());
        double[] few = Arrays.copyOf(axis, written.size());
        if (!written.isEmpty()) {
            chart.line("explicit, kernel kept", few,
                    written.stream().mapToDouble(KernelProducts.Row::explicit).toArray())
                    .line("writing the kernel out", few,
                            written.stream().mapToDouble(KernelProducts.Row::write).toArray());
        }
        for (KernelPeer peer : peers) {
            if (peer.ran()) {
                chart.line(peer.name() + ", matrix-free", axis, peer.networks()
                        .get(index)
                        .stream()
                        .mapToDouble(KernelPeer.Times::product)
                        .toArray());
            }
        }
        return chart;
    }

    private Chart memory(double[] axis, List<List<KernelProducts.Row>> rows) {
        Chart chart = Chart.logarithmic("Memory from parameters to the first product", "samples", "MB");
        for (int i = 0; i < nets.length; i++) {
            chart.line(nets[i] + ", matrix-free", axis, rows.get(i)
                    .stream()
                    .mapToDouble(row -> 1e-6 * row.freeBytes())
                    .toArray());
            double[] written = rows.get(i)
                    .stream()
                    .filter(KernelProducts.Row::written)
                    .mapToDouble(row -> 1e-6 * row.writtenBytes())
                    .toArray();
            if (written.length > 0) {
                chart.line(nets[i] + ", explicit", Arrays.copyOf(axis, written.length), written);
            }
        }
        return chart;
    }
}
