package cotangent.examples.curvature;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Params;
import cotangent.dsl.train.Checkpoint;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Lanczos;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.trace.SpectralDensity;
import cotangent.linalg.trace.StochasticLanczosQuadrature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The Hessian of a loss at four checkpoints of a training run: leading eigenvalues, trace, norm, and the density of all eigenvalues
 * before and after; how far the leading eigenvectors turned; and a ledger of the products that each answer took.
 */
@Command(name = "curvature-in-training", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "A loss's Hessian at four checkpoints, with a ledger of products.", footer = {
        "", "Full size:",
        "  ./cotangent curvature-in-training --samples 3000 --hidden 256,256 --steps 4000"})
public final class CurvatureInTraining extends Experiment {
    private static final int DENSITY_STEPS = 60;
    /** Shares of the run at which checkpoints stand. */
    private static final double[] SHARES = {0, 1.0 / 16, 0.25, 1};

    @Mixin
    private DigitClassifier digits = new DigitClassifier(300, 32, 32);

    @Option(names = "--steps", paramLabel = "N", description = "Of full-batch gradient descent (default: ${DEFAULT-VALUE}).")
    private int steps = 800;

    @Option(names = "--rate", paramLabel = "R", description = "Of gradient descent (default: ${DEFAULT-VALUE}).")
    private double rate = 0.5;

    @Option(names = "--top", paramLabel = "K", description = "Leading eigenvalues (default: ${DEFAULT-VALUE}).")
    private int top = 10;

    @Option(names = "--relative-error", paramLabel = "E", description = "Of trace and norm, with confidence 0.95 (default: ${DEFAULT-VALUE}).")
    private double relative = 0.05;

    @Option(names = "--density", paramLabel = "N", description = "Products for each density (default: ${DEFAULT-VALUE}).")
    private int density = 600;

    @Option(names = "--checkpoints", paramLabel = "DIR", description = "Write the checkpoints there, .npz (default: keep them in memory).")
    private @Nullable Path directory;

    /** The experiment with no options set. */
    public CurvatureInTraining() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--steps", steps, 16, 10_000_000);
        Sizes.require("--top", top, 2, 1_000);
        Sizes.require("--density", density, 2 * DENSITY_STEPS, 10_000_000);
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new InvalidDataException("--rate: expected a positive number, got " + rate);
        }
        DigitClassifier.Problem problem = digits.problem();
        int n = problem.start().flatten().shape().size();
        Ledger ledger = new Ledger();
        List<Checkpoint> checkpoints = train(problem);
        List<Snapshot> snapshots = new ArrayList<>();
        long rounds = SHARES.length + 2L;
        for (Checkpoint checkpoint : checkpoints) {
            snapshots.add(Snapshot.of(problem, checkpoint, top, relative, ledger));
            progress.progressed(snapshots.size(), rounds);
        }
        double[] distances = distances(problem, checkpoints, ledger);
        progress.progressed(rounds - 1, rounds);
        SpectralDensity before = density(problem, checkpoints.getFirst(), ledger);
        SpectralDensity after = density(problem, checkpoints.getLast(), ledger);
        progress.progressed(rounds, rounds);
        Findings findings = new Findings()
                .line("Hessian of a %s tanh network on %d digits, %d parameters; gradient descent of rate %s", problem
                        .architecture(), digits.samples(), n, Table.number(rate, 3))
                .line("");
        compare(findings, snapshots, distances);
        densities(findings, before, after);
        account(findings, snapshots, ledger, n);
        return findings;
    }

    private List<Checkpoint> train(DigitClassifier.Problem problem) {
        Trainer trainer = problem.trainer(Sgd.rate(rate));
        TrainingState state = trainer.start(problem.start());
        List<Checkpoint> checkpoints = new ArrayList<>();
        for (double share : SHARES) {
            trainer.run(state, Math.round(share * steps) - state.step());
            Checkpoint checkpoint = Checkpoint.of(state, 0);
            if (directory != null) {
                checkpoint.write(made(directory).resolve("step-%d.npz".formatted(state.step())));
            }
            checkpoints.add(checkpoint);
        }
        return checkpoints;
    }

    private static Path made(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new InvalidDataException("--checkpoints: expected a directory, or where one can be made, got %s: %s"
                    .formatted(directory, failure), failure);
        }
    }

    private static Params params(Checkpoint checkpoint) {
        return (Params) checkpoint.state().params();
    }

    /** ‖H − H'‖₂ of each checkpoint and the one before; 0 for the first. */
    private static double[] distances(DigitClassifier.Problem problem, List<Checkpoint> checkpoints, Ledger ledger) {
        double[] distances = new double[checkpoints.size()];
        String answer = "distance from the one before, Lanczos";
        for (int i = 1; i < distances.length; i++) {
            LinearOperator difference = hessian(problem, checkpoints.get(i), answer, ledger).minus(hessian(problem,
                    checkpoints.get(i - 1), answer, ledger));
            distances[i] = Math.abs(ledger.timed(answer, () -> Lanczos.largestMagnitude(1)
                    .tolerance(1e-2)
                    .decompose(difference)).values().get(0));
        }
        return distances;
    }

    private static LinearOperator hessian(DigitClassifier.Problem problem, Checkpoint checkpoint, String answer,
            Ledger ledger) {
        return ledger.counted(answer, "step " + checkpoint.state().step(), problem.hessian(params(checkpoint)));
    }

    private SpectralDensity density(DigitClassifier.Problem problem, Checkpoint checkpoint, Ledger ledger) {
        return ledger.spend("density of all eigenvalues", "step " + checkpoint.state().step(), problem.hessian(params(
                checkpoint)), h -> StochasticLanczosQuadrature.matvecs(density).steps(DENSITY_STEPS).density(h));
    }

    private void compare(Findings findings, List<Snapshot> snapshots, double[] distances) {
        List<String> head = new ArrayList<>(List.of("checkpoint"));
        snapshots.forEach(snapshot -> head.add("step " + snapshot.step()));
        head.add("");
        Table table = Table.of(head.toArray(String[]::new)).text(head.size() - 1);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("step", column(snapshots, Snapshot::step));
        row(table, values, "loss", "loss", column(snapshots, Snapshot::loss));
        row(table, values, "accuracy", "accuracy", column(snapshots, Snapshot::accuracy));
        for (int i : IntStream.of(0, 1, top - 1).distinct().toArray()) {
            row(table, values, "eigenvalue" + (i + 1), "eigenvalue " + (i + 1),
                    column(snapshots, s -> s.largest().values().get(i)));
        }
        row(table, values, "shareOfStable", "eigenvalue 1 of 2/rate",
                column(snapshots, s -> 0.5 * rate * s.largest().values().get(0)));
        row(table, values, "smallest", "smallest eigenvalue", column(snapshots, Snapshot::smallest));
        row(table, values, "gaussNewton", "largest of Gauss-Newton", column(snapshots, Snapshot::gaussNewton));
        row(table, values, "trace", "trace", column(snapshots, s -> s.trace().value()));
        row(table, values, "traceHalfWidth", "  ± 95 %", column(snapshots, s -> s.trace().interval(0.95).halfWidth()));
        row(table, values, "frobeniusNorm", "Frobenius norm", column(snapshots, s -> s.norm().value()));
        row(table, values, "frobeniusNormHalfWidth", "  ± 95 %",
                column(snapshots, s -> s.norm().interval(0.95).halfWidth()));
        double[] angles = new double[snapshots.size()];
        double[] moved = new double[snapshots.size()];
        for (int i = 1; i < angles.length; i++) {
            angles[i] = Math.toDegrees(snapshots.get(i).angle(snapshots.get(i - 1)));
            moved[i] = snapshots.get(i).moved(snapshots.get(i - 1));
        }
        row(table, values, "distance", "‖H − the one before‖₂", distances);
        row(table, values, "largestChange", "largest |Δλ| of the %d".formatted(top), moved);
        row(table, values, "degreesTurned", "span of the %d turned, degrees".formatted(top), angles);
        findings.table(table)
                .line("Gradient descent of rate %s is stable while eigenvalue 1 is below 2/rate = %s, the edge of stability.",
                        Table
                                .number(rate, 3),
                        Table.number(2 / rate, 3))
                .line("By Weyl no eigenvalue moves by more than ‖H − the one before‖₂.")
                .line("")
                .value("checkpoints", values);
        double[] position = new double[top];
        Arrays.setAll(position, i -> i + 1.0);
        Chart chart = Chart.linear("Leading eigenvalues of the Hessian at four checkpoints", "position", "eigenvalue");
        snapshots.forEach(snapshot -> chart.line("step " + snapshot.step(), position, snapshot.largest()
                .values()
                .toDoubles()));
        findings.plot("curvature-eigenvalues", chart);
    }

    private static double[] column(List<Snapshot> snapshots, ToDoubleFunction<Snapshot> of) {
        return snapshots.stream().mapToDouble(of).toArray();
    }

    private static void row(Table table, Map<String, Object> values, String key, String label, double... numbers) {
        List<String> cells = new ArrayList<>(List.of(label));
        for (double number : numbers) {
            cells.add(Table.number(number, 4));
        }
        cells.add(Sparkline.of(numbers));
        table.row(cells.toArray(String[]::new));
        values.put(key, numbers);
    }

    private static void densities(Findings findings, SpectralDensity before, SpectralDensity after) {
        Table table = Table
                .of("density", "from", "to", "within 3 widths of 0", "below that", "negative to positive, log scale")
                .text(5);
        Chart chart = Chart.semiLogarithmic("All eigenvalues of the Hessian before and after training", "eigenvalue",
                "density, with 95 % bands");
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : List.of("before", "after")) {
            SpectralDensity density = name.equals("before") ? before : after;
            int size = density.size();
            double[] points = density.points().toDoubles();
            double[] heights = density.values().toDoubles();
            double[] band = density.band(0.95).toDoubles();
            double middle = mass(points, heights, -3 * density.width(), 3 * density.width());
            double negative = mass(points, heights, Double.NEGATIVE_INFINITY, -3 * density.width());
            double[] shown = new double[40];
            Arrays.setAll(shown, i -> heights[i * (size - 1) / (shown.length - 1)]);
            table.row(name, Table.number(points[0], 3), Table.number(points[size - 1], 3), "%.1f %%".formatted(100
                    * middle), "%.1f %%".formatted(100 * negative), Sparkline.decay(1e4, shown));
            chart.band(name + " training", points, heights, Arrays.copyOf(band, size), Arrays.copyOfRange(band, size, 2
                    * size));
            values.put(name, Map.of("points", points, "values", heights, "mass", density.mass(), "nearZero", middle,
                    "width", density.width()));
        }
        findings.table(table)
                .line("width: of the smoothing, %s before and %s after; what is neither near 0 nor below: a few large eigenvalues",
                        Table
                                .number(before.width(), 2),
                        Table.number(after.width(), 2))
                .line("")
                .value("density", values)
                .plot("curvature-density", chart);
    }

    private static double mass(double[] points, double[] heights, double low, double high) {
        double mass = 0;
        for (int i = 1; i < points.length; i++) {
            double middle = 0.5 * (points[i] + points[i - 1]);
            mass += middle > low && middle < high ? 0.5 * (heights[i] + heights[i - 1]) * (points[i] - points[i - 1])
                    : 0;
        }
        return mass;
    }

    private void account(Findings findings, List<Snapshot> snapshots, Ledger ledger, int n) {
        double apart = 0;
        for (Snapshot snapshot : snapshots) {
            for (int i = 0; i < Snapshot.POWERS; i++) {
                apart = Math.max(apart, Math.abs(snapshot.powers().values().get(i) - snapshot.again().values().get(i))
                        / Math.abs(snapshot.again().values().get(0)));
            }
        }
        long powers = snapshots.stream().mapToLong(s -> s.powers().numMatvecs()).sum();
        long lanczos = snapshots.stream().mapToLong(s -> s.again().numMatvecs()).sum();
        boolean converged = snapshots.stream()
                .allMatch(s -> s.largest().converged() && s.powers().converged() && s.again().converged() && s.trace()
                        .converged() && s.norm().converged());
        findings.table(ledger.table("ledger: products with"))
                .line("The four Hessians written out would take %d products. Power iteration took %s times the products",
                        4L
                                * n,
                        Table.number((double) powers / lanczos, 2))
                .line("of Lanczos for the same %d eigenvalues, which agree to %s of the largest%s.", Snapshot.POWERS,
                        Table.number(
                                apart, 1),
                        converged ? "" : "; not everything converged")
                .value("ledger", ledger.values())
                .value("powerIterationProducts", powers)
                .value("lanczosProducts", lanczos)
                .value("powerIterationDifference", apart)
                .value("converged", converged)
                .value("parameters", n);
    }
}
