package cotangent.examples.curvature;

import cotangent.dsl.DType;
import cotangent.dsl.Fn;
import cotangent.dsl.InvalidDataException;
import cotangent.dsl.Key;
import cotangent.dsl.Params;
import cotangent.dsl.Tensor;
import cotangent.dsl.autodiff.Linearization;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.MedianTime;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.experiment.WarmUp;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A Hessian times a vector in three ways that are exact but for rounding, forward over reverse, reverse over reverse and reverse
 * over forward mode (B. A. Pearlmutter, Neural Computation 6, 1994), and by central differences of gradients, which are not; with the
 * time of each, from the parameters anew and over one kept forward and backward pass.
 */
@Command(name = "hessian-products", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Hessian-vector products in three ways and by differences.", footer = {
        "", "Full size:", "  ./cotangent hessian-products --samples 3000 --hidden 512,512"})
public final class HessianProducts extends Experiment {
    private static final int BLOCK = 32;
    private static final double SMALLEST = 1e-9;
    private static final int STEPS = 37;

    @Mixin
    private DigitClassifier digits = new DigitClassifier(300, 32, 32);

    @Option(names = "--repetitions", paramLabel = "N", description = "Timed runs of each, of which the median is shown (default: ${DEFAULT-VALUE}).")
    private int repetitions = 51;

    @Option(names = "--warm-up", paramLabel = "MS", description = "Milliseconds for which each runs before it is timed (default: ${DEFAULT-VALUE}).")
    private int warmUp = 1_600;

    /** The experiment with no options set. */
    public HessianProducts() {}

    /** A way to a product: a function of (parameters, inputs, labels, vector). */
    private record Way(String name, Fn fn) {
        Tensor product(Setting setting) {
            return ((Params) fn.apply(setting.params, setting.x, setting.labels, setting.params.unflatten(
                    setting.vector))).flatten();
        }
    }

    /** The point, and the vector that the Hessian is applied to, in one dtype. */
    private record Setting(Fn gradient, Params params, Tensor x, Tensor labels, Tensor vector) {
        Setting cast(Params like) {
            return new Setting(gradient, like.unflatten(params.flatten().cast(DType.F32)), x.cast(DType.F32), labels,
                    vector
                            .cast(DType.F32));
        }

        Tensor gradient(Params at) {
            return ((Params) gradient.apply(at, x, labels)).flatten();
        }

        Linearization linearization() {
            return gradient.linearize(params, x, labels);
        }

        /** (∇L(θ + εv) − ∇L(θ − εv))/2ε. */
        Tensor differences(double step) {
            Tensor theta = params.flatten();
            Tensor ahead = gradient(params.unflatten(theta.plus(vector.times(step))));
            Tensor behind = gradient(params.unflatten(theta.minus(vector.times(step))));
            return ahead.minus(behind).times(0.5 / step);
        }
    }

    private static List<Way> ways(Fn loss) {
        Fn pullback = loss.grad().vjp();
        Fn pushforward = loss.jvp();
        // the tangent along the inputs is zero, that of the labels is ignored
        Fn slope = Fn.of("slope", 4, in -> pushforward.apply(in.get(0), in.get(1), in.get(2), in.get(3), in.get(1)
                .filled(0), in.get(2)).get(1));
        return List.of(new Way("forward over reverse", loss.hvp()), new Way("reverse over reverse", Fn.of("rr", 4,
                in -> pullback.apply(in.get(0), in.get(1), in.get(2), in.get(3)).get(1))), new Way(
                        "reverse over forward", slope.grad()));
    }

    @Override
    protected Findings run(ProgressListener progress) {
        if (repetitions < 3) {
            throw new InvalidDataException("--repetitions: expected at least 3, got " + repetitions);
        }
        Sizes.require("--warm-up", warmUp, 1, 1_000_000);
        DigitClassifier.Problem problem = digits.problem();
        Tensor theta = problem.start().flatten();
        int n = theta.shape().size();
        Tensor direction = Key.of(digits.seed()).fold(1).normal(n);
        Tensor vector = direction.dividedBy(norm(direction));
        Setting wide = new Setting(problem.loss().grad(), problem.start(), problem.x(), problem.labels(), vector);
        Setting narrow = wide.cast(problem.mlp().dtype(DType.F32).init(Key.of(digits.seed())));
        Findings findings = new Findings().line("%s tanh network, %d parameters, cross-entropy on %d digits", problem
                .architecture(), n, digits.samples()).line("");
        List<Way> ways = ways(problem.loss());
        Tensor exact = ways.getFirst().product(wide);
        Timings timings = new Timings();
        for (Way way : ways) {
            timings.add(way.name(), distance(way.product(wide), exact), distance(way.product(narrow), exact), 1,
                    () -> way.product(wide));
        }
        double[][] errors = differences(wide, narrow, exact);
        timings.add("central differences", smallest(errors[0]), smallest(errors[1]), 1, () -> wide.differences(1e-5));
        kept(timings, wide, narrow, exact);
        double gradient = timings.measure(() -> wide.gradient(wide.params), warmUp, repetitions, progress);
        timings.report(findings, gradient);
        double best = errors[2][indexOfSmallest(errors[0])];
        findings.line("")
                .line("Exact ways agree to rounding. Differences err by ε² where the step ε is large, by rounding over ε where it is")
                .line("small: at best, with ε = %s in f64, by %s, and nobody knows that ε beforehand.",
                        Table.number(best,
                                2),
                        Table.number(smallest(errors[0]), 2))
                .line("A kept linearization runs the forward and backward pass once, and then only what depends on the vector.");
        return findings.value("parameters", n)
                .value("bestStep", best)
                .value("steps", errors[2])
                .value("differenceErrors", Map.of("f64", errors[0], "f32", errors[1]))
                .value("symmetry", asymmetry(wide))
                .plot("hessian-products", chart(errors, timings));
    }

    /** One linearization of the gradient: its pushforward, its pullback, and blocks. */
    private static void kept(Timings timings, Setting wide, Setting narrow, Tensor exact) {
        Linearization linearization = wide.linearization();
        Linearization single = narrow.linearization();
        timings.add("kept: forward over reverse", distance(linearization.forward().apply(wide.vector), exact), distance(
                single.forward().apply(narrow.vector), exact), 1, () -> linearization.forward().apply(wide.vector));
        timings.add("kept: reverse over reverse", distance(linearization.transpose().apply(wide.vector), exact),
                distance(single.transpose().apply(narrow.vector), exact), 1, () -> linearization.transpose()
                        .apply(
                                wide.vector));
        Tensor block = Key.of(2).normal(exact.shape().size(), BLOCK);
        Tensor alone = linearization.forward().apply(block.at(1, BLOCK - 1));
        Tensor together = linearization.forward().applyBlock(block).at(1, BLOCK - 1);
        Tensor narrowly = single.forward().applyBlock(block.cast(DType.F32)).at(1, BLOCK - 1);
        timings.add("kept: blocks of " + BLOCK, distance(together, alone), distance(narrowly, alone), BLOCK,
                () -> linearization.forward().applyBlock(block));
    }

    /** Errors of differences in f64 and f32, and the steps. */
    private static double[][] differences(Setting wide, Setting narrow, Tensor exact) {
        double[][] errors = new double[3][STEPS];
        for (int i = 0; i < STEPS; i++) {
            double step = SMALLEST * Math.pow(10, 10.0 * i / (STEPS - 1));
            errors[0][i] = distance(wide.differences(step), exact);
            errors[1][i] = distance(narrow.differences(step), exact);
            errors[2][i] = step;
        }
        return errors;
    }

    /** |wᵀHv − vᵀHw| as a share of ‖Hv‖: what products by different ways leave of symmetry. */
    private static double asymmetry(Setting setting) {
        Linearization linearization = setting.linearization();
        Tensor v = setting.vector;
        Tensor w = Key.of(3).normal(v.shape().size());
        Tensor image = linearization.forward().apply(v);
        double left = w.times(image).sum().item();
        double right = v.times(linearization.forward().apply(w)).sum().item();
        return Math.abs(left - right) / (norm(image) * norm(w));
    }

    private static double norm(Tensor a) {
        return Math.sqrt(a.square().sum().item());
    }

    private static double distance(Tensor a, Tensor exact) {
        return norm(a.cast(DType.F64).minus(exact)) / norm(exact);
    }

    private static double smallest(double[] errors) {
        return errors[indexOfSmallest(errors)];
    }

    private static int indexOfSmallest(double... errors) {
        int best = 0;
        for (int i = 1; i < errors.length; i++) {
            best = errors[i] < errors[best] ? i : best;
        }
        return best;
    }

    /** The rows of the table, and their times once all are warm: code that compiles in the background serves all of them. */
    private static final class Timings {
        private record Row(String name, double wide, double narrow, int products, Supplier<Tensor> work) {}

        private final List<Row> rows = new ArrayList<>();
        private double[] nanos = {};
        @SuppressWarnings("UnusedVariable") // it is there to be written to
        private @Nullable Tensor last;

        void add(String name, double wide, double narrow, int products, Supplier<Tensor> work) {
            rows.add(new Row(name, wide, narrow, products, work));
        }

        /** Times every row, and returns the time of a gradient: medians in nanoseconds. */
        double measure(Supplier<Tensor> gradient, int warmUp, int repetitions, ProgressListener progress) {
            List<Supplier<Tensor>> all = new ArrayList<>(rows.stream().map(Row::work).toList());
            all.add(gradient);
            WarmUp half = new WarmUp(Math.ceilDiv(warmUp, 2));
            long done = 0;
            for (int round = 0; round < 2; round++) {
                for (Supplier<Tensor> work : all) {
                    half.run(() -> keep(work.get()));
                    progress.progressed(++done, 3L * all.size());
                }
            }
            double[] medians = new double[all.size()];
            for (int i = 0; i < medians.length; i++) {
                Supplier<Tensor> work = all.get(i);
                medians[i] = MedianTime.nanos(repetitions, () -> keep(work.get()));
                progress.progressed(++done, 3L * all.size());
            }
            nanos = medians;
            return medians[rows.size()];
        }

        /** Holds a result for a moment, so that its work is not left out. */
        private void keep(Tensor result) {
            last = result;
        }

        double error(String name, boolean wide) {
            return rows.stream()
                    .filter(row -> row.name.equals(name))
                    .mapToDouble(row -> wide ? row.wide : row.narrow)
                    .findFirst()
                    .orElseThrow();
        }

        void report(Findings findings, double gradient) {
            double[] each = IntStream.range(0, rows.size()).mapToDouble(i -> nanos[i] / rows.get(i).products).toArray();
            double longest = Arrays.stream(each).max().orElse(1);
            Table table = Table.of("way", "error, f64", "error, f32", "time, f64", "gradients", "").text(5);
            List<Map<String, Object>> values = new ArrayList<>();
            for (int i = 0; i < each.length; i++) {
                Row row = rows.get(i);
                table.row(row.name, Table.number(row.wide, 2), Table.number(row.narrow, 2), Table.duration(Duration
                        .ofNanos((long) each[i])),
                        "%.2f".formatted(each[i] / gradient), Sparkline.bar(each[i] / longest, 16));
                values.add(Map.of("way", row.name, "error64", row.wide, "error32", row.narrow, "nanos", each[i],
                        "gradients", each[i] / gradient));
            }
            findings.table(table)
                    .line("errors: ‖difference‖ / ‖Hv‖ from forward over reverse in f64; a gradient takes %s", Table
                            .duration(Duration.ofNanos((long) gradient)))
                    .value("ways", values);
        }
    }

    private static Chart chart(double[][] errors, Timings timings) {
        Chart chart = Chart.logarithmic("Differences of gradients against exact Hessian-vector products",
                "step ε of the differences, for a vector of norm 1", "error ‖difference‖ / ‖Hv‖")
                .line("differences, f64", errors[2], floored(errors[0]))
                .line("differences, f32", errors[2], floored(errors[1]));
        double[] ends = {errors[2][0], errors[2][STEPS - 1]};
        return chart.curve("exact ways, f64", ends, level(timings.error("reverse over reverse", true)))
                .curve("exact ways, f32", ends, level(timings.error("reverse over reverse", false)));
    }

    private static double[] level(double height) {
        return floored(height, height);
    }

    /** A logarithmic axis has no zero, which two ways may differ by. */
    private static double[] floored(double... errors) {
        return Arrays.stream(errors).map(error -> Math.max(error, 1e-17)).toArray();
    }
}
