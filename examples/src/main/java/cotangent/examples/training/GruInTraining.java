package cotangent.examples.training;

import cotangent.dsl.DType;
import cotangent.dsl.Expr;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Adam;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.dynamics.SquaredLoss;
import cotangent.linalg.ntk.NtkTracker;
import cotangent.linalg.ntk.TrackedStatistic;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The tangent kernels of a GRU while it learns the {@link AddingProblem}: that of its prediction, and that of all its hidden states,
 * which has a row for each sample, time and unit and is known by products.
 *
 * <p>Several networks are trained, since one curve beside one other always seems to say something.
 */
@Command(name = "gru-in-training", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "The NTK while a GRU learns to add two of the numbers it is shown.", footer = {
        "", "Full size:",
        "  ./cotangent gru-in-training --length 20 --hidden 32 --samples 4000 \\",
        "    --steps 2000"})
public final class GruInTraining extends Experiment {
    private static final int LOOKS = 24;
    private static final TrackedStatistic[] OF_OUTPUTS = {TrackedStatistic.ALIGNMENT, TrackedStatistic.EFFECTIVE_RANK,
            TrackedStatistic.FROBENIUS_NORM, TrackedStatistic.TRACE, TrackedStatistic.LABEL_ALIGNMENT,
            TrackedStatistic.TARGET_ALIGNMENT, TrackedStatistic.CENTRED_TARGET_ALIGNMENT};
    private static final TrackedStatistic[] OF_STATES = {TrackedStatistic.ALIGNMENT, TrackedStatistic.EFFECTIVE_RANK,
            TrackedStatistic.FROBENIUS_NORM, TrackedStatistic.TRACE};

    @Option(names = "--length", paramLabel = "T", description = "Of a sequence (default: ${DEFAULT-VALUE}).")
    private int length = 10;

    @Option(names = "--hidden", paramLabel = "N", description = "Units of the GRU (default: ${DEFAULT-VALUE}).")
    private int hidden = 24;

    @Option(names = "--samples", paramLabel = "N", description = "Sequences to train on (default: ${DEFAULT-VALUE}).")
    private int samples = 1_024;

    @Option(names = "--batch", paramLabel = "N", description = "Sequences for each step (default: ${DEFAULT-VALUE}).")
    private int batch = 64;

    @Option(names = "--steps", paramLabel = "N", description = "Of Adam (default: ${DEFAULT-VALUE}).")
    private int steps = 800;

    @Option(names = "--rate", paramLabel = "R", description = "Of Adam (default: ${DEFAULT-VALUE}).")
    private double rate = 0.005;

    @Option(names = "--seeds", paramLabel = "N", description = "Networks to train (default: ${DEFAULT-VALUE}).")
    private int seeds = 3;

    @Option(names = "--tracked", paramLabel = "N", description = "Sequences that the kernel of the prediction is over (default: ${DEFAULT-VALUE}).")
    private int tracked = 64;

    @Option(names = "--state-samples", paramLabel = "N", description = "Sequences that the kernel of the hidden states is over (default: ${DEFAULT-VALUE}).")
    private int stateSamples = 4;

    @Option(names = "--matvecs", paramLabel = "N", description = "Products for a look at the hidden states' kernel (default: ${DEFAULT-VALUE}).")
    private int matvecs = 60;

    /** The experiment with no options set. */
    public GruInTraining() {}

    /** The same training run, seen by two kernels. */
    private record Run(KernelHistory outputs, KernelHistory states) {}

    @Override
    protected Findings run(ProgressListener progress) {
        if (length < 2 || hidden < 1 || batch < 1 || seeds < 1 || tracked < 1 || tracked > samples || stateSamples < 1
                || stateSamples > samples || steps < LOOKS || matvecs < 4) {
            throw new InvalidDataException(
                    "expected --length from 2, --tracked and --state-samples from 1 to --samples, --steps from %d, --matvecs from 4"
                            .formatted(LOOKS));
        }
        AddingProblem data = AddingProblem.of(Key.of(0), samples, length);
        Findings findings = new Findings()
                .line("adding problem, %d steps of time; a GRU of %d units, Adam, %d steps on %d sequences", length,
                        hidden, steps, samples)
                .line("kernel of the prediction: %d rows; of the hidden states: %,d", tracked, stateSamples * length
                        * hidden)
                .line("");
        HistoryReport outputs = new HistoryReport(findings, "gru-in-training-prediction", "prediction",
                "½ mean (f − y)²");
        HistoryReport states = new HistoryReport(findings, "gru-in-training-states", "hidden states",
                "½ mean (f − y)²");
        Table summary = Table.of("seed", "loss", "prediction aligned", "", "centred target, first",
                "last", "states aligned", "").text(3, 7);
        for (int seed = 0; seed < seeds; seed++) {
            Run run = train(seed, data);
            outputs.add(run.outputs());
            states.add(run.states());
            double moved = run.outputs().last(TrackedStatistic.ALIGNMENT);
            double movedStates = run.states().last(TrackedStatistic.ALIGNMENT);
            double[] targets = run.outputs().values(TrackedStatistic.CENTRED_TARGET_ALIGNMENT);
            summary.row(Integer.toString(seed), Table.number(run.outputs().lastLoss(), 3), "%.3f".formatted(moved),
                    Sparkline.bar(moved, 12), "%.3f".formatted(targets[0]), "%.3f".formatted(targets[targets.length
                            - 1]),
                    "%.3f".formatted(movedStates), Sparkline.bar(movedStates, 12));
            progress.progressed(seed + 1, seeds);
        }
        HistoryReport.explain(findings);
        outputs.finish("prediction", OF_OUTPUTS);
        return states.finish("states", OF_STATES)
                .table(summary)
                .line("to say 1 always has a loss of %s", Table.number(AddingProblem.CONSTANT_LOSS, 3))
                .value("constantLoss", AddingProblem.CONSTANT_LOSS);
    }

    /** All hidden states, samples first: [N, T, units]. */
    private Expr states(Expr params, Expr x) {
        Expr initial = Expr.of(Tensor.zeros(DType.F64, x.shape().extent(0), hidden));
        return Nn.gru(params, x.moveAxis(1, 0), initial).get(0).moveAxis(0, 1);
    }

    private Expr prediction(Expr params, Expr x) {
        Expr last = states(params, x).at(1, length - 1);
        return Nn.dense(last, params.get("readout"), params.get("shift"));
    }

    /** As PyTorch has it: uniform between plus and minus 1/√units. */
    private Params start(Key key) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("weight_ih", Shape.of(3 * hidden, 2));
        shapes.put("weight_hh", Shape.of(3 * hidden, hidden));
        shapes.put("bias_ih", Shape.of(3 * hidden));
        shapes.put("bias_hh", Shape.of(3 * hidden));
        shapes.put("readout", Shape.of(hidden, 1));
        shapes.put("shift", Shape.of(1));
        Map<String, Tensor> params = new LinkedHashMap<>();
        double bound = 1 / Math.sqrt(hidden);
        shapes.forEach((name, shape) -> params.put(name, key.fold(params.size())
                .uniform(shape, DType.F64)
                .times(2 * bound)
                .minus(bound)));
        return Params.of(params);
    }

    private Run train(int seed, AddingProblem data) {
        Fn model = Fn.of("gru", this::prediction);
        Fn half = SquaredLoss.HALF_MEAN.fn();
        Fn loss = Fn.of("loss", (params, x, y) -> half.apply(prediction(params, x), y));
        Params start = start(Key.of(seed).stream(1));
        AddingProblem few = data.take(tracked);
        NtkTracker ofOutputs = NtkTracker.of(model, few.inputs()).labels(few.targets());
        NtkTracker ofStates = NtkTracker.of(Fn.of("states", this::states), data.take(stateSamples).inputs())
                .sampling(Sampling.matvecs(matvecs).seed(seed));
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Adam.rate(rate)), Minibatches.of(batch, data.inputs(), data
                .targets()).seed(seed));
        List<KernelHistory> found = KernelHistory.all("seed " + seed, trainer, start, List.of(ofOutputs, ofStates),
                steps,
                steps / LOOKS, params -> ((Tensor) loss.apply(params, data.inputs(), data.targets())).item());
        return new Run(found.getFirst(), found.getLast());
    }
}
