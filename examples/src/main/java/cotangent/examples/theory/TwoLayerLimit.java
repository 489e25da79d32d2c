package cotangent.examples.theory;

import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.PowerLaw;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigh;
import cotangent.linalg.infinite.DualActivation;
import cotangent.linalg.infinite.InfiniteNetwork;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The tangent kernel of a two-layer ReLU network of finite width against its limit.
 *
 * <p>The kernel of width m is a mean over m independent units, so its error is sqrt(V/m) in root mean square; not only the
 * rate but V, too, has a closed form, {@link ReluUnit}, and both are checked.
 */
@Command(name = "two-layer-limit", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "The two-layer NTK against its infinite-width limit, over widths.", footer = {
        "", "Full size:", "  ./cotangent two-layer-limit --widths 100,1000,10000,100000 --seeds 50"})
public final class TwoLayerLimit extends Experiment {
    private static final int STEP_DEGREES = 5;
    private static final int SHOWN_DEGREES = 30;

    @Option(names = "--width", paramLabel = "N", description = "Of the network drawn against the angle (default: ${DEFAULT-VALUE}).")
    private int width = 10_000;

    @Option(names = "--widths", paramLabel = "N", split = ",", description = "Over which to converge (default: 100,316,1000,3162,10000).")
    private int[] widths = {100, 316, 1_000, 3_162, 10_000};

    @Option(names = "--samples", paramLabel = "N", description = "Random inputs on the sphere (default: ${DEFAULT-VALUE}).")
    private int samples = 40;

    @Option(names = "--features", paramLabel = "N", description = "Their dimension (default: ${DEFAULT-VALUE}).")
    private int features = 10;

    @Option(names = "--seeds", paramLabel = "N", description = "Networks of each width (default: ${DEFAULT-VALUE}).")
    private int seeds = 12;

    /** The experiment with no options set. */
    public TwoLayerLimit() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--width", width, 1);
        Sizes.require("--samples", samples, 2);
        Sizes.require("--features", features, 1);
        Sizes.require("--seeds", seeds, 1);
        double[] x = Sizes.requireAscending("--widths", widths);
        Findings findings = new Findings().line("Two-layer ReLU network, NTK parameterisation, no biases").line("");
        angles(findings);
        convergence(findings, x, progress);
        return findings;
    }

    private static InfiniteNetwork limit() {
        return InfiniteNetwork.mlp(1, DualActivation.relu(), 1, 0);
    }

    /** The kernel of one random network. */
    private static Tensor kernel(Tensor x, int width, long seed) {
        Mlp mlp = Nn.mlp(x.shape().extent(1), width, 1).activation("relu").ntk(1, 0);
        return EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(seed)), x).toDense();
    }

    private void angles(Findings findings) {
        int[] degrees = IntStream.rangeClosed(0, 180 / STEP_DEGREES).map(i -> i * STEP_DEGREES).toArray();
        double[] angles = Arrays.stream(degrees).mapToDouble(Math::toRadians).toArray();
        Tensor x = Points.circle(angles);
        double[] limit = Arrays.copyOf(limit().kernels(x).ntk().toDoubles(), angles.length);
        double[] narrow = Arrays.copyOf(kernel(x, 100, 0).toDoubles(), angles.length);
        double[] wide = Arrays.copyOf(kernel(x, width, 0).toDoubles(), angles.length);
        Table table = Table.of("angle", "closed form", "limit", "width " + width, "difference", "one s.d.");
        double formula = 0;
        double worst = 0;
        for (int i = 0; i < angles.length; i++) {
            double deviation = Math.sqrt(ReluUnit.variance(angles[i]) / width);
            double difference = wide[i] - limit[i];
            formula = Math.max(formula, Math.abs(limit[i] - ReluUnit.mean(angles[i])));
            worst = Math.max(worst, Math.abs(difference));
            if (degrees[i] % SHOWN_DEGREES == 0) {
                table.row(degrees[i] + "°", "%.6f".formatted(ReluUnit.mean(angles[i])), "%.6f".formatted(limit[i]),
                        "%.6f".formatted(wide[i]), "%+.1e".formatted(difference), "%.1e".formatted(deviation));
            }
        }
        findings.table(table)
                .line("largest difference at any angle: %.2e; closed form and library differ by %.1e", worst, formula)
                .line("")
                .value("width", width)
                .value("degrees", degrees)
                .value("limit", limit)
                .value("kernel", wide)
                .value("largestDifference", worst)
                .value("formulaDifference", formula);
        double[] axis = Arrays.stream(degrees).asDoubleStream().toArray();
        findings.plot("two-layer-kernel", Chart.linear("Tangent kernel of a two-layer ReLU network",
                "angle between two unit inputs, degrees", "kernel")
                .curve("limit of infinite width", axis, limit)
                .points("width 100", axis, narrow)
                .points("width %,d".formatted(width), axis, wide));
    }

    private void convergence(Findings findings, double[] axis, ProgressListener progress) {
        Tensor x = Points.sphere(Key.of(1), samples, features);
        Tensor limit = limit().kernels(x).ntk();
        double size = Change.norm(limit);
        double unit = Math.sqrt(ReluUnit.variance(x)) / size;
        double smallest = Eigh.values(limit).get(0);
        double[][] errors = new double[seeds][widths.length];
        double[] root = new double[widths.length];
        double[] spread = new double[widths.length];
        double[] predicted = new double[widths.length];
        double[] eigenvalues = new double[widths.length];
        long total = (long) seeds * widths.length;
        Table table = Table.of("width", "relative error", "± s.e.", "predicted", "ratio", "smallest eigenvalue");
        for (int i = 0; i < widths.length; i++) {
            for (int seed = 0; seed < seeds; seed++) {
                Tensor kernel = kernel(x, widths[i], 1 + seed);
                errors[seed][i] = Change.norm(kernel.minus(limit)) / size;
                root[i] += errors[seed][i] * errors[seed][i] / seeds;
                eigenvalues[i] += Eigh.values(kernel).get(0) / seeds;
                progress.progressed((long) i * seeds + seed + 1, total);
            }
            root[i] = Math.sqrt(root[i]);
            for (int seed = 0; seed < seeds; seed++) {
                double deviation = errors[seed][i] - root[i];
                spread[i] += deviation * deviation / seeds;
            }
            spread[i] = Math.sqrt(spread[i] / seeds);
            predicted[i] = unit / Math.sqrt(axis[i]);
            table.row(Integer.toString(widths[i]), Table.number(root[i], 3), Table.number(spread[i], 1), Table.number(
                    predicted[i], 3), "%.2f".formatted(root[i] / predicted[i]), Table.number(eigenvalues[i], 3));
        }
        table.row("limit", "0", "", "0", "", Table.number(smallest, 3));
        PowerLaw law = PowerLaw.fit(axis, errors);
        findings.table(table)
                .line("‖K − limit‖ / ‖limit‖ in Frobenius norms, root mean square of %d networks, %d inputs in %d dimensions",
                        seeds, samples, features)
                .line("slope over widths: %s; theory: -0.5", law)
                .line("error over widths  %s (logarithmic)", Sparkline.decay(axis[axis.length - 1] / axis[0], root))
                .value("widths", widths)
                .value("relativeErrors", root)
                .value("predictedErrors", predicted)
                .value("slope", law.values())
                .value("smallestEigenvalues", eigenvalues)
                .value("smallestEigenvalueOfLimit", smallest);
        findings.plot("two-layer-convergence", Chart.logarithmic("The kernel converges like width^(−1/2): slope %s"
                .formatted(law), "width", "relative error of the kernel")
                .line("measured, %d networks each".formatted(seeds), axis, root, spread)
                .theory("predicted, closed form", axis, predicted));
    }
}
