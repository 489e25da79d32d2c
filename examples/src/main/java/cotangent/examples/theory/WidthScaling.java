package cotangent.examples.theory;

import cotangent.dsl.Activation;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.train.Minibatches;
import cotangent.dsl.train.Sgd;
import cotangent.dsl.train.Trainer;
import cotangent.dsl.train.TrainingState;
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Quartiles;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigh;
import cotangent.linalg.dynamics.SquaredLoss;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How far training moves parameters, features and kernel, as the network gets wider, in each {@link Scaling}. */
@Command(name = "width-scaling", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "What training moves, over widths, in NTK, standard and mean-field scaling.", footer = {
        "", "Full size:",
        "  ./cotangent width-scaling --widths 64,128,256,512,1024,2048,4096,8192 --seeds 30",
        "  ./cotangent width-scaling --hidden-layers 2 --widths 64,128,256,512,1024,2048"})
public final class WidthScaling extends Experiment {
    private static final String[] QUANTITIES = {"parameters", "features", "kernel"};
    /** Of the largest stable learning rate: small enough that a kernel which grows stays stable. */
    private static final double SHARE = 0.125;

    @Option(names = "--widths", paramLabel = "N", split = ",", description = "Of the hidden layers (default: 64,128,256,512,1024).")
    private int[] widths = {64, 128, 256, 512, 1_024};

    @Option(names = "--hidden-layers", paramLabel = "1|2", description = "How many (default: ${DEFAULT-VALUE}).")
    private int hiddenLayers = 1;

    @Option(names = "--activation", paramLabel = "NAME", description = "Smooth and not odd, for theory to hold as stated (default: ${DEFAULT-VALUE}).")
    private String activation = "gelu";

    @Option(names = "--samples", paramLabel = "N", description = "Random inputs on the sphere with random labels ±1 (default: ${DEFAULT-VALUE}).")
    private int samples = 8;

    @Option(names = "--features", paramLabel = "N", description = "Their dimension (default: ${DEFAULT-VALUE}).")
    private int features = 5;

    @Option(names = "--steps", paramLabel = "N", description = "Of gradient descent (default: ${DEFAULT-VALUE}).")
    private int steps = 100;

    @Option(names = "--seeds", paramLabel = "N", description = "Networks of each width (default: ${DEFAULT-VALUE}).")
    private int seeds = 8;

    /** The experiment with no options set. */
    public WidthScaling() {}

    @Override
    protected Findings run(ProgressListener progress) {
        double[] axis = Sizes.requireAscending("--widths", widths);
        if (hiddenLayers != 1 && hiddenLayers != 2) {
            throw new InvalidDataException("--hidden-layers: expected 1 or 2, got " + hiddenLayers);
        }
        Sizes.require("--samples", samples, 1);
        Sizes.require("--features", features, 1);
        Sizes.require("--steps", steps, 1);
        Sizes.require("--seeds", seeds, 1);
        Findings findings = new Findings()
                .line("%d hidden layer%s, %s; %d steps of full-batch gradient descent at 1/8 of "
                        + "the largest stable rate; %d networks each", hiddenLayers, hiddenLayers == 1 ? "" : "s",
                        activation,
                        steps, seeds)
                .line("relative change ‖after − before‖ / ‖before‖, and its exponent over widths")
                .line("");
        Chart[] charts = new Chart[QUANTITIES.length];
        for (int q = 0; q < charts.length; q++) {
            charts[q] = Chart.logarithmic("Change of the %s in training, and what theory says".formatted(QUANTITIES[q]),
                    "width", "relative change of the " + QUANTITIES[q]);
        }
        Table table = Table.of("scaling", "what", "width " + widths[0], "width " + widths[widths.length - 1],
                "over widths", "exponent ± s.e.", "theory").text(1, 4);
        Map<String, Object> values = new LinkedHashMap<>();
        for (Scaling scaling : Scaling.values()) {
            double[][][] changes = changes(scaling, progress);
            Map<String, Object> found = new LinkedHashMap<>();
            for (int q = 0; q < QUANTITIES.length; q++) {
                found.put(QUANTITIES[q], row(table, charts[q], scaling, q, axis, changes[q]));
            }
            values.put(scaling.name(), found);
        }
        findings.table(table).value("widths", widths).value("hiddenLayers", hiddenLayers).value("changes", values);
        conclude(findings);
        for (int q = 0; q < charts.length; q++) {
            findings.plot("width-scaling-" + QUANTITIES[q], charts[q]);
        }
        return findings;
    }

    /** Relative changes by quantity, seed and width. */
    private double[][][] changes(Scaling scaling, ProgressListener progress) {
        double[][][] changes = new double[QUANTITIES.length][seeds][widths.length];
        long total = (long) Scaling.values().length * seeds * widths.length;
        for (int i = 0; i < widths.length; i++) {
            for (int seed = 0; seed < seeds; seed++) {
                double[] measured = train(scaling, widths[i], seed);
                for (int q = 0; q < measured.length; q++) {
                    changes[q][seed][i] = measured[q];
                }
                progress.progressed(((long) scaling.ordinal() * widths.length + i) * seeds + seed + 1, total);
            }
        }
        return changes;
    }

    /** Trains one network; the relative change of each quantity. */
    private double[] train(Scaling scaling, int width, long seed) {
        Key key = Key.of(seed);
        Tensor x = Points.sphere(key.fold(0), samples, features);
        Tensor y = key.fold(1).rademacher(samples, 1);
        Activation nonlinearity = Activation.named(activation);
        Mlp mlp = scaling.mlp(nonlinearity, layers(width, 1));
        Params before = scaling.init(mlp, key.fold(2));
        Tensor kernel = EmpiricalNtk.of(mlp.fn(), before, x).toDense();
        double rate = 2 * SHARE / Eigh.values(kernel).get(samples - 1);
        Fn loss = scaling.output(width).loss(mlp.fn(), before, SquaredLoss.HALF_SUM.fn()::apply);
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Sgd.rate(rate)), Minibatches.of(samples, x, y));
        TrainingState state = trainer.start(before);
        trainer.run(state, steps);
        Params after = (Params) state.params();
        Mlp body = scaling.mlp(nonlinearity, layers(width, 0));
        Fn hidden = Fn.of("hidden", (params, in) -> nonlinearity.apply(body.apply(params, in)));
        return new double[]{Change.relative(before.flatten(), after.flatten()),
                Change.relative((Tensor) hidden.apply(before, x), (Tensor) hidden.apply(after, x)), Change.relative(
                        kernel, EmpiricalNtk.of(mlp.fn(), after, x).toDense())};
    }

    /** The features, the hidden layers, and so many outputs where there are any. */
    private int[] layers(int width, int outputs) {
        int[] layers = new int[1 + hiddenLayers + Math.min(outputs, 1)];
        Arrays.fill(layers, width);
        layers[0] = features;
        if (outputs > 0) {
            layers[hiddenLayers + 1] = outputs;
        }
        return layers;
    }

    private Map<String, Object> row(Table table, Chart chart, Scaling scaling, int q, double[] axis,
            double[]... bySeed) {
        double[] median = new double[widths.length];
        for (int i = 0; i < median.length; i++) {
            int width = i;
            median[i] = Quartiles.of(Arrays.stream(bySeed).mapToDouble(values -> values[width]).toArray()).median();
        }
        PowerLaw law = PowerLaw.fit(axis, bySeed);
        double theory = scaling.exponents(hiddenLayers)[q];
        table.row(q == 0 ? scaling.toString() : "", QUANTITIES[q], Table.number(median[0], 2), Table.number(
                median[median.length - 1], 2),
                Sparkline.decay(Math.pow(
                        axis[axis.length - 1] / axis[0], 2), median),
                law.toString(), "%.1f".formatted(
                        theory));
        chart.line("%s: %.2f, theory %.1f".formatted(scaling, law.slope(), theory), axis, median)
                .theory(axis, Arrays.stream(axis).map(n -> median[0] * Math.pow(n / axis[0], theory)).toArray());
        Map<String, Object> found = new LinkedHashMap<>(law.values());
        found.put("theory", theory);
        found.put("medians", median);
        return found;
    }

    private static void conclude(Findings findings) {
        findings.line(
                "The often quoted bound on the kernel's change, width^(-1/2), is not attained with random output weights:")
                .line("what is of that order is odd in them and averages out, which leaves width^(-1). With output weights of")
                .line("one sign it is attained. In mean-field scaling nothing falls: features are learned at any width.");
    }
}
