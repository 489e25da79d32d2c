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
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
    private static final long WARM_UP_NANOS = 400_000_000L;
    private static final double SMALLEST = 1e-9;
    private static final int STEPS = 37;

    @Mixin
    private Digits digits = new Digits(300, 32, 32);

    @Option(names = "--repetitions", paramLabel = "N", description = "Timed runs of each, of which the median is shown (default: ${DEFAULT-VALUE}).")
    private int repetitions = 51;

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
    private record Setting(Fn loss, Params params, Tensor x, Tensor labels, Tensor vector) {
        Setting cast(Params like) {
            return new Setting(loss, like.unflatten(params.flatten().cast(DType.F32)), x.cast(DType.F32), labels, vector
                    .cast(DType.F32));
        }

        Tensor gradient(Params at) {
            return ((Params) loss.grad().apply(at, x, labels)).flatten();
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
        Digits.Problem problem = digits.problem();
        Tensor theta = problem.start().flatten();
        int n = theta.shape().size();
        Tensor direction = Key.of(digits.seed()).fold(1).normal(n);
        Tensor vector = direction.dividedBy(norm(direction));
        Setting wide = new Setting(problem.loss(), problem.start(), problem.x(), problem.labels(), vector);
        Setting narrow = wide.cast(problem.mlp().dtype(DType.F32).init(Key.of(digits.seed())));
        Findings findings = new Findings().line("%s tanh network, %d parameters, cross-entropy on %d digits", problem
                .architecture(), n, digits.samples()).line("");
        Tensor exact = ways(problem.loss()).getFirst().product(wide);
        Timings timings = new Timings(time(() -> wide.gradient(wide.params)));
        progress.progressed(1, 7);
        for (Way way : ways(problem.loss())) {
            timings.add(way.name(), distance(way.product(wide), exact), distance(way.product(narrow), exact), time(
                    () -> way.product(wide)));
            progress.progressed(timings.rows.size() + 1L, 7);
        }
        double[][] errors = differences(wide, narrow, exact);
        timings.add("central differences", smallest(errors[0]), smallest(errors[1]), time(() -> wide.differences(
                1e-5)));
        kept(timings, wide, narrow, exact);
        progress.progressed(7, 7);
        timings.report(findings);
        double best = errors[2][indexOfSmallest(errors[0])];
        findings.line("")
                .line("Exact ways agree to rounding. Differences err by ε² where the step ε is large, by rounding over ε where it is")
                .line("small: at best, with ε = %s in f64, by %s, and nobody knows that ε beforehand.", Table.number(best,
                        2), Table.number(smallest(errors[0]), 2))
                .line("A kept linearization runs the forward and backward pass once, and then only what depends on the vector.");
        return findings.value("parameters", n)
                .value("bestStep", best)
                .value("steps", errors[2])
                .value("differenceErrors", Map.of("f64", errors[0], "f32", errors[1]))
                .value("symmetry", asymmetry(problem, vector))
                .plot("hessian-products", chart(errors, timings));
    }

    /** One linearization of the gradient: its pushforward, its pullback, and blocks. */
    private void kept(Timings timings, Setting wide, Setting narrow, Tensor exact) {
        Linearization linearization = wide.loss.grad().linearize(wide.params, wide.x, wide.labels);
        Linearization single = narrow.loss.grad().linearize(narrow.params, narrow.x, narrow.labels);
        int n = exact.shape().size();
        Tensor block = Key.of(2).normal(n, BLOCK);
        timings.add("kept: forward over reverse", distance(linearization.forward().apply(wide.vector), exact), distance(
                single.forward().apply(narrow.vector), exact), time(() -> linearization.forward().apply(wide.vector)));
        timings.add("kept: reverse over reverse", distance(linearization.transpose().apply(wide.vector), exact),
                distance(single.transpose().apply(narrow.vector), exact), time(() -> linearization.transpose()
                        .apply(wide.vector)));
        Tensor column = block.at(1, BLOCK - 1);
        Tensor alone = linearization.forward().apply(column);
        Tensor together = linearization.forward().applyBlock(block).at(1, BLOCK - 1);
        Tensor narrowly = single.forward().applyBlock(block.cast(DType.F32)).at(1, BLOCK - 1);
        timings.add("kept: blocks of " + BLOCK, distance(together, alone), distance(narrowly, alone), time(
                () -> linearization.forward().applyBlock(block)) / BLOCK);
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
    private double asymmetry(Digits.Problem problem, Tensor v) {
        Linearization linearization = problem.loss().grad().linearize(problem.start(), problem.x(), problem.labels());
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

    /** The median time in nanoseconds, warm. */
    private double time(Supplier<Tensor> work) {
        long warm = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < warm) {
            work.get();
        }
        double[] times = new double[repetitions];
        for (int i = 0; i < repetitions; i++) {
            long started = System.nanoTime();
            work.get();
            times[i] = System.nanoTime() - started;
        }
        Arrays.sort(times);
        return times[repetitions / 2];
    }

    /** The rows of the table. */
    private static final class Timings {
        private final double gradient;
        private final Map<String, double[]> rows = new LinkedHashMap<>();

        Timings(double gradient) {
            this.gradient = gradient;
        }

        void add(String name, double wide, double narrow, double nanos) {
            rows.put(name, new double[]{wide, narrow, nanos});
        }

        void report(Findings findings) {
            double longest = rows.values().stream().mapToDouble(row -> row[2]).max().orElse(1);
            Table table = Table.of("way", "error, f64", "error, f32", "time, f64", "gradients", "").text(5);
            List<Map<String, Object>> values = new ArrayList<>();
            rows.forEach((name, row) -> {
                table.row(name, Table.number(row[0], 2), Table.number(row[1], 2), Table.duration(Duration.ofNanos(
                        (long) row[2])),
                        "%.2f".formatted(row[2] / gradient),
                        Sparkline.bar(row[2] / longest, 16));
                values.add(Map.of("way", name, "error64", row[0], "error32", row[1], "nanos", row[2], "gradients", row[2]
                        / gradient));
            });
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
        double[] row = timings.rows.get("reverse over reverse");
        return row == null ? chart : chart.theory("exact ways, f64", ends, level(row[0]))
                .theory("exact ways, f32", ends, level(row[1]));
    }

    private static double[] level(double height) {
        return floored(height, height);
    }

    /** A logarithmic axis has no zero, which two ways may differ by. */
    private static double[] floored(double... errors) {
        return Arrays.stream(errors).map(error -> Math.max(error, 1e-17)).toArray();
    }
}
