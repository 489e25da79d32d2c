package cotangent.examples.traces;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Adam;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.data.DataSets;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.MedianTime;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Estimate;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Strategy;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Norm, effective rank and alignment of the tangent kernels of a classifier of digits, at its start and after training, from
 * products: their errors against products and time, beside the kernels written out.
 */
@Command(name = "statistic-error", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Error of a kernel's norm, effective rank and alignment.", footer = {
        "", "Full size:", "  ./cotangent statistic-error --full"})
public final class StatisticError extends SubjectOptions {
    private static final int TIMED_RUNS = 3;
    private static final int CLASSES = 10;
    private static final double RATE = 1e-3;
    private static final double[] TOLERANCES = {1e-2, 1e-3};
    private static final double SPAN = 1e3;

    @Option(names = "--products", paramLabel = "N", split = ",", description = "Budgets, ascending; for the alignment those of each kernel (default: 12,30,75,190; with --full 15,30,60,120).")
    private int[] products = {};

    @Option(names = "--steps", paramLabel = "N", description = "Of Adam on all digits between the kernels (default: ${DEFAULT-VALUE}).")
    private int steps = 60;

    /** The experiment with no options set. */
    public StatisticError() {}

    /** The kernels before and after training. */
    private record Pair(EmpiricalNtk before, EmpiricalNtk after, double loss, double trainedLoss) {
        /** The first kernel with nothing computed yet. */
        EmpiricalNtk fresh() {
            return before.at(before.params());
        }

        EmpiricalNtk freshAfter() {
            return after.at(after.params());
        }
    }

    /** What is asked of the kernels. */
    private enum Quantity {
        NORM("Frobenius norm, before"), RANK("effective rank, before"), TRAINED_RANK(
                "effective rank, after"), ALIGNMENT("alignment, before and after");

        private final String label;

        Quantity(String label) {
            this.label = label;
        }

        Estimate estimate(Pair pair, Strategy strategy, Sampling sampling) {
            return switch (this) {
                case NORM -> pair.fresh().by(strategy).frobeniusNorm(sampling);
                case RANK -> pair.fresh().by(strategy).effectiveRank(sampling);
                case TRAINED_RANK -> pair.freshAfter().by(strategy).effectiveRank(sampling);
                case ALIGNMENT -> pair.fresh()
                        .by(strategy)
                        .alignment(pair.freshAfter().by(strategy), sampling);
            };
        }

        String option() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The truth and the time it takes, the errors. */
    private record Result(Quantity quantity, Estimate exact, double exactMillis, Curve curve, double planned) {}

    @Override
    protected Findings run(ProgressListener progress) {
        int[] budgets = budgets();
        Pair pair = pair();
        if (budgets[budgets.length - 1] >= pair.before().rows()) {
            throw new InvalidDataException("--products: a kernel of size %d is known exactly from as many; take fewer"
                    .formatted(pair.before().rows()));
        }
        List<Result> results = new ArrayList<>();
        for (Quantity quantity : Quantity.values()) {
            results.add(measure(pair, quantity, budgets));
            progress.progressed(results.size(), Quantity.values().length);
        }
        return report(pair, results);
    }

    private int[] budgets() {
        int[] budgets = products.length > 0 ? products : full() ? new int[]{15, 30, 60, 120}
                : new int[]{12, 30, 75, 190};
        for (int i = 0; i < budgets.length; i++) {
            if (budgets[i] < (i == 0 ? 6 : budgets[i - 1] + 1)) {
                throw new InvalidDataException("--products: expected ascending numbers from 6, got " + Arrays.toString(
                        budgets));
            }
        }
        return budgets;
    }

    /** Trains the model on the digits that its kernel is over. */
    private Pair pair() {
        TraceModel model = model(Family.MNIST);
        DType dtype = dtype();
        Tensor labels = DataSets.load("mnist28x28", mnist(), model.samples(), dtype)
                .labels()
                .oneHot(CLASSES, dtype);
        Fn loss = Fn.of("loss", (p, x, y) -> Nn.crossEntropy(model.fn().apply(p, x), y));
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Adam.rate(RATE)), Minibatches.of(model.samples(), model
                .inputs(), labels));
        TrainingState state = trainer.start(model.params());
        trainer.run(state, steps);
        Params after = (Params) state.params();
        EmpiricalNtk kernel = model.kernel();
        return new Pair(kernel, kernel.at(after), value(loss, model, model.params(), labels), value(
                loss, model, after, labels));
    }

    private static double value(Fn loss, TraceModel model, Params params, Tensor labels) {
        return ((Tensor) loss.apply(params, model.inputs(), labels)).item();
    }

    private Result measure(Pair pair, Quantity quantity, int... budgets) {
        Sampling any = Sampling.matvecs(budgets[0]);
        Strategy written = quantity == Quantity.ALIGNMENT ? Strategy.EXPLICIT : Strategy.NORMS;
        Estimate exact = quantity.estimate(pair, written, any);
        double exactMillis = MedianTime.millis(TIMED_RUNS, () -> quantity.estimate(pair, written, any));
        List<Trials> trials = new ArrayList<>();
        for (int budget : budgets) {
            if (trials.isEmpty()) {
                warmUp().run(() -> quantity.estimate(pair, Strategy.PRODUCTS, any));
            }
            trials.add(Trials.run(budget, seeds(), exact.value(), seed -> quantity.estimate(pair, Strategy.PRODUCTS,
                    Sampling.matvecs(budget).seed(seed))));
        }
        double planned = MedianTime.millis(TIMED_RUNS,
                () -> quantity.estimate(pair, Strategy.AUTOMATIC, Sampling.matvecs(
                        budgets[budgets.length - 1])));
        return new Result(quantity, exact, exactMillis, new Curve(Method.PLANNED, trials, 2.0 * pair.before().rows()),
                planned);
    }

    private Findings report(Pair pair, List<Result> results) {
        Findings findings = new Findings().line("%s; kernel of size %,d, %s", model(Family.MNIST).title(), pair.before()
                .rows(), pair.before().dtype())
                .line("trained for %d steps of Adam: cross-entropy %s to %s", steps, Table.number(pair.loss(), 3), Table
                        .number(pair.trainedLoss(), 3))
                .line("median relative error over %d seeds, from products with the kernel; for the alignment as many with each",
                        seeds())
                .line("");
        List<String> heading = new ArrayList<>(List.of("statistic", "exact"));
        for (Trials trial : results.getFirst().curve().trials()) {
            heading.add("%d products".formatted(trial.budget()));
        }
        heading.addAll(List.of("fall", "slope"));
        Table errors = Table.of(heading.toArray(String[]::new)).text(heading.size() - 2);
        Table times = Table.of("statistic", "written out", "1e-02: time", "speed-up", "1e-03: time", "speed-up",
                "planner");
        Chart chart = Chart.logarithmic("Error of a kernel's statistics, quartiles over %d seeds".formatted(seeds()),
                "products with the kernel", "relative error");
        Map<String, Object> values = new LinkedHashMap<>();
        for (Result result : results) {
            row(errors, times, result);
            Curve curve = result.curve();
            chart.band(result.quantity().label, curve.column(Trials::budget), curve.medians(), curve.column(
                    trial -> trial.error().low()), curve.column(trial -> trial.error().high()));
            Map<String, Object> found = new LinkedHashMap<>(curve.values());
            found.put("exactValue", result.exact().value());
            found.put("exactMillis", result.exactMillis());
            found.put("plannedMillis", result.planned());
            values.put(result.quantity().option(), found);
        }
        return findings.table(errors)
                .table(times)
                .line("written out: %s", results.getFirst().exact().route())
                .line("planner: what it takes at the largest budget, exact where that costs no more; ~ by the fitted slope")
                .value("state", pair.before().rows())
                .value("seeds", seeds())
                .value("losses", new double[]{pair.loss(), pair.trainedLoss()})
                .value("statistics", values)
                .plot("statistic-error", chart);
    }

    private static void row(Table errors, Table times, Result result) {
        Curve curve = result.curve();
        List<String> row = new ArrayList<>(List.of(result.quantity().label, Table.number(result.exact().value(), 5)));
        for (Trials trial : curve.trials()) {
            row.add(Table.number(trial.error().median(), 2));
        }
        row.add(Sparkline.decay(SPAN, curve.medians()));
        row.add(curve.law().map(Object::toString).orElse(""));
        errors.row(row.toArray(String[]::new));
        List<String> cells = new ArrayList<>(List.of(result.quantity().label, ErrorReport.millis(result
                .exactMillis())));
        for (double tolerance : TOLERANCES) {
            Curve.Reach reach = curve.reach(tolerance);
            cells.add((reach.measured() ? "" : "~") + ErrorReport.millis(reach.millis()));
            cells.add(ErrorReport.times(result.exactMillis() / reach.millis()));
        }
        cells.add(ErrorReport.millis(result.planned()));
        times.row(cells.toArray(String[]::new));
    }
}
