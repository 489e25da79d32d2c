package cotangent.examples.training;

import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.data.DataSet;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.dynamics.SquaredLoss;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.NtkTracker;
import cotangent.linalg.ntk.TrackedStatistic;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The tangent kernel of a network while it learns digits, lazily and richly: alignment with the first kernel, effective rank,
 * norm, trace and alignment with the labels, beside the loss.
 *
 * <p>Two things decide which ({@link Regime}): the output's scale, where a large one leaves the kernel where it is and a small one
 * lets it turn towards the labels; and the parameterisation, where that of the NTK gets lazier with width and the mean-field
 * one does not.
 */
@Command(name = "kernel-in-training", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "The NTK while a net learns digits, lazy and rich, beside the loss.", footer = {
        "", "Full size:",
        "  ./cotangent kernel-in-training --mnist DIR --data mnist28x28 \\",
        "    --samples 4000 --batch 100 --steps 400 --tracked 64 --test 2000 \\",
        "    --widths 128,1024"})
public final class KernelInTraining extends Experiment {
    private static final int LOOKS = 20;
    private static final TrackedStatistic[] STATISTICS = {TrackedStatistic.ALIGNMENT, TrackedStatistic.EFFECTIVE_RANK,
            TrackedStatistic.FROBENIUS_NORM, TrackedStatistic.TRACE, TrackedStatistic.LABEL_ALIGNMENT,
            TrackedStatistic.TARGET_ALIGNMENT, TrackedStatistic.CENTRED_TARGET_ALIGNMENT};

    @Mixin
    private Digits digits = new Digits();

    @Option(names = "--alphas", paramLabel = "A", split = ",", description = "Output scales: small is rich, large is lazy (default: 0.03,10).")
    private double[] alphas = {0.03, 10};

    @Option(names = "--widths", paramLabel = "N", split = ",", description = "Of the hidden layer, in NTK and mean-field parameterisation; scales are those of the first (default: 64,512).")
    private int[] widths = {64, 512};

    @Option(names = "--samples", paramLabel = "N", description = "Digits to train on (default: ${DEFAULT-VALUE}).")
    private int samples = 256;

    @Option(names = "--test", paramLabel = "N", description = "Digits to test on (default: ${DEFAULT-VALUE}).")
    private int test = 256;

    @Option(names = "--tracked", paramLabel = "N", description = "Of those trained on, how many the kernel is over (default: ${DEFAULT-VALUE}).")
    private int tracked = 32;

    @Option(names = "--batch", paramLabel = "N", description = "Digits for each step (default: all).")
    private int batch = Integer.MAX_VALUE;

    @Option(names = "--steps", paramLabel = "N", description = "Of gradient descent (default: ${DEFAULT-VALUE}).")
    private int steps = 600;

    @Option(names = "--rate", paramLabel = "R", description = "Of the largest rate that is stable at first (default: ${DEFAULT-VALUE}).")
    private double rate = 0.1;

    @Option(names = "--matvecs", paramLabel = "N", description = "Products for a look, where the kernel is not found exactly for less (default: ${DEFAULT-VALUE}).")
    private int matvecs = 60;

    @Option(names = "--seed", paramLabel = "N", description = "Of the network and the batches (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public KernelInTraining() {}

    @Override
    protected Findings run(ProgressListener progress) {
        if (tracked < 1 || tracked > samples || test < 1 || batch < 1 || steps < LOOKS || matvecs < 4 || !(rate > 0
                && rate < 1)) {
            throw new InvalidDataException(
                    "expected --tracked from 1 to --samples, --test and --batch from 1, --steps from %d, --matvecs from 4, --rate between 0 and 1"
                            .formatted(LOOKS));
        }
        List<Regime> regimes = regimes();
        Digits.Sets sets = digits.load(samples, test);
        Findings findings = new Findings()
                .line("%s: one hidden layer of gelu units, squared loss, %d digits, %d steps; kernel over %d digits, %d rows",
                        sets.training().name(), samples, steps, tracked, tracked * Digits.CLASSES)
                .line("");
        HistoryReport report = new HistoryReport(findings, "kernel-in-training", "", "½ mean (f − y)²");
        Table summary = Table.of("run", "loss", "test error", "alignment", "", "with labels, first",
                "last").text(4);
        Map<String, Object> testErrors = new LinkedHashMap<>();
        for (Regime regime : regimes) {
            Run run = train(regime, sets);
            KernelHistory history = run.history();
            report.add(history);
            double alignment = history.last(TrackedStatistic.ALIGNMENT);
            summary.row(regime.name(), Table.number(history.lastLoss(), 3), "%.1f %%".formatted(100 * run.testError()),
                    "%.4f".formatted(alignment), Sparkline.bar(alignment, 16),
                    "%.3f".formatted(history.values(TrackedStatistic.LABEL_ALIGNMENT)[0]),
                    "%.3f".formatted(history.last(TrackedStatistic.LABEL_ALIGNMENT)));
            testErrors.put(regime.name(), run.testError());
            progress.progressed(testErrors.size(), regimes.size());
        }
        HistoryReport.explain(findings);
        return report.finish("series", STATISTICS).table(summary).value("testErrors", testErrors);
    }

    private List<Regime> regimes() {
        List<Regime> regimes = new ArrayList<>();
        for (double alpha : alphas) {
            regimes.add(Regime.scaled(alpha, widths[0]));
        }
        for (int width : widths) {
            regimes.add(Regime.ntk(width));
            regimes.add(Regime.meanField(width));
        }
        return regimes;
    }

    private record Run(KernelHistory history, double testError) {}

    private Run train(Regime regime, Digits.Sets sets) {
        DataSet training = sets.training();
        Tensor x = training.inputs();
        Tensor y = Digits.oneHot(training);
        Mlp mlp = Nn.mlp(x.shape().extent(1), regime.width(), Digits.CLASSES).activation("gelu").ntk(1, 0.1);
        Params start = mlp.init(Key.of(seed));
        Fn model = regime.output().model(mlp.fn(), start);
        Fn loss = regime.output().loss(mlp.fn(), start, SquaredLoss.HALF_MEAN.fn()::apply);
        DataSet few = training.take(tracked);
        double largest = EmpiricalNtk.of(mlp.fn(), start, few.inputs()).topEigenpairs(1).values().get(0);
        Sgd descent = Sgd.rate(2 * rate * tracked * Digits.CLASSES / largest);
        NtkTracker tracker = NtkTracker.of(mlp.fn(), few.inputs())
                .sampling(Sampling.matvecs(matvecs).seed(seed))
                .labels(Digits.oneHot(few));
        Trainer trainer = Trainer.of(TrainingStep.of(loss, descent), Minibatches.of(batch, x, y).seed(seed));
        KernelHistory history = KernelHistory.of(regime.name(), trainer, start, tracker, steps, steps / LOOKS,
                params -> 0.5 * ((Tensor) model.apply(params, x)).minus(y).square().mean().item());
        Tensor outputs = (Tensor) model.apply(history.params(), sets.test().inputs());
        return new Run(history, Digits.error(outputs, sets.test()));
    }
}
