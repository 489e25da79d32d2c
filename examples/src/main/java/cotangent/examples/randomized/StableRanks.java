package cotangent.examples.randomized;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Estimate;
import cotangent.linalg.StableRank;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The stable rank ‖A‖_F²/‖A‖₂² of three spectra, from 1 for a fast decay to n for none, and what a random sketch leaves of them
 * beside the bounds by the tail of the spectrum.
 */
@Command(name = "stable-rank", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Stable ranks of three spectra; a sketch's error and its tail bound.", footer = {
        "", "Full size:", "  ./cotangent stable-rank --n 1000 --ranks 5,10,20,50,100,200"})
public final class StableRanks extends Experiment {
    private static final Decay[] DECAYS = {Decay.FAST, Decay.SLOW, Decay.FLAT};
    private static final int BAR = 12;
    private static final double SPAN = 1e6;
    /** Numbers that a sparkline shows of a spectrum. */
    private static final int SHOWN = 20;

    @Option(names = "--n", paramLabel = "N", description = "Size of the matrices (default: ${DEFAULT-VALUE}).")
    private int n = 50;

    @Option(names = "--ranks", paramLabel = "K", split = ",", description = "Ranks to sketch (default: 2,5,10,20).")
    private int[] ranks = {2, 5, 10, 20};

    @Option(names = "--oversampling", paramLabel = "P", description = "Columns beyond the rank, at least 2 (default: ${DEFAULT-VALUE}).")
    private int oversampling = 5;

    @Option(names = "--trials", paramLabel = "N", description = "Sketches each (default: ${DEFAULT-VALUE}).")
    private int trials = 20;

    @Option(names = "--matvecs", paramLabel = "N", description = "Products for an estimated stable rank (default: ${DEFAULT-VALUE}).")
    private int matvecs = 40;

    /** The experiment with no options set. */
    public StableRanks() {}

    @Override
    protected Findings run(ProgressListener progress) {
        double[] axis = Sizes.requireAscending("--ranks", ranks);
        Sizes.require("--n", n, 3);
        Sizes.require("--oversampling", oversampling, 2);
        Sizes.require("--trials", trials, 1);
        Sizes.require("--matvecs", matvecs, 20);
        if (ranks[ranks.length - 1] + oversampling >= n) {
            throw new InvalidDataException(
                    "--ranks: expected ranks that with --oversampling %d stay under --n %d, got %s"
                            .formatted(oversampling, n, Arrays.toString(ranks)));
        }
        Findings findings = new Findings().line("Symmetric matrices of size %d with random eigenvectors", n).line("");
        Map<Decay, Tensor> matrices = new LinkedHashMap<>();
        for (Decay decay : DECAYS) {
            matrices.put(decay, decay.matrix(n, 0));
        }
        stableRanks(findings, matrices);
        sketches(findings, matrices, axis, progress);
        return findings;
    }

    private void stableRanks(Findings findings, Map<Decay, Tensor> matrices) {
        Table table = Table.of("spectrum", "stable rank", "from %d products".formatted(matvecs), "± 95 %", "it falls")
                .text(4);
        Chart chart = Chart.semiLogarithmic("Three spectra and their stable ranks", "index i", "singular value");
        double[] index = new double[n];
        Arrays.setAll(index, i -> i);
        Map<String, Object> found = new LinkedHashMap<>();
        matrices.forEach((decay, a) -> {
            double exact = StableRank.of(a);
            Estimate estimate = StableRank.of(LinearOperator.of(a), Sampling.matvecs(matvecs));
            table.row(decay.toString(), "%.6f".formatted(exact), Table.number(estimate.value(), 6),
                    Table.number(estimate
                            .interval(0.95)
                            .halfWidth(), 2),
                    Sparkline.decay(SPAN, few(decay.values(n))));
            chart.line("%s: stable rank %.4g".formatted(decay, exact), index, decay.values(n));
            found.put(decay.name(), Map.of("exact", exact, "estimate", estimate.value(), "standardError", estimate
                    .standardError()));
        });
        findings.table(table).value("stableRanks", found).plot("stable-rank", chart);
    }

    private double[] few(double... values) {
        int count = Math.min(SHOWN, n);
        double[] few = new double[count];
        Arrays.setAll(few, i -> values[i * (n - 1) / (count - 1)]);
        return few;
    }

    /**
     * Means over the trials of one spectrum.
     *
     * @param frobenius relative to ‖A‖_F
     * @param spectral  relative to ‖A‖₂
     */
    private record Means(double[] frobenius, double[] frobeniusBound, double[] best, double[] spectral,
            double[] spectralBound, double[] stableRankBound) {}

    private void sketches(Findings findings, Map<Decay, Tensor> matrices, double[] axis, ProgressListener progress) {
        Chart chart = Chart.semiLogarithmic("What a sketch leaves; dashed: bound by the tail of the spectrum",
                "rank k; the sketch has k + %d columns".formatted(oversampling), "‖A − QQᵀA‖ / ‖A‖, Frobenius norms");
        Table frobenius = Table.of("spectrum", "rank k", "tail beyond k", "measured", "bound", "measured / bound", "")
                .text(6);
        Table spectral = Table.of("spectrum", "rank k", "σ of k + 1", "measured", "bound", "by the stable rank");
        Map<String, Object> found = new LinkedHashMap<>();
        Map<Decay, Means> means = new LinkedHashMap<>();
        for (Decay decay : DECAYS) {
            Means mean = means(decay, Objects.requireNonNull(matrices.get(decay)), progress, means.size());
            means.put(decay, mean);
            for (int i = 0; i < ranks.length; i++) {
                double share = mean.frobenius[i] / mean.frobeniusBound[i];
                frobenius.row(i == 0 ? decay.toString() : "", Integer.toString(ranks[i]), Table.number(mean.best[i], 3),
                        Table.number(mean.frobenius[i], 3), Table.number(mean.frobeniusBound[i], 3), "%.2f".formatted(
                                share),
                        Sparkline.bar(share, BAR));
                spectral.row(i == 0 ? decay.toString() : "", Integer.toString(ranks[i]), Table.number(decay.value(
                        ranks[i], n), 3), Table.number(mean.spectral[i], 3), Table.number(mean.spectralBound[i], 3),
                        Table.number(mean.stableRankBound[i], 3));
            }
            chart.line(decay.toString(), axis, mean.frobenius).theory(axis, mean.frobeniusBound);
            found.put(decay.name(), Map.of("best", mean.best, "frobenius", mean.frobenius, "frobeniusBound",
                    mean.frobeniusBound, "spectral", mean.spectral, "spectralBound", mean.spectralBound,
                    "stableRankBound", mean.stableRankBound));
        }
        findings.line("‖A − QQᵀA‖ / ‖A‖ in Frobenius norms, Q from k + %d random vectors, mean of %d", oversampling,
                trials)
                .table(frobenius)
                .line("the same in spectral norms")
                .table(spectral)
                .line("bounds of the mean: Halko, Martinsson and Tropp (2011), theorems 10.5 and 10.6;")
                .line("by the stable rank r: the singular value of k + 1 is at most √(r/(k + 1))")
                .line("");
        verdict(findings, means);
        findings.value("ranks", ranks).value("sketches", found).plot("stable-rank-errors", chart);
    }

    /** Two spectra of nearly one stable rank, and how far apart their errors are. */
    private void verdict(Findings findings, Map<Decay, Means> means) {
        int last = ranks.length - 1;
        double fast = means.getOrDefault(Decay.FAST, means.values().iterator().next()).frobenius[last];
        double slow = means.getOrDefault(Decay.SLOW, means.values().iterator().next()).frobenius[last];
        findings.line(
                "A small stable rank does not say that a small sketch suffices: those of the fast and the slow spectrum")
                .line("differ by %.2f, their errors at rank %d by a factor of %s. The tail of the spectrum says it.",
                        StableRank
                                .of(Decay.SLOW.matrix(n, 0)) - StableRank.of(Decay.FAST.matrix(n, 0)),
                        ranks[last], Table.number(slow
                                / fast, 2))
                .value("slowOverFast", slow / fast);
    }

    private Means means(Decay decay, Tensor matrix, ProgressListener progress, int done) {
        double[] values = decay.values(n);
        double size = Decay.tail(values, 0);
        double stableRank = size * size / values[0] / values[0];
        int count = ranks.length;
        Means means = new Means(new double[count], new double[count], new double[count], new double[count],
                new double[count], new double[count]);
        for (int i = 0; i < count; i++) {
            int k = ranks[i];
            for (int seed = 0; seed < trials; seed++) {
                SketchError error = SketchError.of(matrix, k + oversampling, 1, seed);
                means.frobenius[i] += error.frobenius() / size / trials;
                means.spectral[i] += error.spectral() / values[0] / trials;
            }
            means.best[i] = Decay.tail(values, k) / size;
            means.frobeniusBound[i] = SketchError.frobeniusBound(values, k, oversampling) / size;
            means.spectralBound[i] = SketchError.spectralBound(values, k, oversampling, 1) / values[0];
            means.stableRankBound[i] = Math.sqrt(stableRank / (k + 1));
            progress.progressed((long) done * count + i + 1, (long) DECAYS.length * count);
        }
        return means;
    }
}
