package cotangent.examples.theory;

import cotangent.dsl.Activation;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Params;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.dynamics.GradientDescent;
import cotangent.linalg.dynamics.Trajectory;
import cotangent.linalg.infinite.DualActivation;
import cotangent.linalg.infinite.InfiniteNetwork;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Low frequencies first: a function on the circle, Σ sin kθ, learned by a wide network, ReLU unless told.
 *
 * <p>On evenly spread points the limit's kernel is circulant, so that sin kθ is an eigenvector, with the kernel's Fourier
 * coefficient as eigenvalue λ_k, and is to decay like e^(−λ_k t). Without biases λ_k vanishes for odd k from 3 on (R. Basri, D.
 * Jacobs, Y. Kasten and S. Kritchman, The Convergence Rate of Neural Networks for Learned Functions of Different Frequencies,
 * NeurIPS 2019, section 4): such a frequency is never learned.
 */
@Command(name = "spectral-bias", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Low frequencies first: predicted decay per mode, and a trained net's.", footer = {
        "", "Full size:",
        "  ./cotangent spectral-bias --width 16384 --points 128 --steps 20000",
        "Odd frequencies that are never learned:", "  ./cotangent spectral-bias --bias 0"})
public final class SpectralBias extends Experiment {
    private static final int LOOKS = 101;
    private static final int SHOWN = 25;
    private static final double SHARE = 0.25;
    private static final double MANY = 1e7;
    private static final double FLOOR = 1e-3;

    @Option(names = "--width", paramLabel = "N", description = "Of the hidden layer (default: ${DEFAULT-VALUE}).")
    private int width = 4_096;

    @Option(names = "--activation", paramLabel = "NAME", description = "Nonlinearity (default: ${DEFAULT-VALUE}).")
    private String activation = "relu";

    @Option(names = "--points", paramLabel = "N", description = "On the circle, evenly spread (default: ${DEFAULT-VALUE}).")
    private int points = 48;

    @Option(names = "--frequencies", paramLabel = "K", split = ",", description = "Whose sines the target adds up (default: 1,2,3,4,6).")
    private int[] frequencies = {1, 2, 3, 4, 6};

    @Option(names = "--bias", paramLabel = "SIGMA", description = "Scale of the biases (default: ${DEFAULT-VALUE}).")
    private double bias = 1;

    @Option(names = "--steps", paramLabel = "N", description = "Of gradient descent at 1/4 of the largest stable rate (default: ${DEFAULT-VALUE}).")
    private int steps = 1_500;

    @Option(names = "--seed", paramLabel = "N", description = "Of the network (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public SpectralBias() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--width", width, 1);
        Sizes.require("--points", points, 4);
        Sizes.require("--steps", steps, LOOKS - 1);
        Sizes.requireAscending("--frequencies", frequencies);
        Sizes.require("--points", points, 2 * frequencies[frequencies.length - 1] + 1);
        Tensor x = Points.circle(IntStream.range(0, points).mapToDouble(i -> 2 * Math.PI * i / points).toArray());
        double[] values = new double[points];
        for (int k : frequencies) {
            double[] wave = wave(k);
            Arrays.setAll(values, i -> values[i] + wave[i]);
        }
        Tensor y = Tensor.wrap(Shape.of(points, 1), values);
        double[] kernel = InfiniteNetwork.mlp(1, DualActivation.of(Activation.named(activation)), 1, bias * bias)
                .kernels(x)
                .ntk()
                .toDoubles();
        double rate = SHARE * 2 / IntStream.rangeClosed(0, points / 2)
                .mapToDouble(k -> eigenvalue(kernel, k))
                .max()
                .orElseThrow();
        Mlp mlp = Nn.mlp(2, width, 1).activation(activation).ntk(1, bias);
        Params start = mlp.init(Key.of(seed));
        long[] looks = Descent.looks(LOOKS, steps);
        Descent descent = Descent.of(mlp.fn(), start, x, y, rate, looks);
        progress.progressed(1, 1);
        Trajectory linear = GradientDescent.of(EmpiricalNtk.of(mlp.fn(), start, x), y).learningRate(rate).after(looks);
        return report(kernel, rate, looks, descent, linear, EmpiricalNtk.of(mlp.fn(), descent.params(), x).toDense(),
                y);
    }

    /** sin kθ at the points. */
    private double[] wave(int k) {
        return IntStream.range(0, points).mapToDouble(i -> Math.sin(2 * Math.PI * k * i / points)).toArray();
    }

    /** The circulant kernel's eigenvalue of frequency k, from its first row. */
    private double eigenvalue(double[] kernel, int k) {
        return IntStream.range(0, points).mapToDouble(j -> kernel[j] * Math.cos(2 * Math.PI * k * j / points)).sum();
    }

    /** The Rayleigh quotient of a kernel at sin kθ. */
    private double quotient(Tensor kernel, int k) {
        Tensor wave = Tensor.wrap(Shape.of(points, 1), wave(k));
        return wave.transpose().matmul(kernel).matmul(wave).item() / wave.square().sum().item();
    }

    /** The part of sin kθ in a residual, as a share of what it is when nothing is learned. */
    private double coefficient(int k, Tensor output, Tensor y) {
        double[] wave = wave(k);
        double sum = 0;
        for (int i = 0; i < points; i++) {
            sum += wave[i] * (y.get(i, 0) - output.get(i, 0));
        }
        return sum / (0.5 * points);
    }

    private Findings report(double[] kernel, double rate, long[] looks, Descent descent, Trajectory linear,
            Tensor trained, Tensor y) {
        Findings findings = new Findings()
                .line("Network (%s) of width %d on %d points of the circle, biases scaled by %s; %d steps of rate %s",
                        activation, width, points, Table.number(bias, 3), steps, Table.number(rate, 3))
                .line("");
        Table table = Table.of("frequency", "eigenvalue", "after training", "half-life: limit", "own kernel", "trained",
                "left at the end", "own kernel", "over time").text(8);
        double[] axis = Arrays.stream(looks).asDoubleStream().toArray();
        Chart chart = Chart.semiLogarithmic("Low frequencies first; dashed: the limit, e^(−eigenvalue × time)", "step",
                "part of sin kθ not yet learned");
        Map<String, Object> modes = new LinkedHashMap<>();
        double[] eigenvalues = new double[frequencies.length];
        for (int m = 0; m < frequencies.length; m++) {
            int k = frequencies[m];
            eigenvalues[m] = eigenvalue(kernel, k);
            double factor = 1 - rate * eigenvalues[m];
            double first = coefficient(k, descent.outputs()[0], y);
            double[] left = Arrays.stream(descent.outputs()).mapToDouble(f -> coefficient(k, f, y) / first).toArray();
            double[] predicted = Arrays.stream(axis).map(step -> Math.pow(factor, step)).toArray();
            double expected = factor < 1 ? Math.log(0.5) / Math.log(factor) : Double.POSITIVE_INFINITY;
            double measured = halfLife(axis, left);
            double[] own = IntStream.range(0, LOOKS)
                    .mapToDouble(i -> coefficient(k, linear.outputs(i), y) / first)
                    .toArray();
            double linearised = halfLife(axis, own);
            table.row(Integer.toString(k), Table.number(eigenvalues[m], 3), Table.number(quotient(trained, k), 3),
                    expected < MANY ? Table.number(expected, 3) : "never", steps(linearised), steps(measured),
                    Table.number(left[LOOKS - 1], 2), Table.number(own[LOOKS - 1], 2), spark(left));
            int above = (int) Arrays.stream(predicted).takeWhile(part -> part > FLOOR).count();
            chart.curve("k = " + k, axis, floored(left))
                    .theory(Arrays.copyOf(axis, above), Arrays.copyOf(predicted, above));
            modes.put(Integer.toString(k), Map.of("eigenvalue", eigenvalues[m], "halfLifeLimit", expected,
                    "halfLifeOwnKernel", linearised, "halfLifeTrained", measured, "left", left, "ownKernel", own,
                    "limit", predicted));
        }
        findings.table(table)
                .line("half-lives in steps; left: the part of sin kθ in the residual, as a share of the first")
                .line("limit: e^(-eigenvalue × time), modes apart; own kernel: the linearised net; after training: ⟨sin, K sin⟩/⟨sin, sin⟩")
                .value("width", width)
                .value("bias", bias)
                .value("steps", looks)
                .value("modes", modes);
        if ("relu".equals(activation)) {
            findings.paragraph(
                    "A trained ReLU net is slower than its own linearisation at high frequencies: its kernel moves, and the small "
                            + "eigenvalues feel it most. The excess falls with the width: try --width 1024 and 16384.");
        }
        if (bias == 0 && "relu".equals(activation)) {
            findings.paragraph(
                    "Without biases relu(z) = (z + |z|)/2 makes the network linear plus even: odd frequencies from 3 on are not learned at any width.");
        }
        findings.plot("spectral-bias", chart);
        return findings;
    }

    /** Where the part first falls to one half, between two looks by a straight line of logarithms; NaN if it does not. */
    private static double halfLife(double[] axis, double... left) {
        for (int i = 1; i < left.length; i++) {
            if (left[i] <= 0.5) {
                double from = Math.log(left[i - 1]);
                double to = Math.log(Math.max(left[i], FLOOR));
                return axis[i - 1] + (axis[i] - axis[i - 1]) * (Math.log(0.5) - from) / (to - from);
            }
        }
        return Double.NaN;
    }

    private String steps(double number) {
        return number < MANY ? Table.number(number, 3) : "over " + steps;
    }

    private static String spark(double... left) {
        double[] few = new double[SHOWN];
        Arrays.setAll(few, i -> left[i * (LOOKS - 1) / (SHOWN - 1)]);
        return Sparkline.between(0, 1, few);
    }

    private static double[] floored(double... values) {
        return Arrays.stream(values).map(value -> Math.max(FLOOR, Math.abs(value))).toArray();
    }
}
