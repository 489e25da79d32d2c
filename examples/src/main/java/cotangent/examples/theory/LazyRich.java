package cotangent.examples.theory;

import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.OutputScaling;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigh;
import cotangent.linalg.dynamics.SquaredLoss;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Lazy against rich: the model alpha·(f − f₀) trained with its loss divided by alpha² ({@link OutputScaling}), from small scales,
 * which learn features, to large ones, which leave the kernel where it is (L. Chizat, E. Oyallon and F. Bach, On Lazy Training in
 * Differentiable Programming, NeurIPS 2019).
 *
 * <p>The target is the product of the first two of the features' signs, of which the others tell nothing: a network that learns
 * features finds the two, one with a fixed kernel cannot.
 */
@Command(name = "lazy-rich", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Output scale alpha from rich to lazy: kernel movement and loss.", footer = {
        "", "Full size:",
        "  ./cotangent lazy-rich --width 1024 --samples 256 --steps 20000"})
public final class LazyRich extends Experiment {
    private static final int TEST = 512;
    /** Scales from which on the laws of the lazy limit are fitted. */
    private static final double LAZY = 10;
    private static final double SHARE = 0.1;

    @Option(names = "--alphas", paramLabel = "A", split = ",", description = "Ascending scales (default: 0.1,0.3,1,3,10,30,100).")
    private double[] alphas = {0.1, 0.3, 1, 3, 10, 30, 100};

    @Option(names = "--width", paramLabel = "N", description = "Of the hidden layer (default: ${DEFAULT-VALUE}).")
    private int width = 128;

    @Option(names = "--samples", paramLabel = "N", description = "To train on (default: ${DEFAULT-VALUE}).")
    private int samples = 128;

    @Option(names = "--features", paramLabel = "N", description = "Signs, of which two matter (default: ${DEFAULT-VALUE}).")
    private int features = 24;

    @Option(names = "--steps", paramLabel = "N", description = "At most; training ends at 1 %% of the first loss (default: ${DEFAULT-VALUE}).")
    private int steps = 3_000;

    @Option(names = "--seed", paramLabel = "N", description = "Of data and network (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public LazyRich() {}

    /** What came of one scale. */
    private record Outcome(double alpha, double parameters, double kernel, double misalignment, double targetAlignment,
            double trainLoss, double testLoss, double testError, long steps) {}

    private record Data(Tensor x, Tensor y, Tensor testX, Tensor testY) {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--width", width, 1);
        Sizes.require("--samples", samples, 2);
        Sizes.require("--features", features, 2);
        Sizes.require("--steps", steps, 1);
        for (int i = 0; i < alphas.length; i++) {
            if (!(alphas[i] > (i == 0 ? 0 : alphas[i - 1])) || alphas[i] == Double.POSITIVE_INFINITY) {
                throw new InvalidDataException("--alphas: expected ascending positive numbers, got " + Arrays.toString(
                        alphas));
            }
        }
        Key key = Key.of(seed);
        Tensor x = key.fold(0).rademacher(samples, features);
        Tensor testX = key.fold(1).rademacher(TEST, features);
        Data data = new Data(x, product(x), testX, product(testX));
        Mlp mlp = Nn.mlp(features, width, 1).activation("gelu").ntk(1, 0.1);
        Params start = mlp.init(key.fold(2));
        Tensor kernel = EmpiricalNtk.of(mlp.fn(), start, x).toDense();
        List<Outcome> outcomes = new ArrayList<>();
        for (double alpha : alphas) {
            outcomes.add(train(alpha, mlp, start, kernel, data));
            progress.progressed(outcomes.size(), alphas.length);
        }
        return report(outcomes, Change.alignment(kernel, data.y().matmul(data.y().transpose())));
    }

    /** The product of the first two features. */
    private static Tensor product(Tensor x) {
        double[] y = new double[x.shape().extent(0)];
        Arrays.setAll(y, i -> x.get(i, 0) * x.get(i, 1));
        return Tensor.wrap(Shape.of(y.length, 1), y);
    }

    private Outcome train(double alpha, Mlp mlp, Params start, Tensor kernel, Data data) {
        OutputScaling scaling = OutputScaling.of(alpha);
        Fn loss = scaling.loss(mlp.fn(), start, SquaredLoss.HALF_MEAN.fn()::apply);
        double rate = 2 * SHARE * samples / Eigh.values(kernel).get(samples - 1);
        double goal = 0.01 * 0.5 / (alpha * alpha);
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Sgd.rate(rate)), Minibatches.of(samples, data.x(), data.y()))
                .until((state, value) -> value <= goal);
        TrainingState state = trainer.start(start);
        trainer.run(state, steps);
        Params after = (Params) state.params();
        Fn model = scaling.model(mlp.fn(), start);
        Tensor moved = EmpiricalNtk.of(mlp.fn(), after, data.x()).toDense();
        Tensor train = (Tensor) model.apply(after, data.x());
        Tensor test = (Tensor) model.apply(after, data.testX());
        long wrong = 0;
        for (int i = 0; i < TEST; i++) {
            wrong += test.get(i, 0) * data.testY().get(i, 0) > 0 ? 0 : 1;
        }
        return new Outcome(alpha, Change.relative(start.flatten(), after.flatten()), Change.relative(kernel, moved), 1
                - Change.alignment(kernel, moved),
                Change.alignment(moved, data.y().matmul(data.y().transpose())),
                0.5 * train.minus(data.y()).square().mean().item(),
                0.5 * test.minus(data.testY()).square().mean().item(),
                (double) wrong / TEST, state.step());
    }

    private Findings report(List<Outcome> outcomes, double before) {
        Findings findings = new Findings()
                .line("%d-%d-1 gelu network; target: the product of two of %d signs, %d samples, %d to test",
                        features, width, features, samples, TEST)
                .line("");
        Table table = Table.of("alpha", "parameters", "kernel", "1 − alignment", "target alignment", "train loss",
                "test loss", "test error", "steps", "kernel moved").text(9);
        double largest = outcomes.stream().mapToDouble(Outcome::kernel).max().orElseThrow();
        for (Outcome o : outcomes) {
            table.row(Table.number(o.alpha(), 3), Table.number(o.parameters(), 2), Table.number(o.kernel(), 2), Table
                    .number(o.misalignment(), 2), "%.3f".formatted(o.targetAlignment()), Table.number(o.trainLoss(), 2),
                    Table.number(o.testLoss(), 2), "%.1f %%".formatted(100 * o.testError()), Long.toString(o.steps()),
                    Sparkline.bar(o.kernel() / largest, 12));
        }
        findings.table(table)
                .line("parameters, kernel: ‖after − before‖ / ‖before‖; target alignment: of the kernel after training with yyᵀ, before: %.3f",
                        before);
        double[] axis = column(outcomes, Outcome::alpha);
        List<Outcome> lazy = outcomes.stream().filter(o -> o.alpha() >= LAZY).toList();
        if (lazy.size() > 1) {
            double[] scale = column(lazy, Outcome::alpha);
            PowerLaw kernel = PowerLaw.fit(scale, column(lazy, Outcome::kernel));
            PowerLaw parameters = PowerLaw.fit(scale, column(lazy, Outcome::parameters));
            findings.line(
                    "from alpha = %s on: parameters move like alpha^%.2f, the kernel like alpha^%.2f; theory: -1 both",
                    Table.number(scale[0], 3), parameters.slope(), kernel.slope())
                    .value("kernelSlope", kernel.slope())
                    .value("parameterSlope", parameters.slope());
        }
        findings.value("alphas", axis)
                .value("outcomes", outcomes.stream().map(LazyRich::values).toList())
                .value("targetAlignmentBefore", before);
        double[] kernels = column(outcomes, Outcome::kernel);
        int last = axis.length - 1;
        findings.plot("lazy-rich-movement", Chart.logarithmic("How far training moves the kernel: lazy to the right",
                "output scale alpha", "relative change")
                .line("kernel", axis, kernels)
                .theory(axis, Arrays.stream(axis).map(a -> kernels[last] * axis[last] / a).toArray())
                .line("parameters", axis, column(outcomes, Outcome::parameters)));
        findings.plot("lazy-rich-loss", Chart.logarithmic("Loss at the end: features help where the kernel cannot",
                "output scale alpha", "½ mean (f − y)²")
                .line("test", axis, column(outcomes, Outcome::testLoss))
                .line("train", axis, column(outcomes, Outcome::trainLoss)));
        return findings;
    }

    private static double[] column(List<Outcome> outcomes, ToDoubleFunction<Outcome> of) {
        return outcomes.stream().mapToDouble(of).toArray();
    }

    private static Map<String, Object> values(Outcome o) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("alpha", o.alpha());
        values.put("parameters", o.parameters());
        values.put("kernel", o.kernel());
        values.put("misalignment", o.misalignment());
        values.put("targetAlignment", o.targetAlignment());
        values.put("trainLoss", o.trainLoss());
        values.put("testLoss", o.testLoss());
        values.put("testError", o.testError());
        values.put("steps", o.steps());
        return values;
    }
}
