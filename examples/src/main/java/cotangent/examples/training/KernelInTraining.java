package cotangent.examples.training;

import cotangent.dsl.DType;
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
import cotangent.dsl.train.TrainingStep;
import cotangent.examples.data.DataSet;
import cotangent.examples.data.EmbeddedMnist;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.dynamics.SquaredLoss;
import cotangent.linalg.ntk.EmpiricalNtk;
import cotangent.linalg.ntk.NtkPoint;
import cotangent.linalg.ntk.NtkSeries;
import cotangent.linalg.ntk.NtkTracker;
import cotangent.linalg.ntk.TrackedStatistic;
import cotangent.linalg.probe.ProgressListener;
import cotangent.linalg.probe.Sampling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The tangent kernel of a network while it learns digits, lazily and richly: alignment with the first kernel, effective rank,
 * norm, trace and alignment with the labels, from products, beside the loss.
 *
 * <p>The output scale of {@link OutputScaling} decides which: with a large one the kernel stays, with a small one it turns
 * towards the labels.
 */
@Command(name = "kernel-in-training", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "The NTK while a net learns digits, lazy and rich, beside the loss.", footer = {
        "", "Full size:",
        "  ./cotangent kernel-in-training --width 512 --samples 1000 --steps 5000"})
public final class KernelInTraining extends Experiment {
    private static final int CLASSES = 10;
    private static final int LOOKS = 20;
    /** Of the largest stable learning rate, so that a kernel which grows stays stable. */
    private static final double SHARE = 0.1;
    private static final TrackedStatistic[] STATISTICS = {TrackedStatistic.ALIGNMENT, TrackedStatistic.EFFECTIVE_RANK,
            TrackedStatistic.FROBENIUS_NORM, TrackedStatistic.TRACE, TrackedStatistic.LABEL_ALIGNMENT};

    @Option(names = "--alphas", paramLabel = "A", split = ",", description = "Output scales: small is rich, large is lazy (default: 0.03,10).")
    private double[] alphas = {0.03, 10};

    @Option(names = "--width", paramLabel = "N", description = "Of the hidden layer (default: ${DEFAULT-VALUE}).")
    private int width = 64;

    @Option(names = "--samples", paramLabel = "N", description = "Digits to train on (default: ${DEFAULT-VALUE}).")
    private int samples = 256;

    @Option(names = "--tracked", paramLabel = "N", description = "Of these, how many the kernel is over (default: ${DEFAULT-VALUE}).")
    private int tracked = 64;

    @Option(names = "--steps", paramLabel = "N", description = "Of full-batch gradient descent (default: ${DEFAULT-VALUE}).")
    private int steps = 600;

    @Option(names = "--matvecs", paramLabel = "N", description = "Products for each evaluation (default: ${DEFAULT-VALUE}).")
    private int matvecs = 60;

    @Option(names = "--seed", paramLabel = "N", description = "Of the network (default: ${DEFAULT-VALUE}).")
    private long seed;

    /** The experiment with no options set. */
    public KernelInTraining() {}

    @Override
    protected Findings run(ProgressListener progress) {
        if (width < 1 || tracked < 1 || tracked > samples || steps < LOOKS || matvecs < 4) {
            throw new InvalidDataException(
                    "expected --width from 1, --tracked from 1 to --samples, --steps from %d, --matvecs from 4"
                            .formatted(
                                    LOOKS));
        }
        DataSet digits = EmbeddedMnist.pooled(samples, DType.F64);
        Findings findings = new Findings()
                .line("49-%d-10 gelu network, squared loss, %d digits; kernel of size %d from %d products",
                        width, samples, tracked * CLASSES, matvecs)
                .line("");
        Chart alignment = Chart.linear("Alignment with the first kernel", "step", "alignment");
        Chart labels = Chart.linear("Alignment with the labels", "step", "yᵀKy / (‖K‖ ‖y‖²)");
        Chart rank = Chart.linear("Effective rank of the kernel", "step", "(tr K)² / ‖K‖²");
        Chart loss = Chart.semiLogarithmic("Loss", "step", "½ mean (f − y)²");
        Map<String, Object> series = new LinkedHashMap<>();
        for (int i = 0; i < alphas.length; i++) {
            List<NtkPoint> points = train(alphas[i], digits);
            double[] axis = points.stream().mapToDouble(NtkPoint::step).toArray();
            double[] losses = losses(points, alphas[i], digits);
            String name = "alpha = " + alphas[i];
            alignment.line(name, axis, values(points, TrackedStatistic.ALIGNMENT));
            labels.line(name, axis, values(points, TrackedStatistic.LABEL_ALIGNMENT));
            rank.line(name, axis, values(points, TrackedStatistic.EFFECTIVE_RANK));
            loss.line(name, axis, losses);
            series.put(Double.toString(alphas[i]), report(findings, name, points, losses));
            progress.progressed(i + 1, alphas.length);
        }
        return findings.value("series", series)
                .plot("kernel-in-training-alignment", alignment)
                .plot("kernel-in-training-labels", labels)
                .plot("kernel-in-training-rank", rank)
                .plot("kernel-in-training-loss", loss);
    }

    private static Tensor oneHot(Tensor labels) {
        int[] digits = labels.toInts();
        double[] rows = new double[digits.length * CLASSES];
        for (int i = 0; i < digits.length; i++) {
            rows[i * CLASSES + digits[i]] = 1;
        }
        return Tensor.wrap(Shape.of(digits.length, CLASSES), rows);
    }

    private List<NtkPoint> train(double alpha, DataSet digits) {
        Mlp mlp = Nn.mlp(49, width, CLASSES).activation("gelu").ntk(1, 0.1);
        Params start = mlp.init(Key.of(seed));
        Tensor x = digits.inputs();
        Tensor y = oneHot(digits.labels());
        Fn loss = OutputScaling.of(alpha).loss(mlp.fn(), start, SquaredLoss.HALF_MEAN.fn()::apply);
        double largest = EmpiricalNtk.of(mlp.fn(), start, x).topEigenpairs(1).values().get(0);
        double rate = 2 * SHARE * samples * CLASSES / largest;
        DataSet few = digits.take(tracked);
        NtkSeries series = NtkTracker.of(mlp.fn(), few.inputs())
                .sampling(Sampling.matvecs(matvecs).seed(seed))
                .labels(oneHot(few.labels()))
                .every(steps / LOOKS)
                .start(start);
        Trainer trainer = Trainer.of(TrainingStep.of(loss, Sgd.rate(rate)), Minibatches.of(samples, x, y))
                .listener(series);
        trainer.run(trainer.start(start), steps);
        return series.points();
    }

    /** The losses of the scaled model; it begins with outputs 0. */
    private static double[] losses(List<NtkPoint> points, double alpha, DataSet digits) {
        double first = 0.5 * oneHot(digits.labels()).square().mean().item();
        return points.stream().mapToDouble(p -> Double.isNaN(p.loss()) ? first : alpha * alpha * p.loss()).toArray();
    }

    private static double[] values(List<NtkPoint> points, TrackedStatistic statistic) {
        return points.stream().mapToDouble(point -> point.get(statistic).value()).toArray();
    }

    private static Map<String, Object> report(Findings findings, String name, List<NtkPoint> points, double... losses) {
        Table table = Table.of(name, "first", "last", "± 95 %", "over steps", "correlation with the loss").text(4);
        table.row("loss", Table.number(losses[0], 3), Table.number(losses[losses.length - 1], 3), "", Sparkline.of(
                losses), "");
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("steps", points.stream().mapToLong(NtkPoint::step).toArray());
        found.put("loss", losses);
        for (TrackedStatistic statistic : STATISTICS) {
            double[] values = values(points, statistic);
            double correlation = correlation(values, losses);
            table.row(statistic.label().replace('_', ' '), Table.number(values[0], 4), Table.number(values[values.length
                    - 1], 4),
                    Table.number(points.getLast().get(statistic).interval(0.95).halfWidth(), 2), Sparkline.of(
                            values),
                    "%+.2f".formatted(correlation));
            found.put(statistic.label(), values);
            found.put(statistic.label() + "LossCorrelation", correlation);
        }
        findings.table(table);
        return found;
    }

    /** Pearson's correlation. */
    private static double correlation(double[] a, double... b) {
        double meanA = Arrays.stream(a).average().orElseThrow();
        double meanB = Arrays.stream(b).average().orElseThrow();
        double products = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            products += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return products / Math.sqrt(squaresA * squaresB);
    }
}
