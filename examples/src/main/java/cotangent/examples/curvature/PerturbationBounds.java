package cotangent.examples.curvature;

import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.Eigh;
import cotangent.linalg.Lanczos;
import cotangent.linalg.Norms;
import cotangent.linalg.Perturbation;
import cotangent.linalg.PrincipalAngles;
import cotangent.linalg.Reorthogonalization;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.LinearOperator;
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
 * What perturbation theory allows against what happens: Weyl's, Hoffman and Wielandt's and Davis and Kahan's bounds for a tangent
 * kernel that training changes, beside random changes of the same size; and the bounds that Ritz pairs come with.
 */
@Command(name = "perturbation-bounds", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Weyl's and Davis and Kahan's bounds against what is measured.", footer = {
        "", "Full size:", "  ./cotangent perturbation-bounds --samples 200 --hidden 256 --steps 1,10,100,1000"})
public final class PerturbationBounds extends Experiment {
    private static final int LARGEST = 4_000;
    private static final double FLOOR = 1e-17;
    /** Parts of a smooth curve. */
    private static final int FINE = 100;

    @Mixin
    private DigitClassifier digits = new DigitClassifier(40, 128);

    @Option(names = "--steps", paramLabel = "N", split = ",", description = "Of gradient descent, after which the kernel is compared with the first (default: 1,3,10,30,100,300).")
    private int[] steps = {1, 3, 10, 30, 100, 300};

    @Option(names = "--rate", paramLabel = "R", description = "Of gradient descent (default: ${DEFAULT-VALUE}).")
    private double rate = 0.1;

    @Option(names = "--dimension", paramLabel = "K", description = "Of the leading subspace (default: the one of at most 20 with the widest gap).")
    private int dimension;

    @Option(names = "--lanczos", paramLabel = "N", description = "Steps for the bounds of Ritz pairs (default: ${DEFAULT-VALUE}).")
    private int lanczosSteps = 26;

    /** The experiment with no options set. */
    public PerturbationBounds() {}

    /** A symmetric matrix with its eigenpairs, the largest last. */
    private record Spectrum(Tensor matrix, Eigh eigh) {
        static Spectrum of(Tensor matrix) {
            return new Spectrum(matrix, Eigh.of(matrix));
        }

        int size() {
            return eigh.values().shape().extent(0);
        }

        /** The last k columns. */
        Tensor leading(int k) {
            return eigh.vectors().slice(1, size() - k, size());
        }

        double value(int position) {
            return eigh.values().get(size() - 1 - position);
        }

        /** The position, from 0 for the largest, of the eigenvalue nearest to a number. */
        int nearest(double number) {
            int best = 0;
            for (int i = 1; i < size(); i++) {
                best = Math.abs(value(i) - number) < Math.abs(value(best) - number) ? i : best;
            }
            return best;
        }

        Tensor vector(int position) {
            return eigh.vectors().slice(1, size() - 1 - position, size() - position);
        }

        double gap(int k) {
            return Perturbation.gap(eigh.values(), size() - k, size());
        }
    }

    /**
     * A change and what it did.
     *
     * @param values  the largest change of an eigenvalue
     * @param squares the root of the sum of all squared changes
     * @param sine    of the largest angle between the leading subspaces
     */
    private record Change(String name, Perturbation size, double values, double squares, double sine, double first) {
        static Change of(String name, Spectrum before, Tensor e, int k) {
            Spectrum after = Spectrum.of(symmetric(before.matrix.plus(e)));
            double largest = 0;
            double squares = 0;
            for (int i = 0; i < before.size(); i++) {
                double moved = Math.abs(after.value(i) - before.value(i));
                largest = Math.max(largest, moved);
                squares = Math.hypot(squares, moved);
            }
            return new Change(name, Perturbation.of(e), largest, squares,
                    PrincipalAngles.between(before.leading(k), after
                            .leading(k)).sine(),
                    PrincipalAngles.between(before.leading(1), after.leading(1)).sine());
        }
    }

    @Override
    protected Findings run(ProgressListener progress) {
        DigitClassifier.Problem problem = digits.problem();
        int n = digits.samples() * DigitClassifier.CLASSES;
        Sizes.require("--samples times " + DigitClassifier.CLASSES, n, 40, LARGEST);
        Sizes.require("--dimension", dimension, 0, n - 1);
        Sizes.require("--lanczos", lanczosSteps, 4, n);
        EmpiricalNtk kernel = EmpiricalNtk.of(problem.mlp().fn(), problem.start(), problem.x());
        Spectrum first = Spectrum.of(symmetric(kernel.toDense()));
        int k = dimension > 0 ? dimension : widest(first);
        Findings findings = new Findings().line("Tangent kernel of a %s tanh network on %d digits, size %d", problem
                .architecture(), digits.samples(), n)
                .line("")
                .value("size", n)
                .value("dimension", k)
                .value("gap", first.gap(k));
        List<Change> training = new ArrayList<>();
        List<Change> random = new ArrayList<>();
        Ledger ledger = new Ledger();
        Trainer trainer = problem.trainer(Sgd.rate(rate));
        TrainingState state = trainer.start(problem.start());
        for (int i = 0; i < steps.length; i++) {
            Sizes.require("--steps", steps[i], i == 0 ? 1 : steps[i - 1] + 1, 1_000_000);
            trainer.run(state, steps[i] - state.step());
            LinearOperator moved = kernel.at((Params) state.params());
            Tensor e = symmetric(moved.toDense()).minus(first.matrix);
            String name = "after %d".formatted(steps[i]);
            training.add(Change.of(name, first, e, k));
            double norm = training.getLast().size.spectralNorm();
            Tensor noise = symmetric(Key.of(digits.seed()).fold(10L + i).normal(n, n));
            random.add(Change.of("random", first, noise.times(norm / Norms.spectral(noise)), k));
            Eigenpairs largest = ledger.spend("‖K − K₀‖₂ by Lanczos", name, moved.minus(kernel), difference -> Lanczos
                    .largestMagnitude(1)
                    .tolerance(1e-3)
                    .decompose(difference));
            findings.value("lanczosNorm" + steps[i], Math.abs(largest.values().get(0)));
            progress.progressed(i + 1L, steps.length + 1L);
        }
        changes(findings, first, k, training, random);
        ritzPairs(findings, first, problem, ledger);
        progress.progressed(steps.length + 1L, steps.length + 1L);
        findings.table(ledger.table("products")).value("ledger", ledger.values());
        return findings;
    }

    private static Tensor symmetric(Tensor a) {
        return a.plus(a.transpose()).times(0.5);
    }

    /** The number of leading eigenvalues, at most 20, after which the next one is the farthest as a share of it. */
    private static int widest(Spectrum spectrum) {
        int best = 1;
        for (int k = 1; k <= Math.min(20, spectrum.size() - 1); k++) {
            best = spectrum.value(k) / spectrum.value(k - 1) < spectrum.value(best) / spectrum.value(best - 1) ? k
                    : best;
        }
        return best;
    }

    private static void changes(Findings findings, Spectrum first, int k, List<Change> training, List<Change> random) {
        double gap = first.gap(k);
        double own = first.gap(1);
        findings.line("Eigenvalues 1, 2: %s, %s; %d, %d: %s, %s. Gap after 1: %s, after %d: %s",
                Table.number(first.value(
                        0), 4),
                Table.number(first.value(1), 4), k, k + 1, Table.number(first.value(k - 1), 4), Table.number(
                        first.value(k), 4),
                Table.number(own, 2), k, Table.number(gap, 2)).line("");
        Table table = Table.of("change E", "‖E‖₂", "largest |Δλ|", "of Weyl's bound", "", "√ΣΔλ²", "of ‖E‖_F",
                "sin θ, first " + k, "Davis-Kahan", "sin θ, first 1", "Davis-Kahan").text(4);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < training.size(); i++) {
            for (Change change : List.of(training.get(i), random.get(i))) {
                Perturbation e = change.size;
                table.row(change.name, Table.number(e.spectralNorm(), 3), Table.number(change.values, 3), "%.0f %%"
                        .formatted(100 * change.values / e.valueBound()),
                        Sparkline.bar(change.values / e.valueBound(),
                                8),
                        Table.number(change.squares, 3), "%.0f %%".formatted(100 * change.squares / e.valuesBound()),
                        Table
                                .number(change.sine, 2),
                        bound(e.angleBound(gap)), Table.number(change.first, 2), bound(e
                                .angleBound(own)));
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("change", change.name);
                row.put("spectralNorm", e.spectralNorm());
                row.put("frobeniusNorm", e.frobeniusNorm());
                row.put("largestValueChange", change.values);
                row.put("valueChanges", change.squares);
                row.put("sine", change.sine);
                row.put("angleBound", e.angleBound(gap));
                row.put("firstSine", change.first);
                row.put("firstAngleBound", e.angleBound(own));
                rows.add(row);
            }
        }
        findings.table(table)
                .line("after n: n steps of gradient descent; random: a symmetric matrix of the same ‖E‖₂. Where a bound is 1 it")
                .line("says nothing: E is larger than half the gap. Weyl's bound, ‖E‖₂, is nearly used up; angles stay well below")
                .line("theirs, since of E only the part that couples the subspace with the rest turns it.")
                .line("")
                .value("changes", rows)
                .plot("perturbation-angles", angles(gap, k, training, random));
    }

    private static String bound(double sine) {
        return sine < 1 ? Table.number(sine, 2) : "1";
    }

    private static Chart angles(double gap, int k, List<Change> training, List<Change> random) {
        double[] sizes = training.stream().mapToDouble(change -> change.size.spectralNorm() / gap).toArray();
        double span = sizes[sizes.length - 1] / sizes[0];
        double[] fine = IntStream.rangeClosed(0, FINE)
                .mapToDouble(i -> sizes[0] * Math.pow(span, (double) i / FINE))
                .toArray();
        return Chart
                .logarithmic("How far the leading %d eigenvectors turn".formatted(k), "size of the change, ‖E‖₂ / gap",
                        "sine of the largest angle")
                .line("training", sizes, training.stream().mapToDouble(change -> change.sine).toArray())
                .line("random, of the same size", sizes, random.stream().mapToDouble(change -> change.sine).toArray())
                .theory("Davis and Kahan's bound", fine, Arrays.stream(fine)
                        .map(size -> Perturbation.of(size * gap).angleBound(gap))
                        .toArray());
    }

    /** The largest eigenvalue by Lanczos's process of growing length, with what it says of its own error. */
    private void ritzPairs(Findings findings, Spectrum first, DigitClassifier.Problem problem, Ledger ledger) {
        Table table = Table
                .of("Lanczos steps", "|θ − λ|", "Kato-Temple bound", "residual", "sin θ", "residual / gap", "digits")
                .text(6);
        int looks = Math.min(12, lanczosSteps - 3);
        double[][] columns = new double[6][looks];
        LinearOperator kernel = EmpiricalNtk.of(problem.mlp().fn(), problem.start(), problem.x());
        double rounding = first.size() * 0x1p-53 * first.value(0);
        for (int i = 0; i < looks; i++) {
            int length = 4 + i * (lanczosSteps - 4) / Math.max(1, looks - 1);
            Eigenpairs pairs = ledger.spend("Ritz pairs of growing length", "first kernel", kernel,
                    k -> Lanczos.largest(1)
                            .dimension(length)
                            .reorthogonalization(Reorthogonalization.PARTIAL)
                            .decompose(k));
            int nearest = first.nearest(pairs.values().get(0));
            double error = Math.abs(pairs.values().get(0) - first.value(nearest));
            double sine = PrincipalAngles.between(pairs.vectors(), first.vector(nearest)).sine();
            double[] row = {length, error, pairs.valueBound(0), pairs.residuals().get(0), sine, pairs.angleBound(0)};
            for (int column = 0; column < row.length; column++) {
                columns[column][i] = Math.max(FLOOR, row[column]);
            }
            table.row(Integer.toString(length), error < rounding ? "rounding" : Table.number(error, 2),
                    Table.number(row[2],
                            2),
                    Table.number(row[3], 2), Table.number(sine, 2), bound(row[5]), Sparkline.bar(-Math.log10(Math.max(
                            error / first.value(0), 1e-16)) / 16, 16));
        }
        findings.table(table)
                .line("θ: the largest Ritz value; λ: the eigenvalue nearest to it, which with few steps need not be the largest")
                .line("Kato-Temple: residual² / gap + rounding, by the gap that the run itself tells")
                .line("")
                .value("ritz", Map.of("steps", columns[0], "valueErrors", columns[1], "valueBounds", columns[2],
                        "residuals", columns[3], "sines", columns[4], "angleBounds", columns[5], "rounding", rounding))
                .plot("ritz-bounds", Chart.semiLogarithmic("What Lanczos says of its largest eigenpair, and what is so",
                        "steps", "error")
                        .line("value: error", columns[0], columns[1])
                        .line("value: bound", columns[0], columns[2])
                        .line("vector: sine of the angle", columns[0], columns[4])
                        .line("vector: bound", columns[0], columns[5]));
    }
}
