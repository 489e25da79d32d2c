package cotangent.examples.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Table;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Products with the sketch repeated, on a spectrum that falls slowly: what power iterations buy, and what a block Krylov space,
 * which keeps every block, buys for the same products.
 */
@Command(name = "power-iterations", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "What power iterations buy on a slow decay, and Krylov blocks.", footer = {
        "", "Full size:", "  ./cotangent power-iterations --n 2000 --values 0,1,2,3,4,6,8,12 --trials 20"})
public final class PowerIterationSweep extends Experiment {
    private static final Decay DECAY = Decay.SLOW;

    @Option(names = "--n", paramLabel = "N", description = "Size of the matrix (default: ${DEFAULT-VALUE}).")
    private int n = 300;

    @Option(names = "--rank", paramLabel = "K", description = "Eigenpairs wanted (default: ${DEFAULT-VALUE}).")
    private int rank = 10;

    @Option(names = "--oversampling", paramLabel = "P", description = "Random vectors beyond these (default: ${DEFAULT-VALUE}).")
    private int oversampling = 10;

    @Option(names = "--values", paramLabel = "Q", split = ",", description = "Further rounds of products (default: 0,1,2,4).")
    private int[] values = {0, 1, 2, 4};

    @Option(names = "--trials", paramLabel = "N", description = "Of each, with seeds from 0 (default: ${DEFAULT-VALUE}).")
    private int trials = 5;

    /** The experiment with no options set. */
    public PowerIterationSweep() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--n", n, 2);
        Sizes.require("--rank", rank, 1);
        Sizes.require("--oversampling", oversampling, 2);
        Sizes.require("--trials", trials, 1);
        Arrays.stream(values).forEach(q -> Sizes.require("--values", q, 0));
        if ((rank + oversampling) * (1L + Arrays.stream(values).max().orElse(0)) >= n) {
            throw new InvalidDataException(
                    "--values: expected numbers q with (q + 1)·(--rank + --oversampling) under --n %d, got %s"
                            .formatted(n, Arrays.toString(values)));
        }
        Tensor a = DECAY.matrix(n, 2);
        double[] spectrum = DECAY.values(n);
        double best = Decay.tail(spectrum, rank) / Decay.tail(spectrum, 0);
        int count = values.length;
        EighTrials[] powers = new EighTrials[count];
        EighTrials[] krylov = new EighTrials[count];
        double[] sketch = new double[count];
        double[] bound = new double[count];
        RandomizedEigh solver = RandomizedEigh.rank(rank).oversampling(oversampling);
        for (int i = 0; i < count; i++) {
            powers[i] = EighTrials.of(a, spectrum, solver.powerIterations(values[i]), trials);
            krylov[i] = EighTrials.of(a, spectrum, solver.blockKrylov(values[i]), trials);
            int power = values[i] + 1;
            sketch[i] = IntStream.range(0, trials)
                    .mapToDouble(seed -> SketchError.of(a, rank + oversampling, power, seed).spectral())
                    .average()
                    .orElseThrow();
            bound[i] = SketchError.spectralBound(spectrum, rank, oversampling, power);
            progress.progressed(i + 1, count);
        }
        Findings findings = new Findings().line(
                "The %d leading eigenpairs of a matrix of size %d, eigenvalues 1/(1+i), oversampling %d, mean of %d trials",
                rank, n, oversampling, trials).line("");
        return tables(findings, best, powers, krylov, sketch, bound).value("powerIterations", values)
                .value("powers", Arrays.stream(powers).map(EighTrials::values).toList())
                .value("krylov", Arrays.stream(krylov).map(EighTrials::values).toList())
                .value("bestReconstruction", best)
                .value("sketchErrors", sketch)
                .value("sketchBounds", bound)
                .plot("power-iterations", chart(powers, krylov))
                .plot("power-iterations-sketch", sketches(sketch, bound, spectrum[rank + oversampling]));
    }

    private Findings tables(Findings findings, double best, EighTrials[] powers, EighTrials[] krylov, double[] sketch,
            double[] bound) {
        Table errors = Table.of("", "products", "error, powers", "worst", "Krylov blocks", "worst", "over best, powers",
                "Krylov blocks");
        Table sketches = Table.of("", "‖A − QQᵀA‖₂", "bound of the mean", "best possible");
        for (int i = 0; i < values.length; i++) {
            errors.row("q = " + values[i], Long.toString(powers[i].products()), Table.number(powers[i]
                    .meanEigenvalueError(), 2), Table.number(powers[i].worstEigenvalueError(), 2),
                    Table.number(krylov[i]
                            .meanEigenvalueError(), 2),
                    Table.number(krylov[i].worstEigenvalueError(), 2), overBest(powers[i], best), overBest(krylov[i],
                            best));
            sketches.row("q = " + values[i], Table.number(sketch[i], 3), Table.number(bound[i], 3), Table.number(DECAY
                    .value(rank + oversampling, n), 3));
        }
        int last = values.length - 1;
        double gain = powers[last].meanEigenvalueError() / krylov[last].meanEigenvalueError();
        return findings.table(errors)
                .line("error: largest relative error of an eigenvalue; over best: ‖A − VΛVᵀ‖ above that of the best matrix of rank %d",
                        rank)
                .line("")
                .table(sketches)
                .line("bound: Halko, Martinsson and Tropp (2011), corollary 10.10")
                .line("")
                .line("Here q products of a symmetric A: published counts of a nonsymmetric one take two products a round.")
                .line("Power iterations throw away what each round knew: a block Krylov space of the same %d products",
                        powers[last]
                                .products())
                .line("errs %s times less.", Table.number(gain, 2));
    }

    private static String overBest(EighTrials run, double best) {
        return "%+.2g %%".formatted(100 * (run.meanReconstruction() / best - 1));
    }

    private Chart chart(EighTrials[] powers, EighTrials[] krylov) {
        double[] axis = Arrays.stream(values).asDoubleStream().toArray();
        return Chart.semiLogarithmic("What power iterations buy on eigenvalues 1/(1+i)", "power iterations q",
                "largest relative error of %d eigenvalues".formatted(rank))
                .line("power iterations", axis,
                        Arrays.stream(powers).mapToDouble(EighTrials::meanEigenvalueError).toArray())
                .line("block Krylov space, same products", axis, Arrays.stream(krylov)
                        .mapToDouble(EighTrials::meanEigenvalueError)
                        .toArray());
    }

    private Chart sketches(double[] sketch, double[] bound, double next) {
        double[] axis = Arrays.stream(values).asDoubleStream().toArray();
        double[] floor = new double[axis.length];
        Arrays.fill(floor, next);
        return Chart
                .semiLogarithmic("What a sketch of A^(q+1) leaves of A; dashed: bound of its mean",
                        "power iterations q",
                        "‖A − QQᵀA‖₂")
                .line("measured, %d vectors".formatted(rank + oversampling), axis, sketch)
                .theory(axis, bound)
                .theory("eigenvalue %d: no basis of so many is better".formatted(rank + oversampling + 1), axis, floor);
    }
}
