package cotangent.examples.curvature;

import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.examples.data.DataSet;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.BootstrappedEigenpairs;
import cotangent.linalg.EigenpairBootstrap;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Estimate;
import cotangent.linalg.Lanczos;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Outputs;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The leading eigenpairs of a tangent kernel over some digits, with the bootstrap's word on what other digits would have given: an
 * interval for each eigenvalue and the angles by which eigenvectors turn, from one set of pairs and no further product. The same
 * network's kernel over many more digits says whether the intervals hold.
 */
@Command(name = "kernel-bootstrap", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Bootstrap of the leading eigenpairs of an NTK: what the sample decides.", footer = {
        "", "Full size:", "  ./cotangent kernel-bootstrap --samples 1000 --population 60000 --mnist DIR"})
public final class KernelBootstrap extends Experiment {
    private static final double CONFIDENCE = 0.95;

    @Mixin
    private DigitClassifier digits = new DigitClassifier(300, 64);

    @Option(names = "--population", paramLabel = "N", description = "DigitClassifier of which these are drawn (default: ${DEFAULT-VALUE}).")
    private int population = 3_000;

    @Option(names = "--pairs", paramLabel = "K", description = "Eigenpairs to show (default: ${DEFAULT-VALUE}).")
    private int pairs = 8;

    @Option(names = "--kept", paramLabel = "R", description = "Eigenpairs that replicates are made of (default: ${DEFAULT-VALUE}).")
    private int kept = 60;

    @Option(names = "--replicates", paramLabel = "B", description = "Of the data (default: ${DEFAULT-VALUE}).")
    private int replicates = 1_000;

    @Option(names = "--all-outputs", description = "The kernel over all outputs (default: over their sum).")
    private boolean allOutputs;

    /** The experiment with no options set. */
    public KernelBootstrap() {}

    @Override
    protected Findings run(ProgressListener progress) {
        int rows = allOutputs ? DigitClassifier.CLASSES : 1;
        Sizes.require("--population", population, digits.samples(), 60_000);
        Sizes.require("--kept", kept, 1, digits.samples() * rows);
        Sizes.require("--pairs", pairs, 1, kept);
        Sizes.require("--replicates", replicates, 20, 1_000_000);
        DataSet all = digits.data(population);
        Mlp mlp = digits.mlp();
        Params params = mlp.init(Key.of(digits.seed()));
        Ledger ledger = new Ledger();
        // neighbours in the data set were written by one hand: a sample has to be drawn
        Tensor order = Key.of(digits.seed()).fold(4).permutation(population);
        Tensor sample = all.inputs().gather(0, order.slice(0, 0, digits.samples()));
        Eigenpairs few = ledger.spend("%d pairs over %d digits".formatted(kept, digits.samples()), "kernel products",
                kernel(
                        mlp, params, sample),
                k -> Lanczos.largest(kept)
                        .tolerance(1e-8)
                        .decompose(
                                k));
        progress.progressed(1, 4);
        BootstrappedEigenpairs found = ledger.spend("%d replicates".formatted(replicates), "kernel products",
                kernel(mlp,
                        params, sample),
                k -> EigenpairBootstrap.leading(pairs)
                        .replicates(replicates)
                        .rowsPerSample(rows)
                        .seed(digits.seed())
                        .resample(few));
        progress.progressed(3, 4);
        Eigenpairs truth = ledger.spend("%d pairs over %d digits".formatted(pairs, population), "kernel products",
                kernel(mlp,
                        params, all.inputs()),
                k -> Lanczos.largest(pairs).tolerance(1e-6).decompose(k));
        long each = ledger
                .spend("one replicate by products of its own", "kernel products", kernel(mlp, params, drawn(sample)),
                        k -> Lanczos.largest(pairs).tolerance(1e-8).decompose(k))
                .numMatvecs();
        progress.progressed(4, 4);
        Findings findings = new Findings().line("Tangent kernel of a %s tanh network, %s, on %d digits of %d",
                String.join(
                        "-", IntStream.of(mlp.widths()).mapToObj(Integer::toString).toList()),
                allOutputs ? "all outputs"
                        : "sum of outputs",
                digits.samples(), population).line("");
        return report(findings, found, few, truth, ledger, each);
    }

    /** As many digits of the sample, drawn with replacement. */
    private Tensor drawn(Tensor sample) {
        int count = digits.samples();
        int[] rows = IntStream.range(0, count).toArray();
        double[] uniform = Key.of(digits.seed()).fold(3).uniform(count).toDoubles();
        Arrays.setAll(rows, i -> (int) (uniform[i] * count));
        return sample.gather(0, Tensor.of(rows));
    }

    private EmpiricalNtk kernel(Mlp mlp, Params params, Tensor x) {
        EmpiricalNtk kernel = EmpiricalNtk.of(mlp.fn(), params, x);
        return allOutputs ? kernel : kernel.outputs(Outputs.sum());
    }

    private Findings report(Findings findings, BootstrappedEigenpairs found, Eigenpairs few, Eigenpairs truth,
            Ledger ledger, long each) {
        int samples = digits.samples();
        Table table = Table
                .of("pair", "eigenvalue / N", "95 % interval", "all digits", "inside", "bias", "angle, median",
                        "90 %", "span of first, 90 %", "sure of the vector")
                .text(9);
        List<Map<String, Object>> values = new ArrayList<>();
        double[] axis = new double[pairs];
        double[][] columns = new double[3][pairs];
        int inside = 0;
        for (int i = 0; i < pairs; i++) {
            Estimate.Interval interval = found.interval(i, CONFIDENCE);
            double value = found.values().get(i) / samples;
            double all = truth.values().get(i) / population;
            boolean covered = interval.contains(all * samples);
            inside += covered ? 1 : 0;
            double ninety = found.angle(i, 0.9);
            table.row(Integer.toString(i + 1), Table.number(value, 4), "[%s, %s]".formatted(Table.number(interval.low()
                    / samples, 4), Table.number(interval.high() / samples, 4)), Table.number(all, 4), covered ? "yes"
                            : "no",
                    "%+.1f %%".formatted(100 * found.bias(i) / found.values().get(i)), degrees(found.angle(i, 0.5)),
                    degrees(ninety), degrees(found.subspaceAngle(i + 1, 0.9)), Sparkline.bar(Math.cos(ninety), 12));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("eigenvalue", value);
            row.put("low", interval.low() / samples);
            row.put("high", interval.high() / samples);
            row.put("population", all);
            row.put("bias", found.bias(i) / samples);
            row.put("standardError", found.standardError(i) / samples);
            row.put("angle90", ninety);
            row.put("subspaceAngle90", found.subspaceAngle(i + 1, 0.9));
            values.add(row);
            axis[i] = i + 1.0;
            columns[0][i] = value;
            columns[1][i] = interval.low() / samples;
            columns[2][i] = interval.high() / samples;
        }
        double[] over = truth.values().dividedBy(population).toDoubles();
        findings.table(table)
                .line("angle: of a replicate's eigenvector from the sample's, as directions of parameters; bar: cosine of the 90 %% one")
                .line("Where two eigenvalues nearly coincide their vectors turn freely within their span, which itself stays, and the")
                .line("interval is not to be trusted (Beran and Srivastava 1985): samples drive the two apart.")
                .line("%d of %d intervals contain the value over all %d digits; what the pairs kept leave out: at most %s of the first",
                        inside,
                        pairs, population, Table.number(found.truncation() / found.values().get(0), 2))
                .line("")
                .table(ledger.table("products"))
                .line("Replicates take no products: each is made of the %d pairs kept. By products of their own, like the one, they would",
                        kept)
                .line("have taken %d.", each * replicates)
                .value("productsOfOneReplicate", each)
                .value("pairs", values)
                .value("inside", inside)
                .value("truncation", found.truncation() / samples)
                .value("converged", few.converged() && truth.converged())
                .value("ledger", ledger.values());
        return findings.plot("kernel-bootstrap-values", Chart.semiLogarithmic(
                "Eigenvalues with 95 %% bootstrap intervals, N = %d".formatted(samples), "position", "eigenvalue / N")
                .band("of the sample, with interval", axis, columns[0], columns[1], columns[2])
                .points("over all %d digits".formatted(population), axis, over))
                .plot("kernel-bootstrap-angles", Chart.linear("How far eigenvectors turn when the data are drawn again",
                        "position", "angle in degrees, 90 % of replicates stay below")
                        .line("each vector", axis, IntStream.range(0, pairs)
                                .mapToDouble(i -> Math.toDegrees(found.angle(i, 0.9)))
                                .toArray())
                        .line("span of the first", axis, IntStream.range(0, pairs)
                                .mapToDouble(i -> Math.toDegrees(found.subspaceAngle(i + 1, 0.9)))
                                .toArray()));
    }

    private static String degrees(double radians) {
        return "%.1f°".formatted(Math.toDegrees(radians));
    }
}
