package cotangent.examples.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** More random vectors than eigenvalues wanted: what oversampling buys on spectra that fall fast, slowly or hardly. */
@Command(name = "oversampling", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "What oversampling buys on fast, slow and flat spectra.", footer = {
        "", "Full size:", "  ./cotangent oversampling --n 2000 --values 0,2,5,10,20,40,80 --trials 20"})
public final class OversamplingSweep extends Experiment {
    private static final Decay[] DECAYS = {Decay.FAST, Decay.SLOW, Decay.NEARLY_FLAT};
    private static final int BAR = 12;
    /** Of the bars, which are logarithmic. */
    private static final double SPAN = 1e3;
    /** The larger of the usual advice. */
    private static final int RULE = 10;

    @Option(names = "--n", paramLabel = "N", description = "Size of the matrices (default: ${DEFAULT-VALUE}).")
    private int n = 300;

    @Option(names = "--rank", paramLabel = "K", description = "Eigenpairs wanted (default: ${DEFAULT-VALUE}).")
    private int rank = 10;

    @Option(names = "--values", paramLabel = "P", split = ",", description = "Random vectors beyond these (default: 0,5,10,20).")
    private int[] values = {0, 5, 10, 20};

    @Option(names = "--trials", paramLabel = "N", description = "Of each, with seeds from 0 (default: ${DEFAULT-VALUE}).")
    private int trials = 5;

    /** The experiment with no options set. */
    public OversamplingSweep() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--n", n, 2);
        Sizes.require("--rank", rank, 1);
        Sizes.require("--trials", trials, 1);
        Arrays.stream(values).forEach(p -> Sizes.require("--values", p, 0));
        if (rank + Arrays.stream(values).max().orElse(0) >= n) {
            throw new InvalidDataException("--values: expected numbers that with --rank %d stay under --n %d, got %s"
                    .formatted(rank, n, Arrays.toString(values)));
        }
        Findings findings = new Findings()
                .line("The %d leading eigenpairs of symmetric matrices of size %d, no power iterations, %d trials each",
                        rank, n, trials)
                .line("");
        double[] axis = Arrays.stream(values).asDoubleStream().toArray();
        Chart eigenvalues = Chart.semiLogarithmic("What oversampling buys: eigenvalues", "oversampling p",
                "largest relative error of %d eigenvalues".formatted(rank));
        Chart reconstruction = Chart.semiLogarithmic("What oversampling buys: reconstruction; dashed: best possible",
                "oversampling p", "‖A − VΛVᵀ‖ / ‖A‖, Frobenius norms");
        Map<String, Object> found = new LinkedHashMap<>();
        Map<Decay, EighTrials[]> measured = new LinkedHashMap<>();
        for (Decay decay : DECAYS) {
            EighTrials[] runs = runs(decay, progress, found.size());
            measured.put(decay, runs);
            double best = best(decay);
            findings.table(table(decay, runs, best));
            double[] floor = new double[values.length];
            Arrays.fill(floor, best);
            eigenvalues.line(decay.toString(), axis, means(runs));
            reconstruction.line(decay.toString(), axis, Arrays.stream(runs)
                    .mapToDouble(EighTrials::meanReconstruction)
                    .toArray()).theory(axis, floor);
            found.put(decay.name(),
                    Map.of("trials", Arrays.stream(runs).map(EighTrials::values).toList(), "bestReconstruction",
                            best));
        }
        verdict(findings, measured);
        return findings.value("oversampling", values)
                .value("spectra", found)
                .plot("oversampling-eigenvalues", eigenvalues)
                .plot("oversampling-reconstruction", reconstruction);
    }

    /** What the rule of thumb of five to ten vectors more is worth on each spectrum. */
    private void verdict(Findings findings, Map<Decay, EighTrials[]> measured) {
        int rule = IntStream.range(0, values.length)
                .filter(i -> values[i] <= RULE)
                .reduce(0, (a, b) -> values[b] > values[a]
                        ? b
                        : a);
        findings.line(
                "error: largest relative error of an eigenvalue, bars logarithmic; reconstruction: ‖A − VΛVᵀ‖ / ‖A‖ in")
                .line("Frobenius norms; over best: above what the best matrix of rank %d leaves", rank)
                .line("")
                .line("The rule of five to ten vectors beyond the rank (Halko, Martinsson and Tropp 2011, section 1.3) holds where")
                .line("the spectrum falls fast. With p = %d eigenvalues err by", values[rule]);
        measured.forEach((decay, runs) -> findings.line("  %s on %s", Table.number(runs[rule].meanEigenvalueError(), 2),
                decay));
        findings.line("where more vectors help little and power iterations do: ./cotangent power-iterations");
    }

    private double best(Decay decay) {
        double[] spectrum = decay.values(n);
        return Decay.tail(spectrum, rank) / Decay.tail(spectrum, 0);
    }

    private EighTrials[] runs(Decay decay, ProgressListener progress, int done) {
        Tensor a = decay.matrix(n, 2);
        EighTrials[] runs = new EighTrials[values.length];
        for (int i = 0; i < values.length; i++) {
            runs[i] = EighTrials.of(a, decay.values(n),
                    RandomizedEigh.rank(rank).oversampling(values[i]).powerIterations(0),
                    trials);
            progress.progressed((long) done * values.length + i + 1, (long) DECAYS.length * values.length);
        }
        return runs;
    }

    private static double[] means(EighTrials... runs) {
        return Arrays.stream(runs).mapToDouble(EighTrials::meanEigenvalueError).toArray();
    }

    private Table table(Decay decay, EighTrials[] runs, double best) {
        Table table = Table.of(decay.toString(), "products", "error, mean", "worst", "", "reconstruction", "worst",
                "over best").text(4);
        double largest = Arrays.stream(means(runs)).max().orElseThrow();
        for (int i = 0; i < runs.length; i++) {
            EighTrials run = runs[i];
            double share = 1 + Math.log(run.meanEigenvalueError() / largest) / Math.log(SPAN);
            table.row("p = " + values[i], Long.toString(run.products()), Table.number(run.meanEigenvalueError(), 2),
                    Table
                            .number(run.worstEigenvalueError(), 2),
                    Sparkline.bar(share, BAR), Table.number(run
                            .meanReconstruction(), 4),
                    Table.number(run.worstReconstruction(), 4), Table.number(100 * (run.meanReconstruction() / best
                            - 1), 2) + " %");
        }
        return table;
    }
}
