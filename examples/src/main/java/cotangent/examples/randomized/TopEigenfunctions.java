package cotangent.examples.randomized;

import cotangent.dsl.DType;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Mlp;
import cotangent.dsl.Nn;
import cotangent.dsl.Tensor;
import cotangent.examples.data.DataSets;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.MnistFiles;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Eigenfunctions;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigenpairs;
import cotangent.linalg.RandomizedEigh;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.Outputs;
import cotangent.linalg.probe.ProgressListener;
import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What the tangent kernel of a small network on digits sees first: its leading eigenfunctions as images of the pixels, for the sum
 * of the outputs and for all of them.
 */
@Command(name = "eigenfunctions", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Leading eigenfunctions of the NTK on digits as 7x7 images.", footer = {
        "", "Full size:", "  ./cotangent eigenfunctions --samples 3000 --top 24"})
public final class TopEigenfunctions extends Experiment {
    private static final int CLASSES = 10;
    private static final int BAR = 20;
    private static final double ALIKE = 0.99;

    @Option(names = "--samples", paramLabel = "N", description = "Digits, of 7x7 pixels (default: ${DEFAULT-VALUE}).")
    private int samples = 1_000;

    @Option(names = "--top", paramLabel = "K", description = "Eigenfunctions (default: ${DEFAULT-VALUE}).")
    private int top = 12;

    @Option(names = "--seed", paramLabel = "N", description = "Of the network (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Mixin
    private MnistFiles mnist = new MnistFiles();

    /** The experiment with no options set. */
    public TopEigenfunctions() {}

    @Override
    protected Findings run(ProgressListener progress) {
        Sizes.require("--samples", samples, 1);
        Sizes.require("--top", top, 1);
        if (top > samples) {
            throw new InvalidDataException("--top: expected at most --samples %d, got %d".formatted(samples, top));
        }
        Mlp mlp = Nn.mlp(49, 32, 32, CLASSES);
        Tensor digits = DataSets.load("mnist7x7", mnist.directory(), samples, DType.F64).inputs();
        EmpiricalNtk all = EmpiricalNtk.of(mlp.fn(), mlp.init(Key.of(seed)), digits);
        Findings findings = new Findings();
        int sum = report(findings, "sum", "Sum of the outputs", all.outputs(Outputs.sum()), digits, progress);
        int each = report(findings, "all", "All outputs", all, digits, progress);
        return findings.line(
                "likeness: cosine of an image with the mean digit; energy: share of the output that an eigenfunction")
                .line("is largest in, for which it is drawn. One that is nearly constant over the digits has the mean digit for")
                .line("its image: %d of the %d of the sum, %d of those over all outputs, of which there are %d.", sum,
                        top, each,
                        CLASSES)
                .value("constantOfSum", sum)
                .value("constantOfAll", each);
    }

    /** Prints and draws; says how many images are nearly the mean digit. */
    private int report(Findings findings, String name, String title, EmpiricalNtk kernel, Tensor digits,
            ProgressListener progress) {
        Eigenpairs pairs = kernel.topEigenpairs(RandomizedEigh.rank(top).listener(progress));
        double trace = kernel.exactTrace().run().value();
        int outputs = kernel.rows() / samples;
        double[] shares = new double[top];
        double[] likeness = new double[top];
        double[] energies = new double[top];
        double sum = 0;
        Table table = Table.of("index", "eigenvalue", "± bound", "share of the trace", "", "together", "likeness",
                "energy").text(4);
        for (int i = 0; i < top; i++) {
            double value = pairs.values().get(i);
            shares[i] = value / trace;
            sum += shares[i];
            Eigenfunctions.Image image = Eigenfunctions.image(digits, pairs, i);
            likeness[i] = cosine(image.pixels(), mean(digits));
            energies[i] = image.energy();
            table.row(Integer.toString(i + 1), Table.number(value, 6), Table.number(pairs.valueBound(i), 2), percent(
                    shares[i]), Sparkline.bar(shares[i], BAR), percent(sum), "%.3f".formatted(likeness[i]),
                    outputs == 1
                            ? ""
                            : "%.0f %% in %d".formatted(100 * image.energy(), image.output()));
        }
        findings.line("%s: kernel of size %d, %d products", title, kernel.rows(), pairs.numMatvecs())
                .table(table)
                .value(name,
                        Map.of("eigenvalues", pairs.values().toDoubles(), "residuals", pairs.residuals().toDoubles(),
                                "trace", trace, "shares", shares, "likeness", likeness, "energies", energies,
                                "products", pairs
                                        .numMatvecs()))
                .plot("eigenfunctions-" + name, Eigenfunctions.images(digits, pairs));
        return (int) Arrays.stream(likeness).filter(cosine -> cosine > ALIKE).count();
    }

    private static String percent(double share) {
        return "%.2f %%".formatted(100 * share);
    }

    private static double[] mean(Tensor digits) {
        return digits.mean(0).toDoubles();
    }

    private static double cosine(double[] a, double... b) {
        double inner = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < a.length; i++) {
            inner += a[i] * b[i];
            first += a[i] * a[i];
            second += b[i] * b[i];
        }
        return Math.abs(inner) / Math.sqrt(first * second);
    }
}
