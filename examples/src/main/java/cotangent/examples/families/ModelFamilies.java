package cotangent.examples.families;

import cotangent.dsl.Activation;
import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.KernelPlan;
import cotangent.linalg.ntk.NtkStatistic;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import cotangent.linalg.trace.SpectrumVerdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Which family of networks has a tangent kernel of low rank, and so which estimator of its trace wins: verdicts from probes, errors
 * measured at equal numbers of passes, and what the toolkit advises before anything is measured.
 *
 * <p>Each family has two kernels: that of its ten outputs, and that of the states which these are made of. Networks have about
 * 5,000 parameters each.
 */
@Command(name = "model-families", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "MLP, GRU, conv net, attention: whose NTK is of low rank, which estimator wins.", footer = {
        "", "Full size:",
        "  ./cotangent model-families --samples 256 --seeds 50 --matvecs 60 --probes 300"})
public final class ModelFamilies extends Experiment {
    private static final Map<Family, int[]> SIZES = Map.of(Family.MLP, new int[]{48, 2}, Family.GRU, new int[]{34, 1},
            Family.CONVOLUTION, new int[]{22, 2}, Family.ATTENTION, new int[]{24, 1});

    @Option(names = "--samples", paramLabel = "N", description = "Digits of 7 x 7 pixels (default: ${DEFAULT-VALUE}).")
    private int samples = 24;

    @Option(names = "--matvecs", paramLabel = "N", description = "Products with the kernel for an estimate; twice as many one-sided ones (default: ${DEFAULT-VALUE}).")
    private int matvecs = 30;

    @Option(names = "--probes", paramLabel = "N", description = "Products for the verdict on a spectrum (default: ${DEFAULT-VALUE}).")
    private int probes = 120;

    @Option(names = "--seeds", paramLabel = "N", description = "Of each estimator (default: ${DEFAULT-VALUE}).")
    private int seeds = 20;

    @Option(names = "--scale", paramLabel = "S", description = "Of all weights; 1 keeps the size of what passes through a layer (default: ${DEFAULT-VALUE}).")
    private double scale = 1;

    /** The experiment with no options set. */
    public ModelFamilies() {}

    /** One kernel of one family. */
    private record Row(Family family, String over, int size, int parameters, double trace, SpectrumVerdict spectrum,
            TraceErrors errors, TraceErrors.Method advised, KernelPlan plan) {
        String name() {
            return family + ", " + over;
        }
    }

    @Override
    protected Findings run(ProgressListener progress) {
        if (samples < 2 || matvecs < 12 || probes < 12 || seeds < 2 || !(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException(
                    "expected --samples and --seeds from 2, --matvecs and --probes from 12, --scale above 0");
        }
        Tensor x = EmbeddedMnist.pooled(samples, DType.F64).inputs();
        List<Row> rows = new ArrayList<>();
        for (Family family : Family.values()) {
            int[] size = SIZES.getOrDefault(family, new int[]{2, 1});
            ImageNetwork net = new ImageNetwork(family, 7, size[0], size[1], Activation.RELU, scale);
            Params params = net.init(Key.of(0));
            rows.add(measure(family, "outputs", net.outputs(), params, x));
            progress.progressed(rows.size(), 2L * Family.values().length);
            rows.add(measure(family, "states", net.states(), params, x));
            progress.progressed(rows.size(), 2L * Family.values().length);
        }
        Findings findings = new Findings().line("%d digits of 7 x 7 pixels, networks at their beginning", samples)
                .line("");
        spectra(findings, rows);
        errors(findings, rows);
        return findings.value("kernels", rows.stream().map(ModelFamilies::values).toList())
                .plot("model-families-outputs", chart(rows, "outputs"))
                .plot("model-families-states", chart(rows, "states"));
    }

    private Row measure(Family family, String over, Fn fn, Params params, Tensor x) {
        EmpiricalNtk kernel = EmpiricalNtk.of(fn, params, x);
        double trace = kernel.exactTrace().run().value();
        return new Row(family, over, kernel.rows(), kernel.jacobian().columns(), trace, kernel.spectrum(Sampling
                .matvecs(probes)), TraceErrors.of(kernel, trace, matvecs, seeds), TraceErrors.advised(kernel, matvecs),
                kernel.plan(NtkStatistic.TRACE, Sampling.matvecs(matvecs)));
    }

    private void spectra(Findings findings, List<Row> rows) {
        Table table = Table.of("kernel", "rows", "parameters", "verdict", "exponent", "for 99 %", "largest",
                "eigenvalues, three decades").text(3, 7);
        for (Row row : rows) {
            SpectrumVerdict spectrum = row.spectrum();
            double[] values = spectrum.leading().toDoubles();
            int shown = Math.min(values.length, 24);
            table.row(row.name(), "%,d".formatted(row.size()), "%,d".formatted(row.parameters()), spectrum.shape()
                    .toString(), Table.number(spectrum.exponent(), 2), spectrum.rank() > 0
                            ? Integer.toString(spectrum
                                    .rank())
                            : "> " + values.length, "%.0f %%".formatted(100 * values[0] / row.trace()), Sparkline
                                    .decay(1e3, Arrays.copyOf(values, shown)));
        }
        findings.table(table)
                .line("for 99 %%: how many directions carry that much of the trace, of those that %d products find; largest: the share of one",
                        probes)
                .line("");
    }

    private void errors(Findings findings, List<Row> rows) {
        Table table = Table.of("kernel", "Hutch++", "RHutch", "FHutch", "XTrace", "wins", "advised", "",
                "planner takes").text(5, 6, 7, 8);
        int right = 0;
        for (Row row : rows) {
            TraceErrors errors = row.errors();
            boolean good = errors.asGoodAsTheBestAdvised(row.advised());
            right += good ? 1 : 0;
            List<String> cells = new ArrayList<>(List.of(row.name()));
            errors.errors().values().forEach(error -> cells.add(percent(error)));
            cells.addAll(List.of(errors.winner().toString(), row.advised().toString(), good ? "as good" : "worse", row
                    .plan()
                    .chosen()
                    .strategy() + (row.plan().chosen().exact() ? " (exact)" : "")));
            table.row(cells.toArray(String[]::new));
        }
        findings.table(table)
                .line("root mean square relative error of the trace over %d seeds, each estimate with %d passes through the network",
                        seeds, 2 * matvecs)
                .line("advised: by a pilot of 20 products, of the first three; \"as good\" as the best of these within the spread of such errors: %d of %d",
                        right, rows.size())
                .line("planner takes: what a request for %d products is met with; \"norms (exact)\" are gradients' norms without the gradients",
                        matvecs)
                .line("XTrace wins in %d of %d, and no pilot says so before: it is not among what the planner takes", rows.stream()
                        .filter(row -> row.errors().winner() == TraceErrors.Method.XTRACE)
                        .count(), rows.size())
                .value("adviceRight", right);
        conclude(findings, rows);
    }

    private static String percent(double error) {
        return String.format(Locale.ROOT, "%.2g %%", 100 * error);
    }

    private static void conclude(Findings findings, List<Row> rows) {
        for (SpectrumVerdict.Shape shape : SpectrumVerdict.Shape.values()) {
            List<String> names = rows.stream().filter(row -> row.spectrum().shape() == shape).map(Row::name).toList();
            findings.line("%s by the verdict of probes: %s", shape, names.isEmpty() ? "none" : String.join("; ", names));
        }
    }

    private static Chart chart(List<Row> rows, String over) {
        Chart chart = Chart.logarithmic("Leading eigenvalues of the kernel of the " + over, "number",
                "share of the trace");
        for (Row row : rows) {
            if (row.over().equals(over)) {
                double[] values = Arrays.stream(row.spectrum().leading().toDoubles())
                        .map(value -> value / row.trace())
                        .takeWhile(share -> share > 1e-8)
                        .toArray();
                chart.line("%s: %s".formatted(row.family(), row.spectrum().shape()), IntStream.rangeClosed(1,
                        values.length).asDoubleStream().toArray(), values);
            }
        }
        return chart;
    }

    private static Map<String, Object> values(Row row) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("family", row.family().toString());
        values.put("over", row.over());
        values.put("rows", row.size());
        values.put("parameters", row.parameters());
        values.put("trace", row.trace());
        values.put("shape", row.spectrum().shape().toString());
        values.put("exponent", row.spectrum().exponent());
        values.put("rank", row.spectrum().rank());
        values.put("leading", row.spectrum().leading().toDoubles());
        row.errors().errors().forEach((method, error) -> values.put(method + "Error", error));
        values.put("winner", row.errors().winner().toString());
        values.put("advised", row.advised().toString());
        values.put("advisedAsGood", row.errors().asGoodAsTheBestAdvised(row.advised()));
        values.put("planned", row.plan().chosen().strategy().toString());
        return values;
    }
}
