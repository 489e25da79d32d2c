package cotangent.examples.command;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.examples.command.StatisticsOptions.Wanted;
import cotangent.examples.experiment.Progress;
import cotangent.examples.plot.OutputDirectory;
import cotangent.examples.plot.Table;
import cotangent.linalg.ErrorBar;
import cotangent.linalg.Estimate;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Outputs;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cotangent ntk}: trace, norm, ranks, alignments, spectrum and leading eigenpairs of a network's empirical NTK. */
@Command(name = "ntk", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, description = "Trace, norm, ranks, alignments, spectrum and leading eigenpairs of a network's empirical neural tangent kernel, from products alone, each with its error bar.", footer = {
        "", "Examples:", "  ./cotangent ntk", "  ./cotangent ntk --outputs sum --check",
        "  ./cotangent ntk --model 784-512-512-10 --data mnist28x28 --dtype f32",
        "  ./cotangent ntk --statistics stable-rank,label-alignment --relative-error 0.01 --explain",
        "  ./cotangent ntk --params trained.npz --align-with initial.npz --out results",
        "  ./cotangent ntk --params pytorch.safetensors --inputs inputs.npy"})
public final class NtkCommand implements Callable<Integer> {
    private static final int DEFAULT_TOP = 6;
    private static final Pattern CHOSEN = Pattern.compile("\\d{1,7}(,\\d{1,7})*");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ModelOptions options = new ModelOptions();

    @Option(names = "--outputs", paramLabel = "all|sum|0,3", description = "All outputs of all samples, their sum per sample, or chosen ones (default: ${DEFAULT-VALUE}).")
    private String outputs = "all";

    @Mixin
    private StatisticsOptions questions = new StatisticsOptions();

    @Option(names = "--top", paramLabel = "K", description = "Leading eigenpairs (default: 6, or as many as there are).")
    private @Nullable Integer top;

    @Option(names = "--oversampling", paramLabel = "N", description = "Vectors beyond K in the randomized decomposition (default: ${DEFAULT-VALUE}).")
    private int oversampling = 10;

    @Option(names = "--powers", paramLabel = "N", description = "Its power iterations (default: ${DEFAULT-VALUE}).")
    private int powers = 2;

    @Option(names = "--align-with", paramLabel = "FILE", description = "Other parameters of the same model: also print how the two kernels align (default: none).")
    private @Nullable Path alignWith;

    @Option(names = "--check", description = "Build the kernel explicitly, compare, and end with status 1 if they disagree (default: off).")
    private boolean check;

    @Option(names = "--json", description = "Print JSON and nothing else (default: a table).")
    private boolean json;

    @Option(names = "--out", paramLabel = "DIR", description = "Write plots (PNG) and results (JSON) there (default: no files).")
    private @Nullable Path directory;

    /** The command with no options set. */
    public NtkCommand() {}

    @Override
    public Integer call() {
        Set<Wanted> wanted = questions.wanted(options.labelled());
        NtkMeasurement.check(questions, wanted);
        OutputDirectory files = directory == null ? null : OutputDirectory.at(directory);
        Tensor inputs = options.inputs();
        EmpiricalNtk kernel = kernel(options.params(), inputs);
        requireFeasible(kernel);
        EmpiricalNtk other = alignWith == null ? null : kernel(options.params(alignWith), inputs);
        NtkReport report = measure(kernel, other, wanted, inputs);
        KernelCheck explicit = check ? KernelCheck.of(kernel, other, report, questions.shift()) : null;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(NtkJson.text(report, explicit));
        } else {
            print(report, out);
            if (explicit != null) {
                explicit.print(out);
            }
        }
        if (files != null) {
            NtkFiles.write(files, report, explicit, inputs);
            spec.commandLine().getErr().println("wrote ntk.json and plots to " + files);
        }
        out.flush();
        return explicit == null || explicit.agrees() ? 0 : 1;
    }

    private EmpiricalNtk kernel(Params params, Tensor inputs) {
        EmpiricalNtk kernel = EmpiricalNtk.of(options.fn(), params, inputs).outputs(chosenOutputs());
        return options.sampleAxis() == 0 ? kernel : kernel.sampleAxes(options.sampleAxis());
    }

    private Outputs chosenOutputs() {
        return switch (outputs) {
            case "all" -> Outputs.all();
            case "sum" -> Outputs.sum();
            default -> {
                if (!CHOSEN.matcher(outputs).matches()) {
                    throw new InvalidDataException(
                            "--outputs: expected all, sum or positions such as 0,3, got \"" + outputs
                                    + "\"");
                }
                yield Outputs.of(Arrays.stream(outputs.split(",")).mapToInt(Integer::parseInt).toArray());
            }
        };
    }

    private void requireFeasible(EmpiricalNtk kernel) {
        if (top != null && (top < 1 || top > kernel.rows())) {
            throw new InvalidDataException(
                    "--top: expected 1 to %d eigenpairs of a kernel of that size, got %d".formatted(
                            kernel.rows(), top));
        }
        if (oversampling < 0 || powers < 0) {
            throw new InvalidDataException("--oversampling and --powers: expected 0 or more, got %d and %d".formatted(
                    oversampling, powers));
        }
    }

    private NtkReport measure(EmpiricalNtk kernel, @Nullable EmpiricalNtk other, Set<Wanted> wanted, Tensor inputs) {
        Tensor labels = wanted.stream().anyMatch(StatisticsOptions.LABELLED::contains) ? options.labels() : null;
        try (Progress progress = new Progress(spec.commandLine().getErr(), !json)) {
            NtkMeasurement measurement = new NtkMeasurement(kernel, questions, wanted, options.seed(), progress);
            RandomizedEigh solver = RandomizedEigh.rank(top == null ? Math.min(DEFAULT_TOP, kernel.rows()) : top)
                    .oversampling(oversampling)
                    .powerIterations(powers)
                    .seed(options
                            .seed());
            List<Estimate> estimates = measurement.estimates(other, labels);
            return new NtkReport(options.describe(inputs), outputs, kernel.rows(), kernel.jacobian()
                    .columns(), estimates, measurement.top(solver), measurement.density(), measurement.verdict(),
                    measurement.plans());
        }
    }

    private static void print(NtkReport report, PrintWriter out) {
        out.println("Empirical NTK of a " + report.subject());
        out.printf("outputs %s: a kernel of size %d over %d parameters%n%n", report.outputs(), report.size(), report
                .parameters());
        Table table = Table.of("statistic", "value", "± 95 %", "error bar", "jvps", "vjps", "time").text(3);
        report.all()
                .forEach(estimate -> table.row(estimate.name(), Table.number(estimate.value(), 6), halfWidth(estimate),
                        estimate.errorBar().toString(), Long.toString(estimate.jvps()), Long.toString(estimate.vjps()),
                        Table
                                .duration(estimate.elapsed())));
        table.print(out);
        out.println();
        Table routes = Table.of("from the same products", "how").text(1);
        Map<String, List<String>> names = new LinkedHashMap<>();
        report.statistics()
                .forEach(estimate -> names.computeIfAbsent(estimate.route(), route -> new ArrayList<>())
                        .add(
                                estimate.name()));
        names.forEach((route, shared) -> routes.row(String.join(", ", shared), route));
        report.top().ifPresent(pairs -> routes.row("eigenvalues", pairs.route()));
        report.density().ifPresent(density -> routes.row("spectral density", density.toString()));
        report.verdict().ifPresent(verdict -> routes.row("spectrum", verdict.toString()));
        routes.print(out);
        report.plans().forEach(plan -> out.print("%n%s%n".formatted(plan.toString().stripTrailing())));
    }

    private static String halfWidth(Estimate estimate) {
        return estimate.errorBar() == ErrorBar.EXACT ? "0" : Table.number(estimate.interval(0.95).halfWidth(), 2);
    }
}
