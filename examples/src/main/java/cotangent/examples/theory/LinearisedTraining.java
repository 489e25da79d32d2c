package cotangent.examples.theory;

import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigh;
import cotangent.linalg.dynamics.GradientDescent;
import cotangent.linalg.dynamics.GradientFlow;
import cotangent.linalg.dynamics.TrainingLimit;
import cotangent.linalg.dynamics.Trajectory;
import cotangent.linalg.infinite.DualActivation;
import cotangent.linalg.infinite.InfiniteNetwork;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A network really trained against its linearised dynamics: exponential convergence, how the distance of the two falls with the
 * width, and where training stops when the kernel is singular.
 */
@Command(name = "linearised-training", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Really trained nets against linearised dynamics; singular kernels.", footer = {
        "", "Full size:", "  ./cotangent linearised-training --widths 64,256,1024,4096,16384 --seeds 20"})
public final class LinearisedTraining extends Experiment {
    private static final int LOOKS = 81;
    /** The slowest mode has decayed by this many powers of e at the end, if the steps suffice. */
    private static final double DECAY = 7;
    private static final double SPAN = 1e9;
    private static final double FLOOR = 1e-12;

    @Option(names = "--widths", paramLabel = "N", split = ",", description = "Of the hidden layer (default: 64,256,1024,4096).")
    private int[] widths = {64, 256, 1_024, 4_096};

    @Option(names = "--samples", paramLabel = "N", description = "Random inputs on the sphere, labels ±1 (default: ${DEFAULT-VALUE}).")
    private int samples = 8;

    @Option(names = "--features", paramLabel = "N", description = "Their dimension (default: ${DEFAULT-VALUE}).")
    private int features = 10;

    @Option(names = "--rate", paramLabel = "SHARE", description = "Learning rate as a share of the largest stable one (default: ${DEFAULT-VALUE}).")
    private double share = 0.1;

    @Option(names = "--max-steps", paramLabel = "N", description = "At most so many (default: ${DEFAULT-VALUE}).")
    private int maxSteps = 2_000;

    @Option(names = "--seeds", paramLabel = "N", description = "Networks of each width (default: ${DEFAULT-VALUE}).")
    private int seeds = 8;

    /** The experiment with no options set. */
    public LinearisedTraining() {}

    @Override
    protected Findings run(ProgressListener progress) {
        double[] axis = Sizes.requireAscending("--widths", widths);
        Sizes.require("--samples", samples, 3);
        Sizes.require("--features", features, 1);
        Sizes.require("--max-steps", maxSteps, LOOKS);
        Sizes.require("--seeds", seeds, 1);
        if (!(share > 0 && share < 1)) {
            throw new InvalidDataException("--rate: expected a share between 0 and 1, got " + share);
        }
        Findings findings = new Findings();
        regular(findings, axis, progress);
        singular(findings);
        return findings;
    }

    private Mlp mlp(int width) {
        return Nn.mlp(features, width, 1).activation("gelu").ntk(1, 0.1);
    }

    private static InfiniteNetwork limit() {
        return InfiniteNetwork.mlp(1, DualActivation.gelu(), 1, 0.01);
    }

    /** What is the same for all networks. */
    private record Task(Tensor x, Tensor y, Tensor kernel, double smallest, double rate, long[] looks) {
        double[] times() {
            return Arrays.stream(looks).mapToDouble(step -> rate * step).toArray();
        }
    }

    /**
     * One network.
     *
     * @param losses   of the trained network
     * @param flow     of its linearised gradient flow
     * @param own      distance from its own linearisation
     * @param infinite distance from the network of infinite width with the same first outputs
     * @param bound    largest quotient, after the start, of a loss and e^(−2·λmin·t) times the first, λmin that of its kernel
     */
    private record Run(double[] losses, double[] flow, double own, double infinite, double bound) {}

    private Task task() {
        Tensor x = Points.sphere(Key.of(100), samples, features);
        Tensor kernel = limit().kernels(x).ntk();
        double[] spectrum = Eigh.values(kernel).toDoubles();
        double rate = share * 2 / spectrum[samples - 1];
        int steps = (int) Math.clamp(Math.ceil(DECAY / (rate * spectrum[0])), LOOKS, maxSteps);
        return new Task(x, Key.of(101).rademacher(samples, 1), kernel, spectrum[0], rate, Descent.looks(LOOKS, steps));
    }

    private Run run(Task task, int width, int seed) {
        Mlp mlp = mlp(width);
        Params start = mlp.init(Key.of(seed));
        Descent descent = Descent.of(mlp.fn(), start, task.x(), task.y(), task.rate(), task.looks());
        Tensor kernel = EmpiricalNtk.of(mlp.fn(), start, task.x()).toDense();
        double[] losses = descent.lossesAt(task.looks());
        double[] times = task.times();
        double smallest = Eigh.values(kernel).get(0);
        double bound = 0;
        for (int i = 1; i < times.length; i++) {
            bound = Math.max(bound, losses[i] / (losses[0] * Math.exp(-2 * smallest * times[i])));
        }
        double[] flow = GradientFlow.of(LinearOperator.of(kernel), descent.outputs()[0], task.y())
                .losses(times)
                .values()
                .toDoubles();
        return new Run(losses, flow, distance(task, descent, kernel), distance(task, descent, task.kernel()), bound);
    }

    /** The largest distance of outputs from descent under a fixed kernel, as a share of the first residual. */
    private static double distance(Task task, Descent descent, Tensor kernel) {
        Trajectory linear = GradientDescent.of(LinearOperator.of(kernel), descent.outputs()[0], task.y())
                .learningRate(task.rate())
                .after(task.looks());
        double largest = 0;
        for (int i = 0; i < linear.size(); i++) {
            largest = Math.max(largest, Change.norm(descent.outputs()[i].minus(linear.outputs(i))));
        }
        return largest / Change.norm(descent.outputs()[0].minus(task.y()));
    }

    private void regular(Findings findings, double[] axis, ProgressListener progress) {
        Task task = task();
        findings.line("One hidden layer, gelu, NTK parameterisation; %d samples; %d steps of rate %s", samples,
                task.looks()[LOOKS - 1], Table.number(task.rate(), 3)).line("");
        double[][] own = new double[seeds][widths.length];
        double[][] infinite = new double[seeds][widths.length];
        double[] units = Arrays.stream(task.times()).map(time -> time * task.smallest()).toArray();
        Chart chart = Chart.semiLogarithmic("Loss of trained networks; dashed: their linearised gradient flow",
                "time × smallest eigenvalue of the limit", "loss ½ Σ(f − y)²");
        Table table = Table.of("width", "loss at the end", "linearised flow", "loss / bound, largest", "over time")
                .text(4);
        for (int i = 0; i < widths.length; i++) {
            for (int seed = 0; seed < seeds; seed++) {
                Run run = run(task, widths[i], seed);
                own[seed][i] = run.own();
                infinite[seed][i] = run.infinite();
                if (seed == 0) {
                    report(findings, table, widths[i], run);
                    chart.curve("width " + widths[i], units, floored(run.losses())).theory(units, floored(run.flow()));
                }
                progress.progressed((long) i * seeds + seed + 1, (long) seeds * widths.length);
            }
        }
        findings.table(table)
                .line("one network each; bound: first loss × e^(−2 λmin t), with λmin of the network's own kernel: to be at most 1")
                .line("(steps of a finite rate decay a little faster than the flow: by a factor 1 + rate·λ/2 in the exponent)")
                .line("");
        findings.plot("linearised-training-loss", chart);
        deviations(findings, axis, own, infinite);
    }

    private static void report(Findings findings, Table table, int width, Run run) {
        double[] few = new double[LOOKS / 4 + 1];
        Arrays.setAll(few, k -> Math.max(FLOOR, run.losses()[4 * k]));
        table.row(Integer.toString(width), Table.number(run.losses()[LOOKS - 1], 3), Table.number(run.flow()[LOOKS - 1],
                3), "%.4f".formatted(run.bound()), Sparkline.decay(SPAN, few));
        findings.value("width " + width, Map.of("losses", run.losses(), "flow", run.flow(), "lossOverBound", run
                .bound()));
    }

    private void deviations(Findings findings, double[] axis, double[][] own, double[][] infinite) {
        PowerLaw first = PowerLaw.fit(axis, own);
        PowerLaw second = PowerLaw.fit(axis, infinite);
        double[] ownRoot = rootMeanSquares(own);
        double[] infiniteRoot = rootMeanSquares(infinite);
        Table table = Table.of("width", "from its own linearisation", "from the infinite network");
        for (int i = 0; i < widths.length; i++) {
            table.row(Integer.toString(widths[i]), Table.number(ownRoot[i], 3), Table.number(infiniteRoot[i], 3));
        }
        table.row("exponent", first.toString(), second.toString());
        table.row("theory", "-1", "-0.5");
        findings.table(table)
                .line("largest distance of the trained outputs in time, as a share of the first residual; root mean square of %d networks",
                        seeds)
                .line("The bound of the literature for the first is width^(-1/2), too: with random output weights it is not attained.")
                .line("")
                .value("widths", widths)
                .value("distanceFromOwn", ownRoot)
                .value("distanceFromInfinite", infiniteRoot)
                .value("slopeFromOwn", first.values())
                .value("slopeFromInfinite", second.values());
        findings.plot("linearised-training-distance", Chart.logarithmic(
                "How far training departs from a fixed kernel", "width", "largest distance / first residual")
                .line("the network's own first kernel: %s".formatted(first), axis, ownRoot)
                .theory(axis, law(axis, ownRoot[0], -1))
                .line("the kernel of infinite width: %s".formatted(second), axis, infiniteRoot)
                .theory(axis, law(axis, infiniteRoot[0], -0.5)));
    }

    private static double[] law(double[] axis, double first, double exponent) {
        return Arrays.stream(axis).map(n -> first * Math.pow(n / axis[0], exponent)).toArray();
    }

    private static double[] rootMeanSquares(double[]... bySeed) {
        double[] result = new double[bySeed[0].length];
        for (int i = 0; i < result.length; i++) {
            int width = i;
            result[i] = Math.sqrt(Arrays.stream(bySeed)
                    .mapToDouble(values -> values[width] * values[width])
                    .average()
                    .orElseThrow());
        }
        return result;
    }

    private static double[] floored(double... values) {
        return Arrays.stream(values).map(value -> Math.max(FLOOR, value)).toArray();
    }

    /** One sample twice, with labels 1 and −1: their difference is never learned. */
    private void singular(Findings findings) {
        Task task = task();
        double[] inputs = task.x().toDoubles();
        System.arraycopy(inputs, 0, inputs, (samples - 1) * features, features);
        double[] labels = task.y().toDoubles();
        labels[0] = 1;
        labels[samples - 1] = -1;
        Tensor x = Tensor.wrap(task.x().shape(), inputs);
        Tensor y = Tensor.wrap(task.y().shape(), labels);
        int width = widths[widths.length - 1];
        Mlp mlp = mlp(width);
        Params start = mlp.init(Key.of(0));
        GradientFlow flow = GradientFlow.of(EmpiricalNtk.of(mlp.fn(), start, x), y);
        TrainingLimit limit = flow.limit();
        double rate = share * flow.maxLearningRate().value();
        long[] looks = Descent.looks(LOOKS, (int) task.looks()[LOOKS - 1]);
        double[] losses = Descent.of(mlp.fn(), start, x, y, rate, looks).lossesAt(looks);
        double[] steps = Arrays.stream(looks).asDoubleStream().toArray();
        double[] times = Arrays.stream(steps).map(step -> rate * step).toArray();
        double[] predicted = flow.losses(times).values().toDoubles();
        double[] floor = new double[LOOKS];
        Arrays.fill(floor, limit.loss());
        findings.line("A singular kernel: one input twice, labels 1 and -1, width %d", width)
                .line("rank %d of %d; predicted floor of the loss (1 - (-1))²/4 = %.6f; trained to %.6f", limit.rank(),
                        samples, limit.loss(), losses[LOOKS - 1])
                .line("%.1f %% of the first residual is never learned", 100 * limit.unlearned())
                .value("singularRank", limit.rank())
                .value("singularFloor", limit.loss())
                .value("singularLoss", losses[LOOKS - 1]);
        findings.plot("linearised-training-singular", Chart.semiLogarithmic(
                "A singular kernel: the loss stops at a floor; dashed: linearised", "step",
                "loss ½ Σ(f − y)²")
                .curve("width %d, one input twice".formatted(width), steps, floored(losses))
                .theory(steps, predicted)
                .curve("all inputs distinct", steps, floored(run(task, width, 0).losses()))
                .theory("floor: the residual's null part", steps, floor));
    }
}
