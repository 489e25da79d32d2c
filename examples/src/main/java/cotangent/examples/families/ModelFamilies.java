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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
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
@Command(name = "model-families", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Rank and best estimator for NTKs of MLP, GRU, conv net, attention.", footer = {
        "", "Full size:",
        "  ./cotangent model-families --samples 32 --seeds 20 --probes 300"})
public final class ModelFamilies extends Experiment {
    private static final Map<NetworkFamily, int[]> SIZES = Map.of(NetworkFamily.MLP, new int[]{48, 2},
            NetworkFamily.GRU, new int[]{34, 1},
            NetworkFamily.CONVOLUTION, new int[]{22, 2}, NetworkFamily.ATTENTION, new int[]{24, 1});

    @Option(names = "--samples", paramLabel = "N", description = "Digits of 7 x 7 pixels (default: ${DEFAULT-VALUE}).")
    private int samples = 12;

    @Option(names = "--matvecs", paramLabel = "N", split = ",", description = "Products with the kernel for an estimate; twice as many one-sided ones (default: 30,120).")
    private int[] matvecs = {30, 120};

    @Option(names = "--probes", paramLabel = "N", description = "Products for the verdict on a spectrum (default: ${DEFAULT-VALUE}).")
    private int probes = 120;

    @Option(names = "--seeds", paramLabel = "N", description = "Of each estimator (default: ${DEFAULT-VALUE}).")
    private int seeds = 12;

    @Option(names = "--scale", paramLabel = "S", description = "Of all weights; 1 keeps the size of what passes through a layer (default: ${DEFAULT-VALUE}).")
    private double scale = 1;

    /** The experiment with no options set. */
    public ModelFamilies() {}

    /** Estimates of one trace with one number of products, what was advised before, and what the planner does. */
    private record Contest(int matvecs, EqualPassErrors errors, EqualPassErrors.Method advised, KernelPlan plan) {
        boolean wellAdvised() {
            return errors.asGoodAsTheBestAdvised(advised);
        }
    }

    /** One kernel of one family. */
    private record Row(NetworkFamily family, String over, int size, int parameters, double trace,
            SpectrumVerdict spectrum,
            List<Contest> contests) {
        String name() {
            return family + ", " + over;
        }
    }

    @Override
    protected Findings run(ProgressListener progress) {
        if (samples < 2 || matvecs.length == 0 || Arrays.stream(matvecs).min().orElse(0) < 12 || probes < 12
                || seeds < 2 || !(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException(
                    "expected --samples and --seeds from 2, --matvecs and --probes from 12, --scale above 0");
        }
        Tensor x = EmbeddedMnist.pooled(samples, DType.F64).inputs();
        List<Row> rows = new ArrayList<>();
        for (NetworkFamily family : NetworkFamily.values()) {
            int[] size = SIZES.getOrDefault(family, new int[]{2, 1});
            ImageNetwork net = new ImageNetwork(family, 7, size[0], size[1], Activation.RELU, scale);
            Params params = net.init(Key.of(0));
            rows.add(measure(family, "outputs", net.outputs(), params, x));
            progress.progressed(rows.size(), 2L * NetworkFamily.values().length);
            rows.add(measure(family, "states", net.states(), params, x));
            progress.progressed(rows.size(), 2L * NetworkFamily.values().length);
        }
        Findings findings = new Findings().line("%d digits of 7 x 7 pixels, networks at their beginning", samples)
                .line("");
        spectra(findings, rows);
        errors(findings, rows);
        return findings.value("kernels", rows.stream().map(ModelFamilies::values).toList())
                .plot("model-families-outputs", chart(rows, "outputs"))
                .plot("model-families-states", chart(rows, "states"));
    }

    private Row measure(NetworkFamily family, String over, Fn fn, Params params, Tensor x) {
        EmpiricalNtk kernel = EmpiricalNtk.of(fn, params, x);
        double trace = kernel.exactTrace().run().value();
        List<Contest> contests = new ArrayList<>();
        for (int products : matvecs) {
            // with as many vjps as rows the trace is exact
            if (2 * products < kernel.rows()) {
                contests.add(
                        new Contest(products, EqualPassErrors.of(kernel, trace, products, seeds),
                                EqualPassErrors.advised(
                                        kernel, products),
                                kernel.plan(NtkStatistic.TRACE, Sampling.matvecs(products))));
            }
        }
        return new Row(family, over, kernel.rows(), kernel.jacobian().columns(), trace, kernel.spectrum(Sampling
                .matvecs(probes)), contests);
    }

    private void spectra(Findings findings, List<Row> rows) {
        Table table = Table.of("kernel", "rows", "parameters", "verdict", "exponent", "for 99 %", "found", "largest",
                "eigenvalues, three decades").text(3, 8);
        for (Row row : rows) {
            SpectrumVerdict spectrum = row.spectrum();
            double[] values = spectrum.leading().toDoubles();
            int shown = Math.min(values.length, 40);
            table.row(row.name(), "%,d".formatted(row.size()), "%,d".formatted(row.parameters()), spectrum.shape()
                    .toString(), Table.number(spectrum.exponent(), 2),
                    spectrum.rank() > 0
                            ? Integer.toString(spectrum
                                    .rank())
                            : "> " + values.length,
                    "%.0f %%".formatted(100 * spectrum.share()), "%.0f %%".formatted(100 * values[0] / row.trace()),
                    Sparkline
                            .decay(1e3, Arrays.copyOf(values, shown)));
        }
        findings.table(table)
                .line("for 99 %%: how many directions carry that much of the trace; found: the share of those that %d products find;",
                        probes)
                .line("largest: of one alone")
                .line("");
    }

    private void errors(Findings findings, List<Row> rows) {
        Table table = Table.of("kernel", "products", "Hutch++", "RHutch", "FHutch", "XTrace", "wins", "advised", "",
                "planner takes").text(6, 7, 8, 9);
        List<Contest> all = rows.stream().flatMap(row -> row.contests().stream()).toList();
        for (Row row : rows) {
            for (Contest contest : row.contests()) {
                List<String> cells = new ArrayList<>(List.of(row.name(), Integer.toString(contest.matvecs())));
                contest.errors().errors().values().forEach(error -> cells.add(percent(error)));
                KernelPlan.Option taken = contest.plan().chosen();
                cells.addAll(List.of(contest.errors().winner().toString(), contest.advised().toString(), contest
                        .wellAdvised() ? "as good" : "worse", taken.strategy() + (taken.exact() ? " (exact)" : "")));
                table.row(cells.toArray(String[]::new));
            }
        }
        long right = all.stream().filter(Contest::wellAdvised).count();
        long cross = all.stream().filter(contest -> contest.errors().winner() == EqualPassErrors.Method.XTRACE).count();
        findings.table(table)
                .line("root mean square relative error of the trace over %d seeds, at as many passes through the network as the products take",
                        seeds)
                .line("advised: by a pilot of 20 products, of the first three; \"as good\" as the best of these within the spread of such errors: %d of %d",
                        right, all.size())
                .line("XTrace wins in %d of %d, and no pilot says so before: it is not among what the planner takes",
                        cross,
                        all.size())
                .line("planner takes: what a request for so many products is met with; \"norms (exact)\" are gradients' norms without the gradients")
                .value("adviceRight", right)
                .value("contests", all.size());
        conclude(findings, rows);
    }

    private static String percent(double error) {
        return String.format(Locale.ROOT, "%.2g %%", 100 * error);
    }

    private static void conclude(Findings findings, List<Row> rows) {
        for (String over : new String[]{"outputs", "states"}) {
            findings.line("of the %s, from low rank to high, by the share found: %s", over, rows.stream()
                    .filter(row -> row.over().equals(over))
                    .sorted(Comparator.comparingDouble(row -> -row.spectrum().share()))
                    .map(row -> "%s %.0f %%".formatted(row.family(), 100 * row.spectrum().share()))
                    .collect(Collectors.joining(", ")));
        }
        for (SpectrumVerdict.Shape shape : SpectrumVerdict.Shape.values()) {
            List<String> names = rows.stream().filter(row -> row.spectrum().shape() == shape).map(Row::name).toList();
            findings.line("%s by the verdict of probes: %s", shape,
                    names.isEmpty() ? "none" : String.join("; ", names));
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
        values.put("found", row.spectrum().share());
        values.put("estimates", row.contests().stream().map(ModelFamilies::values).toList());
        return values;
    }

    private static Map<String, Object> values(Contest contest) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("products", contest.matvecs());
        contest.errors().errors().forEach((method, error) -> values.put(method + "Error", error));
        values.put("winner", contest.errors().winner().toString());
        values.put("advised", contest.advised().toString());
        values.put("advisedAsGood", contest.wellAdvised());
        values.put("planned", contest.plan().chosen().strategy().toString());
        return values;
    }
}
