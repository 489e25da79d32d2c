package cotangent.examples.curvature;

import cotangent.dsl.DType;
import cotangent.dsl.Key;
import cotangent.dsl.Shape;
import cotangent.dsl.Tensor;
import cotangent.examples.experiment.Experiment;
import cotangent.examples.experiment.Findings;
import cotangent.examples.experiment.Sizes;
import cotangent.examples.plot.Chart;
import cotangent.examples.plot.Sparkline;
import cotangent.examples.plot.Table;
import cotangent.linalg.Eigh;
import cotangent.linalg.LanczosDecomposition;
import cotangent.linalg.LanczosProcess;
import cotangent.linalg.Reorthogonalization;
import cotangent.linalg.operator.CountingOperator;
import cotangent.linalg.operator.LinearOperator;
import cotangent.linalg.probe.ProgressListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Lanczos's process on a Hessian with no, selective, partial and full re-orthogonalisation: how orthogonality is lost step by step,
 * and the ghosts that come of it, copies of eigenvalues found already (C. C. Paige, J. Inst. Math. Appl. 18, 1976).
 */
@Command(name = "lanczos-orthogonality", mixinStandardHelpOptions = true, sortOptions = false, abbreviateSynopsis = true, hidden = true, description = "Lanczos with no to full re-orthogonalisation; ghost eigenvalues.", footer = {
        "", "Full size:", "  ./cotangent lanczos-orthogonality --samples 1000 --hidden 32 --steps 300"})
public final class LanczosOrthogonality extends Experiment {
    private static final Reorthogonalization[] WAYS = {Reorthogonalization.NONE, Reorthogonalization.SELECTIVE,
            Reorthogonalization.PARTIAL, Reorthogonalization.FULL};
    /** A Ritz value so close to an eigenvalue, relative to the largest, is one of its copies. */
    private static final double CLOSE = 1e-8;
    private static final double FLOOR = 1e-17;
    private static final int LARGEST = 4_000;
    /** Characters of a sparkline. */
    private static final int SHOWN = 24;

    @Mixin
    private DigitClassifier digits = new DigitClassifier(200, 10);

    @Option(names = "--steps", paramLabel = "N", description = "Of Lanczos's process (default: ${DEFAULT-VALUE}).")
    private int steps = 160;

    @Option(names = "--top", paramLabel = "K", description = "Eigenvalues to watch (default: ${DEFAULT-VALUE}).")
    private int top = 6;

    @Option(names = "--train", paramLabel = "N", description = "Steps of Adam before (default: ${DEFAULT-VALUE}).")
    private int train = 100;

    /** The experiment with no options set. */
    public LanczosOrthogonality() {}

    /** What came of one way. */
    private record Run(Reorthogonalization way, LanczosDecomposition lanczos, double[] losses, double[] ritz,
            long products, double seconds) {}

    @Override
    protected Findings run(ProgressListener progress) {
        DigitClassifier.Problem problem = digits.problem();
        int n = problem.start().flatten().shape().size();
        Sizes.require("--train", train, 0, 1_000_000);
        Sizes.require("parameters", n, 1, LARGEST);
        Sizes.require("--steps", steps, 10, n);
        Sizes.require("--top", top, 1, Math.min(6, n));
        Tensor written = problem.hessian(problem.trained(train)).toDense();
        Tensor matrix = written.plus(written.transpose()).times(0.5);
        double[] ascending = Eigh.values(matrix).toDoubles();
        double[] exact = IntStream.range(0, top).mapToDouble(i -> ascending[n - 1 - i]).toArray();
        progress.progressed(1, 2L + WAYS.length);
        Tensor start = Key.of(digits.seed()).fold(2).normal(n);
        List<Run> runs = new ArrayList<>();
        for (Reorthogonalization way : WAYS) {
            runs.add(run(way, matrix, start));
            progress.progressed(1L + runs.size(), 2L + WAYS.length);
        }
        Findings findings = new Findings()
                .line("Hessian of a %s tanh network on %d digits after %d steps of Adam: size %d, from %s to %s",
                        problem.architecture(), digits.samples(), train, n, Table.number(ascending[0], 3),
                        Table.number(exact[0],
                                3))
                .line("");
        compare(findings, runs, exact);
        ghosts(findings, runs, exact);
        progress.progressed(2L + WAYS.length, 2L + WAYS.length);
        return findings;
    }

    private Run run(Reorthogonalization way, Tensor matrix, Tensor start) {
        CountingOperator counting = CountingOperator.of(LinearOperator.of(matrix));
        long started = System.nanoTime();
        LanczosDecomposition lanczos = LanczosProcess.steps(steps)
                .reorthogonalization(way)
                .keepBasis()
                .decompose(counting, start);
        double seconds = 1e-9 * (System.nanoTime() - started);
        return new Run(way, lanczos, lanczos.orthogonalityLosses().toDoubles(),
                lanczos.quadrature().nodes().toDoubles(),
                counting.products(), seconds);
    }

    /** How many of the Ritz values are this eigenvalue. */
    private static int copies(double[] ritz, double eigenvalue, double largest) {
        return (int) Arrays.stream(ritz).filter(value -> Math.abs(value - eigenvalue) <= CLOSE * largest).count();
    }

    private void compare(Findings findings, List<Run> runs, double[] exact) {
        Table table = Table.of("re-orthogonalisation", "orthogonality lost", "step by step, 1e-16 to 1", "at steps",
                "found", "ghosts", "error of the found", "products", "time").text(2);
        Chart chart = Chart.semiLogarithmic("Loss of orthogonality of Lanczos's vectors", "step",
                "largest inner product with an earlier vector");
        Map<String, Object> values = new LinkedHashMap<>();
        for (Run run : runs) {
            int ghosts = 0;
            int found = 0;
            double error = 0;
            for (double eigenvalue : exact) {
                int copies = copies(run.ritz, eigenvalue, exact[0]);
                found += Math.min(1, copies);
                ghosts += Math.max(0, copies - 1);
                error = copies == 0 ? error : Math.max(error, nearest(run.ritz, eigenvalue));
            }
            double[] axis = IntStream.rangeClosed(1, run.losses.length).asDoubleStream().toArray();
            double lost = Arrays.stream(run.losses).max().orElse(0);
            table.row(run.way.toString(), Table.number(lost, 2), sparkline(run.losses), Integer.toString(run.lanczos
                    .reorthogonalizations()), found + " of " + exact.length, Integer.toString(ghosts),
                    Table.number(error
                            / exact[0], 2),
                    Long.toString(run.products), Table.duration(Duration.ofNanos((long) (1e9
                            * run.seconds))));
            chart.curve(run.way.toString(), axis,
                    Arrays.stream(run.losses).map(loss -> Math.max(loss, FLOOR)).toArray());
            values.put(run.way.toString(), Map.of("loss", lost, "losses", run.losses, "found", found, "ghosts", ghosts,
                    "relativeError", error / exact[0], "products", run.products, "reorthogonalizations", run.lanczos
                            .reorthogonalizations(),
                    "seconds", run.seconds));
        }
        double half = Math.sqrt(DType.F64.unitRoundoff());
        findings.table(table)
                .line("found: of the %d largest eigenvalues, to %s of the largest; ghosts: further copies of them",
                        exact.length, Table
                                .number(CLOSE, 1))
                .line("at steps: how often vectors were re-orthogonalised; selective and partial keep the loss to")
                .line("the square root of rounding, %s, which is all that eigenvalues need", Table.number(half, 2))
                .line("")
                .value("ways", values)
                .plot("lanczos-orthogonality",
                        chart.theory("square root of rounding", new double[]{1, steps}, new double[]{
                                half, half}));
        Run none = runs.getFirst();
        Run full = runs.getLast();
        double plain = quadrature(none.lanczos);
        double kept = quadrature(full.lanczos);
        findings.line(
                "Sums over the spectrum stay right without any: vᵀexp(H)v by quadrature agrees to %s with full (Greenbaum)",
                Table
                        .number(Math.abs(plain - kept) / kept, 2))
                .line("")
                .value("quadratureDifference", Math.abs(plain - kept) / kept);
    }

    private static double quadrature(LanczosDecomposition lanczos) {
        LanczosDecomposition.Quadrature rule = lanczos.quadrature();
        return IntStream.range(0, lanczos.steps())
                .mapToDouble(i -> rule.weights().get(i) * Math.exp(rule.nodes().get(i)))
                .sum();
    }

    private static double nearest(double[] ritz, double eigenvalue) {
        return Arrays.stream(ritz).map(value -> Math.abs(value - eigenvalue)).min().orElse(Double.POSITIVE_INFINITY);
    }

    private static String sparkline(double... losses) {
        double[] shown = IntStream.range(0, SHOWN)
                .mapToDouble(i -> losses[i * (losses.length - 1) / (SHOWN - 1)])
                .toArray();
        return Sparkline.between(-16, 0, Arrays.stream(shown).map(loss -> Math.log10(Math.max(loss, FLOOR))).toArray());
    }

    /** Without re-orthogonalisation: when each eigenvalue was found, and when its copies came. */
    private void ghosts(Findings findings, List<Run> runs, double[] exact) {
        LanczosDecomposition lanczos = runs.getFirst().lanczos;
        int m = lanczos.steps();
        double[][] ritz = new double[m][];
        Arrays.setAll(ritz, j -> Eigh.values(leading(lanczos, j + 1)).toDoubles());
        Table table = Table.of("no re-orthogonalisation", "found at step", "first ghost", "second ghost", "copies",
                "over steps").text(5);
        Chart chart = Chart.linear("The largest Ritz values without re-orthogonalisation; dashed: eigenvalues", "step",
                "Ritz value");
        List<Map<String, Object>> values = new ArrayList<>();
        for (int i = 0; i < exact.length; i++) {
            double eigenvalue = exact[i];
            int[] copies = Arrays.stream(ritz).mapToInt(row -> copies(row, eigenvalue, exact[0])).toArray();
            double[] shown = IntStream.range(0, SHOWN).mapToDouble(s -> copies[s * (m - 1) / (SHOWN - 1)]).toArray();
            table.row("eigenvalue %d: %s".formatted(i + 1, Table.number(eigenvalue, 6)), step(copies, 1),
                    step(copies, 2),
                    step(copies, 3), Integer.toString(copies[m - 1]), Sparkline.between(0, 4, shown));
            values.add(
                    Map.of("eigenvalue", eigenvalue, "copies", copies[m - 1], "found", first(copies, 1), "firstGhost",
                            first(copies, 2)));
            int position = i + 1;
            double[] axis = IntStream.rangeClosed(position, m).asDoubleStream().toArray();
            chart.curve("largest %d".formatted(position), axis, IntStream.rangeClosed(position, m)
                    .mapToDouble(j -> ritz[j - 1][j - position])
                    .toArray()).theory(new double[]{1, m}, new double[]{eigenvalue, eigenvalue});
        }
        findings.table(table)
                .line("A Ritz value that stands on an eigenvalue of lower number is a ghost: the process has forgotten that it")
                .line("found that eigenvalue, since what rounding left of its vector grew as it did the first time.")
                .value("ghosts", values)
                .plot("lanczos-ghosts", chart);
    }

    private static int first(int[] copies, int count) {
        return 1 + IntStream.range(0, copies.length).filter(j -> copies[j] >= count).findFirst().orElse(-1);
    }

    private static String step(int[] copies, int count) {
        int step = first(copies, count);
        return step == 0 ? "–" : Integer.toString(step);
    }

    /** The leading block of the tridiagonal matrix. */
    private static Tensor leading(LanczosDecomposition lanczos, int j) {
        double[] block = new double[j * j];
        for (int i = 0; i < j; i++) {
            block[i * j + i] = lanczos.alpha().get(i);
            if (i + 1 < j) {
                block[i * j + i + 1] = lanczos.beta().get(i);
                block[(i + 1) * j + i] = lanczos.beta().get(i);
            }
        }
        return Tensor.wrap(Shape.of(j, j), block);
    }
}
